import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFetch } from '../src/core.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';
import { createWorld, type World } from './support/world.ts';

const FILES = 'https://files.postern.test';
let world: World;
let api: TestServer;
let elsewhere: TestServer;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  world.renew();
  [api, elsewhere] = await Promise.all([createTestServer(), createTestServer()]);
  for (const server of [api, elsewhere]) server.answer = (_, response) => response.writeHead(200).end('{"ok":true}');
});
afterEach(() => Promise.all([api.close(), elsewhere.close()]));
afterAll(() => world.close());

const last = (server: TestServer) => server.requests.at(-1)?.headers ?? {};
const proofOf = (server: TestServer, at = -1) => decodeJwt(String(server.requests.at(at)?.headers.dpop));

describe.each([true, false])('createFetch, with useDPoP %s', (useDPoP) => {
  const open = async (options = {}) => {
    const { auth0 } = await world.openSignedIn({ useDPoP, useMrrt: true });
    return { auth0, call: createFetch(auth0, { apis: [{ origin: api.origin, ...options }] }) };
  };

  it('brings the token, with a proof where it is bound, and leaves the request as it is', async () => {
    const { auth0, call } = await open();
    const { accessToken } = await auth0.credentialsManager.getCredentials();
    const response = await call(`${api.origin}/notes?q=1`, {
      method: 'POST',
      body: 'hello',
      headers: { 'content-type': 'text/plain', 'x-mine': '1' },
    });
    expect(await response.json()).toEqual({ ok: true });
    expect(api.requests).toMatchObject([{ method: 'POST', url: '/notes?q=1', body: 'hello' }]);
    expect(last(api)).toMatchObject({ 'content-type': 'text/plain', 'x-mine': '1' });
    expect(last(api).authorization).toBe(`${useDPoP ? 'DPoP' : 'Bearer'} ${accessToken}`);
    if (useDPoP) expect(proofOf(api)).toMatchObject({ htm: 'POST', htu: `${api.origin}/notes` });
    else expect(last(api)).not.toHaveProperty('dpop');
    expect(JSON.stringify(api.requests.map(({ url }) => url))).not.toContain(accessToken);
  });

  it('S23: no token goes to any other origin, port or scheme, nor with an Authorization of the app’s own', async () => {
    const { call } = await open();
    await call(`${elsewhere.origin}/${api.origin}/`);
    expect(last(elsewhere)).not.toHaveProperty('authorization');
    expect(last(elsewhere)).not.toHaveProperty('dpop');
    await call(api.origin.replace('127.0.0.1', 'localhost')).catch(() => undefined);
    expect(api.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    await call(`${api.origin}/`, { headers: { authorization: 'Basic x' } });
    expect(last(api).authorization).toBe('Basic x');
  });

  it.each([301, 302, 303, 307, 308])('S23: a %i is not followed, across origins or within', async (status) => {
    const { call } = await open();
    for (const location of [`${elsewhere.origin}/`, '/other']) {
      api.answer = (_, response) => response.writeHead(status, { location }).end();
      expect(await rejection(call(`${api.origin}/`))).toMatchObject({ code: 'api_redirect', status });
      expect(api.requests.at(-1)?.url).toBe('/');
    }
    expect(elsewhere.requests).toEqual([]);
  });

  it('renews when due, and gets the token of the audience named', async () => {
    const { auth0, call } = await open({ audience: FILES, scope: 'read:files' });
    await call(`${api.origin}/`);
    const token = String(last(api).authorization).split(' ')[1] ?? '';
    expect([decodeJwt(token).aud].flat()).toContain(FILES);
    const before = world.tokenRequests.length;
    await call(`${api.origin}/`);
    expect(world.tokenRequests.length).toBe(before);
    world.advance(2 * 86_400);
    await Promise.all([call(`${api.origin}/a`), call(`${api.origin}/b`)]);
    expect(world.tokenRequests.length).toBe(before + 1);
    expect(last(api).authorization).not.toContain(token);
    await auth0.credentialsManager.clearCredentials();
    expect(await rejection(call(`${api.origin}/`))).toMatchObject({ type: 'NO_CREDENTIALS' });
  });

  it('S29: a nonce challenge is answered once, body included, and the nonce is used from then on', async () => {
    let nonce = 'n1';
    api.answer = (request, response) => {
      const isGood = !useDPoP || decodeJwt(String(request.headers.dpop)).nonce === nonce;
      if (isGood) response.writeHead(200).end();
      else response.writeHead(401, { 'dpop-nonce': nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' }).end();
    };
    const { call } = await open();
    expect((await call(`${api.origin}/`, { method: 'POST', body: 'twice' })).status).toBe(200);
    expect(api.requests.map(({ body }) => body)).toEqual(useDPoP ? ['twice', 'twice'] : ['twice']);
    const count = api.requests.length;
    expect((await call(`${api.origin}/`)).status).toBe(200);
    expect(api.requests.length).toBe(count + 1);
    if (!useDPoP) return;
    expect(proofOf(api, 0).jti).not.toBe(proofOf(api, 1).jti);
    nonce = 'n2';
    expect((await call(`${api.origin}/`)).status).toBe(200);
    expect(proofOf(api).nonce).toBe('n2');
  });

  it('S29: an API that is never content is asked at most twice, and its answer is the app’s', async () => {
    let count = 0;
    api.answer = (_, response) =>
      response
        .writeHead(401, { 'dpop-nonce': `n${count++}`, 'www-authenticate': 'DPoP error="use_dpop_nonce"' })
        .end('no');
    const { call } = await open();
    const response = await call(`${api.origin}/`);
    expect([response.status, await response.text()]).toEqual([401, 'no']);
    expect(api.requests).toHaveLength(useDPoP ? 2 : 1);
  });

  it('a 401 for another reason is the app’s at once', async () => {
    api.answer = (_, response) => response.writeHead(401, { 'www-authenticate': 'DPoP error="invalid_token"' }).end();
    const { call } = await open();
    expect((await call(`${api.origin}/`)).status).toBe(401);
    expect(api.requests).toHaveLength(1);
  });

  it('a Request, an abort signal and a fetch of the app’s own work as in fetch', async () => {
    const { auth0 } = await open();
    let calls = 0;
    const mine: typeof fetch = (input, init) => {
      calls++;
      return fetch(input, init);
    };
    const call = createFetch(auth0, { apis: [{ origin: `${api.origin}/` }], fetch: mine });
    await call(new Request(`${api.origin}/r`, { method: 'PUT', body: 'b' }));
    expect(api.requests).toMatchObject([{ method: 'PUT', url: '/r', body: 'b' }]);
    expect(calls).toBe(1);
    expect(await rejection(call(`${api.origin}/`, { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
  });
});

it('a clock that the API finds wrong is put right by its Date, once', async () => {
  const { auth0 } = await world.openSignedIn();
  const ahead = 3600;
  api.answer = (request, response) => {
    const { iat = 0 } = decodeJwt(String(request.headers.dpop));
    const now = Date.now() / 1000 + ahead;
    const isGood = Math.abs(iat - now) < 60;
    const headers = { date: new Date(now * 1000).toUTCString(), 'www-authenticate': 'DPoP error="invalid_dpop_proof"' };
    response.writeHead(isGood ? 200 : 401, headers).end();
  };
  const call = createFetch(auth0, { apis: [{ origin: api.origin }] });
  expect((await call(`${api.origin}/`)).status).toBe(200);
  expect((await call(`${api.origin}/`)).status).toBe(200);
  expect(api.requests).toHaveLength(3);
});

it.each(['https://api.example.com/v1', 'api.example.com', ''])('"%s" is no origin', async (origin) => {
  const { auth0 } = world.open();
  expect(() => createFetch(auth0, { apis: [{ origin }] })).toThrow(/no origin/);
});
