/**
 * The SDK's protocol on a JavaScript engine with nothing around it. `scripts/lib/hermes-check.mjs` makes `fixture.json`, starts
 * this, and checks the signatures that come out with another implementation than the one that made them.
 */

// First: React Native's bundles load a module that is imported for its names no sooner than one of them is used.
import './engine';

import { Auth0 } from 'postern/core';
import { createExpoPlatform } from 'postern/expo';
import fixture from './fixture.json';
import { tell } from './tell';

const callback = 'com.example.app://login/callback';
const options = { domain: 'tenant.example.com', clientId: 'hermes', scope: 'openid profile offline_access' };

/** The octets of RFC 7636 appendix B for whoever asks for 32: verifier, state, nonce, and the key. */
function fillWithVector(bytes) {
  bytes.set(bytes.length === 32 ? fixture.octets : bytes.map((_, index) => index + 1));
  return bytes;
}

const keychain = new Map();
const secureStore = {
  AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY: 0,
  isAvailableAsync: async () => true,
  getItemAsync: async (key) => keychain.get(key) ?? null,
  setItemAsync: async (key, value) => void keychain.set(key, value),
  deleteItemAsync: async (key) => void keychain.delete(key),
};

let visit;
let { idToken } = fixture;
const nothing = { remove: () => undefined };
const modules = {
  expo: null,
  'expo-application': { applicationId: 'com.example.app' },
  'expo-constants': null,
  'expo-linking': null,
  'expo-local-authentication': null,
  'expo-crypto': { getRandomValues: fillWithVector },
  'expo-secure-store': secureStore,
  'expo-web-browser': {
    openAuthSessionAsync: async (url) => ({ type: 'success', url: visit(new URL(url)) }),
    openBrowserAsync: async () => ({ type: 'cancel' }),
    dismissAuthSession: () => undefined,
    dismissBrowser: () => undefined,
    getCustomTabsSupportingBrowsersAsync: async () => ({ browserPackages: [] }),
  },
  'react-native': {
    Platform: { OS: 'ios' },
    AppState: { currentState: 'active', addEventListener: () => nothing },
    Linking: { getInitialURL: async () => null, addEventListener: () => nothing },
  },
};

const requests = [];
const json = (body, { status = 200, headers = {} } = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

/** The tenant: wants a nonce in proofs, and answers with what the fixture holds. */
globalThis.fetch = async (input, init = {}) => {
  const url = new URL(String(input));
  if (url.pathname === '/.well-known/openid-configuration') return json(fixture.discovery);
  if (url.pathname === '/.well-known/jwks.json') return json(fixture.jwks);
  if (url.pathname !== '/oauth/token') return json({ error: 'not_found' }, { status: 404 });
  const proof = new Headers(init.headers).get('dpop');
  const body = Object.fromEntries(new URLSearchParams(String(init.body)));
  requests.push({ proof, body });
  const { nonce } = JSON.parse(atob(proof.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
  if (nonce !== 'nonce-of-the-tenant')
    return json({ error: 'use_dpop_nonce' }, { status: 400, headers: { 'DPoP-Nonce': 'nonce-of-the-tenant' } });
  const isRenewal = body.grant_type === 'refresh_token';
  return json({
    access_token: isRenewal ? 'second' : 'first',
    refresh_token: isRenewal ? 'refresh-2' : 'refresh-1',
    token_type: 'DPoP',
    expires_in: 60,
    scope: options.scope,
    id_token: idToken,
  });
};

const clock = { now: () => fixture.now, setTimeout: () => 0, clearTimeout: () => undefined };
const start = () => new Auth0({ ...options, platform: createExpoPlatform({ ...options, modules, clock }) });

async function failureOf(promise) {
  try {
    await promise;
    return undefined;
  } catch ({ type, code, message }) {
    return { type, code, message };
  }
}

async function run() {
  const auth0 = start();
  let asked;
  visit = (url) => {
    asked = Object.fromEntries(url.searchParams);
    return `${callback}?code=the-code&state=${url.searchParams.get('state')}`;
  };
  const credentials = await auth0.webAuth.authorize({ redirectUrl: callback });
  tell({ step: 'login', asked, tokenType: credentials.tokenType, user: auth0.session.getSnapshot().user, requests });

  requests.length = 0;
  const renewed = await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
  tell({ step: 'renewal', accessToken: renewed.accessToken, requests });

  const again = await start().credentialsManager.getCredentials();
  tell({ step: 'restart', accessToken: again.accessToken });

  visit = () => `${callback}?code=the-code&state=of-another`;
  const foreign = await failureOf(auth0.webAuth.authorize({ redirectUrl: callback }));
  visit = (url) =>
    `${callback}?error=access_denied&error_description=Nicht%20f%C3%BCr%20dich&state=${url.searchParams.get('state')}`;
  const denied = await failureOf(auth0.webAuth.authorize({ redirectUrl: callback }));
  tell({ step: 'callbacks', foreign, denied });

  idToken = fixture.forgedIdToken;
  visit = (url) => `${callback}?code=the-code&state=${url.searchParams.get('state')}`;
  tell({ step: 'forgery', refused: await failureOf(auth0.webAuth.authorize({ redirectUrl: callback })) });

  const headers = await auth0.getDPoPHeaders({
    url: 'https://api.example.com/notes?x=1#y',
    method: 'GET',
    accessToken: renewed.accessToken,
    tokenType: 'DPoP',
  });
  tell({ step: 'headers', headers });
}

run().then(
  () => tell({ step: 'end' }),
  (error) => tell({ step: 'broken', message: String(error), cause: String(error?.cause), stack: error?.stack }),
);
