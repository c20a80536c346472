import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Auth0 } from '../src/core.ts';
import { type ControlledClock, createMemoryDevice, createMemoryTab } from '../src/platform/memory/index.ts';
import type { PresentRequest } from '../src/platform/platform.ts';
import { rejection } from './support/rejection.ts';

/** A certified provider in a plain configuration: code, PKCE, refresh tokens; nothing of it is Auth0's. */
describe.each([
  { useDPoP: true, isRequired: false },
  { useDPoP: true, isRequired: true },
  { useDPoP: false, isRequired: false },
])(
  'a provider that is not Auth0, with useDPoP $useDPoP, DPoP and nonces required: $isRequired',
  ({ useDPoP, isRequired }) => {
    let server: Server;
    let origin: string;
    const seen: string[] = [];

    beforeAll(async () => {
      server = createServer((request, response) => handle(request, response));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      origin = `http://localhost:${(server.address() as AddressInfo).port}`;
      const provider = new Provider(origin, {
        clients: [
          {
            client_id: 'plain',
            token_endpoint_auth_method: 'none',
            redirect_uris: ['http://127.0.0.1/callback'],
            grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'],
            application_type: 'native',
            dpop_bound_access_tokens: isRequired,
          },
        ],
        cookies: { keys: ['test'] },
        pkce: { required: () => true },
        features: {
          devInteractions: { enabled: true },
          dPoP: { enabled: true, ...(isRequired ? { nonceSecret: randomBytes(32), requireNonce: () => true } : {}) },
          revocation: { enabled: true },
          rpInitiatedLogout: { enabled: true },
        },
        claims: { openid: ['sub'], profile: ['name', 'given_name'] },
        findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: 'Zoë Plain', given_name: 'Zoë' }) }),
        conformIdTokenClaims: false,
        rotateRefreshToken: true,
        ttl: { AccessToken: 600, IdToken: 3600, RefreshToken: 3600, Grant: 3600, Interaction: 600, Session: 3600 },
      });
      const callback = provider.callback();
      handle = (request, response) => {
        seen.push(`${request.method} ${request.url}`);
        seen.push(...Object.keys(request.headers).filter((name) => name === 'auth0-client'));
        void callback(request, response);
      };
    });
    let handle: Parameters<typeof createServer>[1] & object = (_, response) => response.end();
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    const open = () => {
      const tab = createMemoryTab(createMemoryDevice());
      tab.visit = signIn;
      const auth0 = new Auth0({
        domain: origin,
        clientId: 'plain',
        platform: tab,
        cacheLocation: 'localstorage',
        useDPoP,
      });
      return { tab, auth0 };
    };
    const logIn = async () => {
      const opened = open();
      await opened.auth0.webAuth.authorize({ additionalParameters: { prompt: 'consent' } });
      return opened;
    };

    it('signs in by its own discovery document, with its own endpoints', async () => {
      const { auth0 } = await logIn();
      expect(auth0.session.getSnapshot()).toMatchObject({
        user: { sub: 'zoe', name: 'Zoë Plain', givenName: 'Zoë' },
        error: null,
      });
      expect(seen.join('\n')).toMatch(
        /GET \/\.well-known\/openid-configuration\n[\s\S]*GET \/auth\?[\s\S]*POST \/token/,
      );
    });

    it('sends nothing that is Auth0’s alone', () => {
      expect(seen.join('\n')).not.toMatch(/auth0-client|auth0Client|\/oauth\/token|\/v2\/logout/i);
    });

    it('renews with rotation, 20 calls at once in one request', async () => {
      const { auth0, tab } = await logIn();
      const before = await auth0.credentialsManager.getCredentials();
      const posts = () => seen.filter((line) => line === 'POST /token').length;
      for (let round = 1; round <= 2; round++) {
        (tab.clock as ControlledClock).advance(700_000);
        const count = posts();
        const renewed = await Promise.all(Array.from({ length: 20 }, () => auth0.credentialsManager.getCredentials()));
        expect(posts() - count).toBe(useDPoP && !isRequired ? 2 : 1);
        expect(new Set(renewed.map(({ accessToken }) => accessToken)).size).toBe(1);
        expect(renewed[0]?.refreshToken).not.toBe(before.refreshToken);
      }
    });

    it('a revoked refresh token ends the session', async () => {
      const { auth0 } = await logIn();
      const { refreshToken = '' } = await auth0.credentialsManager.getCredentials();
      await auth0.auth.revoke({ refreshToken });
      expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
        type: 'RENEW_FAILED',
      });
      expect(auth0.session.getSnapshot().user).toBeNull();
    });

    it('signs out at its end_session_endpoint, with no token in the URL', async () => {
      const { auth0, tab } = await logIn();
      await auth0.webAuth.clearSession({ returnToUrl: 'http://127.0.0.1/bye' });
      const url = new URL(tab.visited.at(-1) ?? '');
      expect(url.pathname).toBe('/session/end');
      expect(Object.fromEntries(url.searchParams)).toEqual({
        client_id: 'plain',
        post_logout_redirect_uri: 'http://127.0.0.1/bye',
      });
    });

    it('S6: it announces iss, and an answer without it is refused', async () => {
      const { auth0, tab } = open();
      tab.visit = async (request) => {
        const url = new URL(await signIn(request));
        expect(url.searchParams.get('iss')).toBe(origin);
        url.searchParams.delete('iss');
        return url.href;
      };
      expect(await rejection(auth0.webAuth.authorize())).toMatchObject({ type: 'INVALID_STATE' });
    });

    it('userInfo is about the same person', async () => {
      const { auth0 } = await logIn();
      const { accessToken, tokenType } = await auth0.credentialsManager.getCredentials();
      expect(tokenType).toBe(useDPoP ? 'DPoP' : 'Bearer');
      expect(await auth0.auth.userInfo({ token: accessToken })).toMatchObject({ sub: 'zoe', givenName: 'Zoë' });
    });
  },
);

/** The provider's development pages: sign in, then consent. */
async function signIn(request: PresentRequest): Promise<string> {
  const cookies = new Map<string, string>();
  let url = new URL(request.url);
  let init: RequestInit = {};
  for (let hops = 0; hops < 15; hops++) {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = response.headers.get('location');
    init = {};
    if (location) {
      url = new URL(location, url);
      if (url.href.startsWith(request.redirectUri)) return url.href;
      continue;
    }
    const html = await response.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1];
    if (!prompt) throw new Error(`No way on from ${url.pathname}: ${html.slice(0, 300)}`);
    init = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: prompt === 'login' ? 'prompt=login&login=zoe&password=any' : 'prompt=consent',
    };
    url = new URL(/action="([^"]+)"/.exec(html)?.[1] ?? '', url);
  }
  throw new Error('The provider redirects in circles.');
}
