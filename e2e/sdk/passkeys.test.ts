import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Browser, Page } from 'playwright-core';
import type * as Postern from 'postern';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type ScriptPage, serveScript } from '../support/script-page.ts';

/** What the page has on `window`. */
declare const postern: typeof Postern;

const rpID = 'localhost';

/** Answers as a tenant does, and leaves it to a library of others to say whether a passkey is one. */
async function startRelyingParty(expectedOrigin: string) {
  let challenge = '';
  let credential: NonNullable<VerifiedRegistrationResponse['registrationInfo']>['credential'] | undefined;
  const begin = <T extends { challenge: string }>(options: T) => {
    challenge = options.challenge;
    return { auth_session: 'session', authn_params_public_key: options };
  };
  const check = async (response: never) => {
    const expected = { response, expectedChallenge: challenge, expectedOrigin, expectedRPID: rpID };
    if (credential) return (await verifyAuthenticationResponse({ ...expected, credential })).verified;
    const { registrationInfo, verified } = await verifyRegistrationResponse(expected);
    credential = registrationInfo?.credential;
    return verified;
  };
  const answers: Record<string, (body: { authn_response: never }) => Promise<object>> = {
    '/passkey/register': async () =>
      begin(await generateRegistrationOptions({ rpID, rpName: 'Tenant', userName: 'a@b.example' })),
    '/passkey/challenge': async () => begin(await generateAuthenticationOptions({ rpID })),
    '/oauth/token': async ({ authn_response }) =>
      (await check(authn_response))
        ? { access_token: 'token', token_type: 'Bearer', expires_in: 60 }
        : { error: 'invalid_grant' },
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('access-control-allow-origin', expectedOrigin);
    response.setHeader('access-control-allow-headers', 'content-type, auth0-client');
    const answer = answers[request.url ?? ''];
    if (request.method === 'OPTIONS' || !answer) {
      response.writeHead(request.method === 'OPTIONS' ? 204 : 404).end();
      return;
    }
    const json = await answer(JSON.parse(body)).catch((error: Error) => ({ error: error.message }));
    response.writeHead('error' in json ? 400 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    domain: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A device of the browser's own, which says yes to everything. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

describe('a passkey of a virtual authenticator, in Chromium', () => {
  let app: ScriptPage;
  let party: Awaited<ReturnType<typeof startRelyingParty>>;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    app = await serveScript(
      `import * as postern from 'postern'; Object.assign(window, { postern });`,
      import.meta.dirname,
    );
    party = await startRelyingParty(app.origin);
    browser = await launchChromium();
    page = await browser.newPage();
    await addAuthenticator(page);
    await page.goto(app.origin);
    expect(await page.evaluate(() => postern.canUsePasskeys())).toBe(true);
  });
  afterAll(async () => {
    await browser?.close();
    party?.close();
    await app?.close();
  });

  it('that signUpWithPasskey made is one, and signs in', async () => {
    const token = await page.evaluate(async (domain) => {
      const auth0 = new postern.Auth0({ domain, clientId: 'client' });
      const login = () => postern.signUpWithPasskey(auth0, { email: 'a@b.example' });
      await auth0.session.login(login);
      return (await auth0.credentialsManager.getCredentials()).accessToken;
    }, party.domain);
    expect(token).toBe('token');
  });

  it('is used by signInWithPasskey', async () => {
    const token = await page.evaluate(async (domain) => {
      const auth0 = new postern.Auth0({ domain, clientId: 'client' });
      return (await postern.signInWithPasskey(auth0)).accessToken;
    }, party.domain);
    expect(token).toBe('token');
  });

  it.each(['the credential itself', 'its JSON text'])(
    'is used step by step, as with react-native-auth0: %s',
    async (form) => {
      const token = await page.evaluate(
        async ({ domain, asText }) => {
          const auth0 = new postern.Auth0({ domain, clientId: 'client' });
          const { authSession, authParamsPublicKey } = await auth0.passkeyLoginChallenge({});
          const publicKey = authParamsPublicKey as PublicKeyCredentialRequestOptions;
          const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
          const authResponse = asText ? JSON.stringify(credential) : credential;
          return (await auth0.getTokenByPasskey({ authSession, authResponse })).accessToken;
        },
        { domain: party.domain, asText: form.includes('JSON') },
      );
      expect(token).toBe('token');
    },
  );

  it('is used in a browser that cannot read options of JSON by itself', async () => {
    const token = await page.evaluate(async (domain) => {
      Object.assign(PublicKeyCredential, { parseRequestOptionsFromJSON: undefined });
      const auth0 = new postern.Auth0({ domain, clientId: 'client' });
      return (await postern.signInWithPasskey(auth0)).accessToken;
    }, party.domain);
    expect(token).toBe('token');
  });

  it('answers no other challenge: the refusal is told with its code', async () => {
    const error = await page.evaluate(async (domain) => {
      const auth0 = new postern.Auth0({ domain, clientId: 'client' });
      const { authSession, authParamsPublicKey } = await auth0.passkeyLoginChallenge({});
      const publicKey = { ...authParamsPublicKey, challenge: new Uint8Array(32) };
      const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
      return auth0.getTokenByPasskey({ authSession, authResponse: credential }).then(
        () => 'no error',
        ({ type }) => type as string,
      );
    }, party.domain);
    expect(error).toBe('PASSKEY_EXCHANGE_FAILED');
  });

  it('is not asked for when the person has had enough', async () => {
    const code = await page.evaluate(async (domain) => {
      const auth0 = new postern.Auth0({ domain, clientId: 'client' });
      return postern.signInWithPasskey(auth0, {}, { signal: AbortSignal.abort() }).then(
        () => 'no error',
        (error) => error.code as string,
      );
    }, party.domain);
    expect(code).toBe('passkey_cancelled');
  });
});
