import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const origin = 'https://app.example.test';
const paths = [
  '/oauth/token',
  '/oauth/revoke',
  '/userinfo',
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
];
const preflight = (path: string, from: string) =>
  fetch(new URL(path, test.issuer), {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,auth0-client,dpop',
    },
  });
const corsHeaders = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-control'));

it.each(paths)('T19: %s answers the preflight of an allowed web origin', async (path) => {
  const response = await preflight(path, origin);
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  expect(response.headers.get('vary')).toContain('Origin');
  const allowed = response.headers.get('access-control-allow-headers')?.split(', ');
  expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'auth0-client', 'dpop']));
});
it.each([
  'https://evil.test',
  'null',
  'http://app.example.test',
  'https://app.example.test:8443',
  'https://sub.app.example.test',
  'https://app.example.test.evil.test',
  'http://localhost.evil.test:3000',
])('T19: a preflight from %s gets nothing', async (from) => {
  for (const path of paths) expect(corsHeaders(await preflight(path, from))).toEqual([]);
  expect((await test.lastEvent('cors.rejected')).sentence).toContain(from);
});
it('T19: never a wildcard, never credentials', async () => {
  for (const path of paths) {
    const { headers } = await preflight(path, origin);
    expect(headers.get('access-control-allow-origin')).not.toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  }
});
it('T19: any loopback origin is allowed for a development client', async () => {
  for (const from of ['http://localhost:5173', 'http://127.0.0.1:3000']) {
    expect((await preflight('/oauth/token', from)).headers.get('access-control-allow-origin')).toBe(from);
  }
});
it('T19: a token answer, good or bad, is readable for the client’s own origin', async () => {
  const good = await test.post(
    '/oauth/token',
    { grant_type: 'refresh_token', client_id: 'spa', refresh_token: (await test.tokens()).refresh_token ?? '' },
    { origin },
  );
  const bad = await test.post(
    '/oauth/token',
    { grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x' },
    { origin },
  );
  expect([good.status, bad.status]).toEqual([200, 403]);
  for (const { headers } of [good, bad]) {
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    const exposed = headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['dpop-nonce', 'www-authenticate', 'location', 'x-ratelimit-reset', 'retry-after']),
    );
  }
});
it('T19: and not for the origin of another client', async () => {
  const form = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: 'x' };
  for (const from of ['https://strict.example.test', 'http://localhost:5173']) {
    const { headers } = await test.post('/oauth/token', form, { origin: from });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
  }
  expect((await test.lastEvent('cors.rejected')).sentence).toContain(
    'webOrigins of client spa; registered: https://app.example.test',
  );
});
it('tells that a development client takes every loopback origin, when another one calls', async () => {
  await preflight('/oauth/token', 'https://nobody.example.test');
  expect((await test.lastEvent('cors.rejected')).sentence).toContain(
    'any http address of localhost, 127.0.0.1 or [::1]',
  );
});
it('T19: userinfo answers the token’s own client', async () => {
  const { access_token } = await test.tokens();
  const ask = (from: string) =>
    fetch(new URL('/userinfo', test.issuer), { headers: { authorization: `Bearer ${access_token}`, origin: from } });
  expect((await ask(origin)).headers.get('access-control-allow-origin')).toBe(origin);
  expect((await ask('https://strict.example.test')).headers.get('access-control-allow-origin')).toBeNull();
});
it('T19: authorize, logout and the pages never send CORS headers', async () => {
  for (const path of ['/authorize', '/authorize/resume', '/v2/logout', '/oidc/logout', '/u/login']) {
    expect(corsHeaders(await preflight(path, origin))).toEqual([]);
    const response = await fetch(new URL(path, test.issuer), { headers: { origin }, redirect: 'manual' });
    expect(corsHeaders(response)).toEqual([]);
  }
  const browser = test.browser();
  const redirect = await browser.request(test.authorizeUrl({ prompt: 'none' }), { headers: { origin } });
  expect([redirect.status, corsHeaders(redirect)]).toEqual([302, []]);
});
it('a call without Origin has no CORS headers', async () => {
  expect(corsHeaders(await fetch(new URL('/.well-known/jwks.json', test.issuer)))).toEqual([]);
});
