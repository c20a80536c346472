import { createTenant, type Tenant } from '@postern/tenant';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { type ScriptPage, serveScript } from './support/script-page.ts';
import { fillLogin } from './support/sdk-page.ts';

/** The vendor's own browser SDK, which nobody here wrote, against our tenant in a real browser. */

const audience = 'https://api.postern.test';
const sample = { email: 'user@example.com', password: 'Correct-Horse-42' };

const pageScript = `
  import { Auth0Client } from '@auth0/auth0-spa-js';
  window.Auth0Client = Auth0Client;
  window.dispatchEvent(new Event('loaded'));
`;

/** What the page offers to `evaluate`. */
interface SpaWindow {
  Auth0Client: typeof import('@auth0/auth0-spa-js').Auth0Client;
  client: import('@auth0/auth0-spa-js').Auth0Client;
}

let tenant: Tenant;
let issuer: string;
let served: ScriptPage;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  tenant = await createTenant();
  ({ issuer } = await tenant.listen({ port: 0 }));
  served = await serveScript(pageScript, import.meta.dirname);
  ({ origin } = served);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  await tenant?.close();
});

describe('@auth0/auth0-spa-js', () => {
  let context: BrowserContext;
  let page: Page;

  beforeEach(async () => {
    context = await browser.newContext();
    context.setDefaultTimeout(15_000);
    page = await context.newPage();
    return () => context.close();
  });

  /** A fresh page with a client on `window.client`, the way an app makes one. */
  async function openClient(options: Record<string, unknown> = {}, path = '/'): Promise<void> {
    if (path) await page.goto(`${origin}${path}`);
    await page.evaluate(
      ({ domain, options: given, audience: api }) => {
        const w = window as unknown as SpaWindow;
        w.client = new w.Auth0Client({
          domain,
          clientId: 'postern-spa',
          authorizationParams: {
            audience: api,
            redirect_uri: window.location.origin,
            scope: 'openid profile email read:notes',
          },
          ...given,
        });
      },
      { domain: issuer.replace(/\/$/, ''), options, audience },
    );
  }

  const inPage = <T>(work: (client: SpaWindow['client']) => Promise<T>): Promise<T> =>
    page.evaluate(`(${work.toString()})(window.client)`) as Promise<T>;

  async function logIn(options: Record<string, unknown> = {}): Promise<void> {
    await openClient(options);
    await page.evaluate(
      () => void (window as unknown as SpaWindow).client.loginWithRedirect({ appState: { to: '/x' } }),
    );
    await page.waitForURL(`${issuer}**`);
    await fillLogin(page, sample);
    await page.waitForURL(`${origin}/?code=**`);
    await openClient(options, '');
    const result = await inPage((client) => client.handleRedirectCallback());
    expect(result.appState).toEqual({ to: '/x' });
  }

  const requestsTo = (path: string) => {
    const seen: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(`${issuer}${path}`) && request.method() !== 'OPTIONS')
        seen.push(request.postData() ?? request.url());
    });
    return seen;
  };

  it('logs in by redirect and reads the user', async () => {
    await logIn();
    const user = await inPage((client) => client.getUser());
    expect(user).toMatchObject({ email: sample.email, email_verified: true });
    const token = await inPage((client) => client.getTokenSilently({ detailedResponse: true }));
    expect(token?.scope?.split(' ')).toContain('read:notes');
    const claims = JSON.parse(Buffer.from(token?.access_token.split('.')[1] ?? '', 'base64url').toString());
    expect([claims.aud].flat()).toContain(audience);
  });

  it('gets a token silently in a hidden iframe after a reload', async () => {
    await logIn();
    await openClient();
    const authorizations = requestsTo('authorize');
    const token = await inPage((client) => client.getTokenSilently());
    expect(token?.split('.')).toHaveLength(3);
    expect(authorizations).toHaveLength(1);
    expect(authorizations[0]).toContain('response_mode=web_message');
  });

  it('is told login_required silently when nobody is signed in', async () => {
    await openClient();
    const code = await inPage((client) => client.getTokenSilently().catch((error) => error.error));
    expect(code).toBe('login_required');
  });

  it('refreshes, rotating, from localStorage', async () => {
    const options = { useRefreshTokens: true, cacheLocation: 'localstorage' };
    await logIn(options);
    await openClient(options);
    const grants = requestsTo('oauth/token');
    await inPage(async (client) => {
      await client.getTokenSilently({ cacheMode: 'off' });
      await client.getTokenSilently({ cacheMode: 'off' });
    });
    const spent = grants.map((body) => new URLSearchParams(body).get('refresh_token'));
    expect(spent).toHaveLength(2);
    expect(new Set(spent).size).toBe(2);
  });

  it('refreshes from its worker, where the page cannot see the refresh token', async () => {
    const options = { useRefreshTokens: true };
    await logIn(options);
    const token = await inPage((client) => client.getTokenSilently({ cacheMode: 'off' }));
    expect(token?.split('.')).toHaveLength(3);
  });

  it('understands that its refresh token was revoked', async () => {
    const options = { useRefreshTokens: true, cacheLocation: 'localstorage' };
    await logIn(options);
    const [family] = await tenant.context.store.refreshTokens.list({ limit: 1 });
    await tenant.context.store.refreshTokens.revokeWhere(
      { userId: family?.userId ?? '' },
      'test',
      tenant.context.clock.now(),
    );
    const code = await inPage((client) => client.getTokenSilently({ cacheMode: 'off' }).catch((error) => error.error));
    expect(['invalid_grant', 'missing_refresh_token']).toContain(code);
  });

  describe('with useDpop', () => {
    const bound = { useDpop: true, useRefreshTokens: true, cacheLocation: 'localstorage' };
    const detailed = () =>
      inPage((client) => client.getTokenSilently({ detailedResponse: true, cacheMode: 'off' })) as Promise<{
        access_token: string;
        token_type?: string;
      }>;
    const statusesAt = (path: string) => {
      const statuses: number[] = [];
      page.on('response', (response) => {
        if (response.url() === `${issuer}${path}` && response.request().method() !== 'OPTIONS')
          statuses.push(response.status());
      });
      return statuses;
    };

    it('logs in and refreshes with tokens that are bound to its key, again after a reload', async () => {
      await logIn(bound);
      const statuses = statusesAt('oauth/token');
      const first = await detailed();
      await page.reload();
      await openClient(bound);
      const second = await detailed();
      const thumbprints = [first, second].map(({ access_token }) => {
        const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString());
        return claims.cnf?.jkt;
      });
      expect(thumbprints[0]).toMatch(/^[\w-]{43}$/);
      expect(thumbprints[1]).toBe(thumbprints[0]);
      expect(statuses.filter((status) => status === 200)).toHaveLength(2);
      expect(await tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
    });

    it('calls a resource with its fetcher, answering the challenge for a nonce once', async () => {
      await logIn(bound);
      const statuses = statusesAt('userinfo');
      const call = () =>
        page.evaluate(
          async ({ baseUrl, audience: api }) => {
            const w = window as unknown as SpaWindow & { fetcher?: import('@auth0/auth0-spa-js').Fetcher<Response> };
            w.fetcher ??= w.client.createFetcher({ baseUrl, dpopNonceId: 'userinfo' });
            return (await w.fetcher.fetchWithAuth('userinfo', {}, { audience: api })).json();
          },
          { baseUrl: issuer, audience },
        );
      expect(await call()).toMatchObject({ email: sample.email });
      expect(await call()).toMatchObject({ email: sample.email });
      expect(statuses).toEqual([401, 200, 200]);
    });

    it('its token is refused without the key', async () => {
      await logIn(bound);
      const { access_token: token } = await detailed();
      for (const scheme of ['DPoP', 'Bearer']) {
        const response = await fetch(`${issuer}userinfo`, { headers: { authorization: `${scheme} ${token}` } });
        expect(response.status).toBe(401);
      }
    });
  });

  it('logs out, after which no token is to be had', async () => {
    await logIn();
    await page.evaluate(
      () => void (window as unknown as SpaWindow).client.logout({ logoutParams: { returnTo: window.location.origin } }),
    );
    await page.waitForURL((url) => url.origin === origin && !url.search.includes('code='));
    await openClient();
    expect(await inPage((client) => client.getUser())).toBeUndefined();
    const code = await inPage((client) => client.getTokenSilently().catch((error) => error.error));
    expect(code).toBe('login_required');
  });
});
