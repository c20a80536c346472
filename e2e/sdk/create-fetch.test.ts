import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTenant, type Tenant } from '@postern/tenant';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type ScriptPage, serveScript } from '../support/script-page.ts';

/** `createFetch` in Chromium: APIs of other origins than the page's, whose redirects a page cannot look into. */

const pageScript = `
  import { Auth0, createFetch } from 'postern';
  Object.assign(window, { Auth0, createFetch });
`;

interface FetchWindow {
  Auth0: typeof import('postern').Auth0;
  createFetch: typeof import('postern').createFetch;
  call: typeof fetch;
}

interface Api {
  readonly origin: string;
  readonly server: Server;
  /** Every request but preflights. */
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  answer(request: IncomingMessage, response: ServerResponse): void;
}

async function startApi(): Promise<Api> {
  const requests: Api['requests'] = [];
  const server = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, dpop, content-type');
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-expose-headers', 'dpop-nonce, www-authenticate');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    api.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api: Api = {
    origin: `http://127.0.0.1:${port}`,
    server,
    requests,
    answer: (_, response) => response.writeHead(200).end('{"ok":true}'),
  };
  return api;
}

let tenant: Tenant;
let issuer: string;
let served: ScriptPage;
let browser: Browser;
beforeAll(async () => {
  tenant = await createTenant();
  ({ issuer } = await tenant.listen({ port: 0 }));
  [served, browser] = await Promise.all([serveScript(pageScript, import.meta.dirname), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  await tenant?.close();
});

describe.each([true, false])('createFetch in Chromium, with useDPoP %s', (useDPoP) => {
  let page: Page;
  let api: Api;
  let elsewhere: Api;

  beforeEach(async () => {
    [api, elsewhere] = await Promise.all([startApi(), startApi()]);
    const context = await browser.newContext();
    page = await context.newPage();
    await page.goto(served.origin);
    await page.evaluate(
      async ({ domain, origin, bound }) => {
        const w = window as unknown as FetchWindow;
        const auth0 = new w.Auth0({ domain, clientId: 'postern-spa', useDPoP: bound });
        await auth0.session.login(() =>
          auth0.auth.passwordRealm({
            username: 'user@example.com',
            password: 'Correct-Horse-42',
            realm: 'Username-Password-Authentication',
            audience: 'https://api.postern.test',
          }),
        );
        w.call = w.createFetch(auth0, { apis: [{ origin }] });
      },
      { domain: new URL(issuer).origin, origin: api.origin, bound: useDPoP },
    );
    return async () => {
      await context.close();
      for (const { server } of [api, elsewhere]) {
        server.closeAllConnections();
        server.close();
      }
    };
  });

  /** The status of a call, or the code of its error. */
  const call = (url: string, init: { method?: string; body?: string } = {}) =>
    page.evaluate(
      ({ to, how }) =>
        (window as unknown as FetchWindow).call(to, how).then(
          ({ status }) => status,
          ({ code, name }: { code?: string; name: string }) => code ?? name,
        ),
      { to: url, how: init },
    );

  it('brings the token, its proof and the body, and answers one challenge for a nonce', async () => {
    api.answer = (_, response) => {
      if (useDPoP && api.requests.length === 1)
        response.writeHead(401, { 'dpop-nonce': 'n1', 'www-authenticate': 'DPoP error="use_dpop_nonce"' }).end();
      else response.writeHead(200).end();
    };
    expect(await call(`${api.origin}/notes`, { method: 'POST', body: 'hello' })).toBe(200);
    expect(api.requests.map(({ body }) => body)).toEqual(useDPoP ? ['hello', 'hello'] : ['hello']);
    const { authorization, dpop } = api.requests.at(-1)?.headers ?? {};
    expect(authorization).toMatch(useDPoP ? /^DPoP ey/ : /^Bearer ey/);
    if (!useDPoP) return expect(dpop).toBeUndefined();
    const proof = JSON.parse(Buffer.from(String(dpop).split('.')[1] ?? '', 'base64url').toString());
    expect(proof).toMatchObject({ htm: 'POST', htu: `${api.origin}/notes`, nonce: 'n1' });
  });

  it('S23: no token goes to an origin that is not named', async () => {
    expect(await call(`${elsewhere.origin}/`)).toBe(200);
    expect(elsewhere.requests).toHaveLength(1);
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('dpop');
  });

  it.each([301, 302, 303, 307, 308])(
    'S23: a %i, which a page cannot look into, is api_redirect; nothing is sent on',
    async (status) => {
      for (const location of [`${elsewhere.origin}/`, `${api.origin}/other`, '/other', '//127.0.0.1:1/']) {
        api.answer = (_, response) => response.writeHead(status, { location }).end();
        expect(await call(`${api.origin}/`, { method: 'POST', body: 'secret' })).toBe('api_redirect');
        expect(api.requests.at(-1)?.url).toBe('/');
      }
      expect(api.requests).toHaveLength(4);
      expect(elsewhere.requests).toEqual([]);
    },
  );
});
