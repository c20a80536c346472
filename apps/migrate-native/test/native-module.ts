import { createHash, randomBytes } from 'node:crypto';
import { openAuthSessionAsync } from 'expo-web-browser';
import { NativeModules, Platform } from 'react-native';
import { keychain } from '../../../native/device/modules/secure-store';

/**
 * The native module of react-native-auth0 4 (`A0Auth0`), which is Swift and Kotlin: what its types and its README say of it,
 * over the person, the keychain and the network of these tests.
 */

interface Credentials {
  readonly idToken: string;
  readonly accessToken: string;
  readonly tokenType: string;
  readonly refreshToken?: string;
  readonly scope?: string;
  /** In seconds. */
  readonly expiresAt: number;
}

let clientId = '';
let domain = '';
/** Tenants of Auth0 have a name alone, and https; that of these tests has a port. */
const origin = process.env.EXPO_PUBLIC_AUTH0_DOMAIN ?? '';

const fail = (code: string, message: string): Error => Object.assign(new Error(message), { code });

async function requestToken(fields: Record<string, string>): Promise<Credentials> {
  const response = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: clientId, ...fields }),
  });
  const answer = await response.json();
  if (!response.ok) throw fail('RENEW_FAILED', answer.error_description);
  return {
    idToken: answer.id_token,
    accessToken: answer.access_token,
    tokenType: answer.token_type,
    refreshToken: answer.refresh_token ?? fields.refresh_token,
    scope: answer.scope,
    expiresAt: Math.floor(Date.now() / 1000) + answer.expires_in,
  };
}

const read = (): Credentials | undefined => JSON.parse(keychain.get('A0Auth0') ?? 'null') ?? undefined;
const isLive = ({ expiresAt }: Credentials, minTtl: number) => expiresAt > Date.now() / 1000 + minTtl;

async function saveCredentials(credentials: Credentials): Promise<void> {
  keychain.set('A0Auth0', JSON.stringify(credentials));
}

const A0Auth0 = {
  bundleIdentifier: 'com.example.postern',
  hasValidAuth0InstanceWithConfiguration: async (id: string, host: string) => id === clientId && host === domain,
  initializeAuth0WithConfiguration: async (id: string, host: string) => {
    [clientId, domain] = [id, host];
  },
  webAuth: async (
    _: string,
    redirectUri: string,
    state = randomBytes(16).toString('hex'),
    nonce = randomBytes(16).toString('hex'),
    audience?: string,
    scope = 'openid profile email',
  ): Promise<Credentials> => {
    const verifier = randomBytes(32).toString('base64url');
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope,
      state,
      nonce,
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      ...(audience && { audience }),
    });
    const result = await openAuthSessionAsync(`${origin}/authorize?${parameters}`, redirectUri);
    if (result.type !== 'success') {
      const code = Platform.OS === 'ios' ? 'USER_CANCELLED' : 'a0.session.user_cancelled';
      throw fail(code, 'User cancelled the Auth');
    }
    const answer = new URL(result.url).searchParams;
    if (answer.get('state') !== state) throw fail('UNKNOWN', 'The state is another.');
    const code = answer.get('code') ?? '';
    return requestToken({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  },
  webAuthLogout: async (_: string, __: boolean, redirectUri: string) => {
    const parameters = new URLSearchParams({ client_id: clientId, returnTo: redirectUri });
    await openAuthSessionAsync(`${origin}/v2/logout?${parameters}`, redirectUri);
  },
  saveCredentials,
  getCredentials: async (_?: string, minTtl = 0): Promise<Credentials> => {
    const held = read();
    if (!held) throw fail('NO_CREDENTIALS', 'No credentials were previously set.');
    if (isLive(held, minTtl)) return held;
    if (!held.refreshToken)
      throw fail('NO_REFRESH_TOKEN', 'Credentials need to be renewed but no refresh token is there.');
    const renewed = await requestToken({ grant_type: 'refresh_token', refresh_token: held.refreshToken });
    await saveCredentials(renewed);
    return renewed;
  },
  hasValidCredentials: async (minTtl = 0) => {
    const held = read();
    return held !== undefined && (isLive(held, minTtl) || held.refreshToken !== undefined);
  },
  clearCredentials: async () => {
    keychain.delete('A0Auth0');
  },
  resumeWebAuth: async () => undefined,
  cancelWebAuth: async () => undefined,
};

Object.assign(NativeModules, { A0Auth0 });
