import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProtocolTest, protocolConfig, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const read = async (path: string, from = test) => (await fetch(new URL(path, from.issuer))).json();

it('T7: metadata has the exact issuer and S256 only', async () => {
  const metadata = await read('/.well-known/openid-configuration');
  expect(metadata.issuer).toBe(test.issuer);
  expect(metadata.issuer.endsWith('/')).toBe(true);
  expect(metadata.code_challenge_methods_supported).toEqual(['S256']);
  expect(metadata.response_types_supported).toEqual(['code']);
});
it('T7: RFC 8414’s address tells the same', async () => {
  expect(await read('/.well-known/oauth-authorization-server')).toEqual(
    await read('/.well-known/openid-configuration'),
  );
});
it('announces only endpoints that are there', async () => {
  const metadata: Record<string, unknown> = await read('/.well-known/openid-configuration');
  const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri');
  expect(endpoints.length).toBeGreaterThanOrEqual(6);
  for (const [, url] of endpoints) {
    const answers = await Promise.all(
      ['GET', 'POST'].map((method) => fetch(String(url), { method, redirect: 'manual' })),
    );
    expect(answers.some(({ status }) => status !== 404)).toBe(true);
  }
});
it('T8: announces iss in authorization responses, and can be switched off together with it', async () => {
  expect((await read('/.well-known/openid-configuration')).authorization_response_iss_parameter_supported).toBe(true);
  for (const changes of [{}, { prompt: 'none' }, { code_challenge: 'short' }]) {
    const { callback } = await test.browser().logIn(test.authorizeUrl(changes));
    expect(callback?.searchParams.get('iss'), JSON.stringify(changes)).toBe(test.issuer);
  }
  const own = await startProtocolTest({ ...protocolConfig, issParameter: false });
  expect((await read('/.well-known/openid-configuration', own)).authorization_response_iss_parameter_supported).toBe(
    false,
  );
  const good = await own.browser().logIn(own.authorizeUrl());
  const bad = await own.browser().open(own.authorizeUrl({ prompt: 'none' }));
  expect([good.callback?.searchParams.has('code'), good.callback?.searchParams.has('iss')]).toEqual([true, false]);
  expect(bad.callback?.searchParams.has('iss')).toBe(false);
  await own.close();
});
it('T31: there are no pushed authorization requests, so no request_uri of one is taken', async () => {
  const metadata: Record<string, unknown> = await read('/.well-known/openid-configuration');
  expect(metadata.pushed_authorization_request_endpoint).toBeUndefined();
  expect(metadata.request_uri_parameter_supported).toBe(false);
  const request_uri = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c';
  const { callback } = await test.browser().open(test.authorizeUrl({ request_uri }));
  expect(callback?.searchParams.get('error')).toBe('request_uri_not_supported');
});
it('T34: the JWKS has current and next key, and no private member', async () => {
  const { keys } = await read('/.well-known/jwks.json');
  expect(keys.length).toBeGreaterThanOrEqual(2);
  for (const key of keys) {
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String) });
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(member);
  }
});
it('may be cached, but is asked about each time, so that a rotation shows at once', async () => {
  const url = new URL('/.well-known/jwks.json', test.issuer);
  const first = await fetch(url);
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await fetch(url, { headers })).status).toBe(304);
  await test.tenant.context.keys.rotate();
  expect((await fetch(url, { headers })).status).toBe(200);
});
