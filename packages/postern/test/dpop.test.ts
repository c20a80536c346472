import { createPublicKey } from 'node:crypto';
import { sampleConfig } from '@postern/tenant';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Auth0, isDPoPError } from '../src/core.ts';
import { createMemoryDevice, createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';
import { audience, clientId, createWorld, settled, type World } from './support/world.ts';

let world: World;
/** What proofs were sent, with the URL they went to. */
let proofs: { url: string; proof: string | null; status: number }[];
beforeAll(async () => {
  // As RFC 9068 has access tokens, which is how oauth4webapi reads them.
  const apis = sampleConfig.apis.map((api) => ({ ...api, tokenProfile: 'rfc9068' as const }));
  world = await createWorld({ apis });
});
beforeEach(() => {
  world.renew();
  proofs = [];
});
afterAll(() => world.close());

async function openWatched(options: Parameters<World['open']>[0] = {}) {
  const opened = world.open(options);
  const { fetch } = opened.tab;
  opened.tab.fetch = async (input, init) => {
    const response = await fetch(input, init);
    proofs.push({ url: String(input), proof: new Headers(init?.headers).get('dpop'), status: response.status });
    return response;
  };
  return opened;
}
const tokenProofs = () => proofs.filter(({ url }) => url.endsWith('/oauth/token'));
const force = (auth0: Auth0) => auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
const clear = (records: Map<string, Map<string, string>>) => [...records.values()].flatMap((area) => [...area.keys()]);

/** The namespace of the client, under which its key is kept. */
const keyName = () => ['postern', new URL(world.origin).host, clientId].map(encodeURIComponent).join('/');
const thumbprintOf = async () => {
  const pair = await world.device.keys.get(keyName());
  return pair && calculateJwkThumbprint((await crypto.subtle.exportKey('jwk', pair.publicKey)) as JWK);
};

describe('proofs', () => {
  it('S28: a proof, as jose reads it: typ, alg, public jwk only, jti, htm, htu without query, iat, ath, nonce', async () => {
    const { auth0 } = await openWatched();
    const { accessToken, tokenType } = await auth0.webAuth.authorize();
    expect(tokenType).toBe('DPoP');
    const headers = await auth0.getDPoPHeaders({
      url: 'https://API.example.com:443/notes/1?secret=1#fragment',
      method: 'post',
      accessToken,
      tokenType,
      nonce: 'n-1',
    });
    expect(headers.Authorization).toBe(`DPoP ${accessToken}`);
    const proof = headers.DPoP ?? '';
    const { jwk, ...header } = decodeProtectedHeader(proof) as { jwk: JWK };
    expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' });
    expect(Object.keys(jwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    const { payload } = await jwtVerify(proof, await importJWK(jwk, 'ES256'), { typ: 'dpop+jwt' });
    expect(payload).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/),
      htm: 'POST',
      htu: 'https://api.example.com/notes/1',
      iat: expect.closeTo(Date.now() / 1000, -2),
      nonce: 'n-1',
      ath: Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(accessToken))).toString('base64url'),
    });
    expect(decodeJwt(accessToken).cnf).toEqual({ jkt: await calculateJwkThumbprint(jwk) });
    expect(() => createPublicKey({ key: jwk as never, format: 'jwk' })).not.toThrow();
  });

  it('S28: a resource server by oauth4webapi takes the token with its proof, and refuses it with any other', async () => {
    const { auth0 } = await openWatched();
    const { accessToken, tokenType } = await auth0.webAuth.authorize();
    const server = { issuer: `${world.origin}/`, jwks_uri: `${world.origin}/.well-known/jwks.json` };
    const url = 'https://api.example.com/notes?q=1';
    const check = async (changes: { url?: string; method?: string; headers?: Record<string, string> } = {}) => {
      const headers = await auth0.getDPoPHeaders({ url, method: 'GET', accessToken, tokenType });
      const request = new Request(changes.url ?? url, {
        method: changes.method ?? 'GET',
        headers: { ...headers, ...changes.headers },
      });
      return oauth.validateJwtAccessToken(server, request, audience, {
        requireDPoP: true,
        [oauth.allowInsecureRequests]: true,
      });
    };
    expect(await check()).toMatchObject({ sub: 'auth0|sample', aud: expect.arrayContaining([audience]) });
    await expect(check({ url: 'https://api.example.com/other' })).rejects.toThrow();
    await expect(check({ method: 'POST' })).rejects.toThrow();
    await expect(check({ headers: { authorization: `Bearer ${accessToken}` } })).rejects.toThrow();
    const other = world.open({ credentialsManagerStorageKey: 'other' });
    const theirs = await other.auth0.webAuth.authorize();
    const foreign = await other.auth0.getDPoPHeaders({ url, method: 'GET', ...theirs });
    await expect(check({ headers: { DPoP: foreign.DPoP ?? '' } })).rejects.toThrow();
  });

  it('S31: dpop_jkt goes to /authorize and is the thumbprint of the key that the code is exchanged with', async () => {
    const { auth0, tab } = await openWatched();
    const { accessToken } = await auth0.webAuth.authorize({ additionalParameters: { dpop_jkt: 'theirs' } });
    const jkt = new URL(tab.visited[0] ?? '').searchParams.get('dpop_jkt');
    expect(jkt).toBe(await thumbprintOf());
    expect(decodeJwt(accessToken).cnf).toEqual({ jkt });
    for (const { proof } of tokenProofs()) {
      expect(await calculateJwkThumbprint(decodeProtectedHeader(proof ?? '').jwk as JWK)).toBe(jkt);
    }
  });

  it('S27: the key cannot be exported, is one per client and storage key, and is the same after a reload', async () => {
    const { auth0, tab } = await world.openSignedIn();
    const pair = await world.device.keys.get(keyName());
    await expect(crypto.subtle.exportKey('jwk', pair?.privateKey as CryptoKey)).rejects.toThrow();
    const before = await thumbprintOf();
    const again = world.open({}, tab.reload());
    await again.auth0.session.start();
    expect(await force(again.auth0)).toMatchObject({ tokenType: 'DPoP' });
    expect(await thumbprintOf()).toBe(before);
    await world.openSignedIn({ credentialsManagerStorageKey: 'second' });
    expect((await world.device.keys.get(`${keyName()}/second`)) !== undefined).toBe(true);
    expect((await auth0.credentialsManager.getCredentials()).tokenType).toBe('DPoP');
  });

  it('two tabs that begin at once share one key', async () => {
    const tabs = [world.open(), world.open(), world.open()];
    const all = await Promise.all(tabs.map(({ auth0 }) => auth0.webAuth.authorize()));
    expect(new Set(all.map(({ accessToken }) => JSON.stringify(decodeJwt(accessToken).cnf))).size).toBe(1);
  });

  it('with useDPoP false nothing of it is sent, and the tokens are Bearer tokens', async () => {
    const { auth0, tab } = await openWatched({ useDPoP: false });
    const { accessToken, tokenType } = await auth0.webAuth.authorize();
    expect(tokenType).toBe('Bearer');
    expect(decodeJwt(accessToken)).not.toHaveProperty('cnf');
    expect(tab.visited[0]).not.toContain('dpop_jkt');
    expect(proofs.every(({ proof }) => proof === null)).toBe(true);
    expect(await world.device.keys.get(keyName())).toBeUndefined();
    const headers = await auth0.getDPoPHeaders({
      url: 'https://api.example.com/',
      method: 'GET',
      accessToken,
      tokenType,
    });
    expect(headers).toEqual({ Authorization: `Bearer ${accessToken}` });
  });

  it('userInfo proves a bound token, whether its type is named or not', async () => {
    const { auth0 } = await openWatched();
    const { accessToken } = await auth0.webAuth.authorize();
    expect(await auth0.auth.userInfo({ token: accessToken })).toMatchObject({ sub: 'auth0|sample' });
    expect(await auth0.auth.userInfo({ token: accessToken, tokenType: 'DPoP' })).toMatchObject({ sub: 'auth0|sample' });
    const last = proofs.findLast(({ url }) => url.endsWith('/userinfo'));
    expect(decodeJwt(last?.proof ?? '')).toMatchObject({
      htm: 'GET',
      ath: expect.any(String),
      nonce: expect.any(String),
    });
    expect(await rejection(auth0.auth.userInfo({ token: accessToken, tokenType: 'Bearer' }))).toMatchObject({
      status: 401,
    });
  });

  it.each(['url', 'method', 'accessToken', 'tokenType'] as const)('getDPoPHeaders without %s says so', async (name) => {
    const { auth0 } = world.open();
    const whole = { url: 'https://a.example/', method: 'GET', accessToken: 'a', tokenType: 'DPoP' };
    const error = await rejection(auth0.getDPoPHeaders({ ...whole, [name]: '' }));
    expect(isDPoPError(error)).toBe(true);
    expect(error).toMatchObject({ type: 'DPOP_MISSING_PARAMETER', message: expect.stringContaining(name) });
  });

  it('getDPoPHeaders without a key is a DPoPError that says to sign in again, and makes none', async () => {
    const { auth0 } = world.open();
    const whole = { url: 'https://a.example/', method: 'GET', accessToken: 'a', tokenType: 'dpop' };
    expect(await rejection(auth0.getDPoPHeaders(whole))).toMatchObject({
      name: 'DPoPError',
      type: 'DPOP_KEY_RETRIEVAL_FAILED',
      code: 'DPOP_KEY_MISSING',
    });
    expect(await world.device.keys.get(keyName())).toBeUndefined();
  });
});

describe('nonces and clocks', () => {
  it('S29: a nonce is answered once, with a new jti, and used from then on until the tenant gives another', async () => {
    const { auth0 } = await openWatched();
    await auth0.webAuth.authorize();
    expect(tokenProofs().map(({ status }) => status)).toEqual([400, 200]);
    const [first, second] = tokenProofs().map(({ proof }) => decodeJwt(proof ?? ''));
    expect(first).not.toHaveProperty('nonce');
    expect(second).toHaveProperty('nonce');
    expect(first?.jti).not.toBe(second?.jti);
    await force(auth0);
    await force(auth0);
    expect(tokenProofs().map(({ status }) => status)).toEqual([400, 200, 200, 200]);
  });

  it('survives a browser that loses an answer and by itself sends the same request, proof and all, again', async () => {
    const { auth0, tab } = await openWatched();
    await auth0.webAuth.authorize();
    const { fetch } = tab;
    let isLost = true;
    tab.fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!isLost || !String(input).endsWith('/oauth/token')) return response;
      isLost = false;
      return fetch(input, init);
    };
    expect(await force(auth0)).toMatchObject({ tokenType: 'DPoP' });
    expect(tokenProofs().map(({ status }) => status)).toEqual([400, 200, 200, 400, 200]);
  });

  it.each([-600, 600])(
    'a clock %i s off costs one more request, at the first login and never again',
    async (seconds) => {
      const { auth0 } = await openWatched();
      world.device.clock.advance(seconds * 1000);
      expect(await auth0.webAuth.authorize()).toMatchObject({ tokenType: 'DPoP' });
      expect(tokenProofs().map(({ status }) => status)).toEqual([400, 200]);
      await force(auth0);
      expect(tokenProofs()).toHaveLength(3);
      const { iat } = decodeJwt(tokenProofs().at(-1)?.proof ?? '');
      expect(Math.abs((iat ?? 0) - world.tenant.control.clock.get().now / 1000)).toBeLessThan(60);
    },
  );

  describe('a server of its own mind', () => {
    let server: TestServer;
    beforeEach(async () => {
      server = await createTestServer();
    });
    afterEach(() => server.close());

    const openAt = (options = {}) =>
      new Auth0({
        domain: server.origin,
        clientId: 'c',
        platform: createMemoryTab(createMemoryDevice()),
        ...options,
      });
    const metadata = (more = {}) =>
      JSON.stringify({
        issuer: `${server.origin}/`,
        token_endpoint: `${server.origin}/oauth/token`,
        dpop_signing_alg_values_supported: ['RS256', 'ES256'],
        ...more,
      });
    const sent = () => server.requests.filter(({ url }) => url === '/oauth/token');
    const refresh = (auth0: Auth0) => auth0.auth.refreshToken({ refreshToken: 'r' });
    const json = { 'content-type': 'application/json' };

    it('S29: a server that asks for a nonce for ever is asked twice, and its error is the app’s', async () => {
      let count = 0;
      server.answer = (request, response) => {
        if (request.url?.startsWith('/.well-known')) return void response.writeHead(200, json).end(metadata());
        response.writeHead(400, { ...json, 'dpop-nonce': `n${count++}` }).end('{"error":"use_dpop_nonce"}');
      };
      const auth0 = openAt();
      expect(await rejection(refresh(auth0))).toMatchObject({ code: 'use_dpop_nonce' });
      expect(sent()).toHaveLength(2);
      await rejection(refresh(auth0));
      expect(sent()).toHaveLength(4);
      expect(sent().map(({ headers }) => decodeJwt(String(headers.dpop)).nonce)).toEqual([undefined, 'n0', 'n1', 'n2']);
    });

    it('S29: a challenge without a new nonce is not answered, nor any other refusal; a refused proof is made anew, once', async () => {
      let answer = '{"error":"use_dpop_nonce"}';
      server.answer = (request, response) => {
        if (request.url?.startsWith('/.well-known')) return void response.writeHead(200, json).end(metadata());
        response.writeHead(400, json).end(answer);
      };
      const auth0 = openAt();
      await rejection(refresh(auth0));
      answer = '{"error":"invalid_grant"}';
      await rejection(refresh(auth0));
      expect(sent()).toHaveLength(2);
      answer = '{"error":"invalid_dpop_proof"}';
      expect(await rejection(refresh(auth0))).toMatchObject({ code: 'invalid_dpop_proof' });
      expect(sent()).toHaveLength(4);
      const ids = sent().map(({ headers }) => decodeJwt(String(headers.dpop)).jti);
      expect(new Set(ids).size).toBe(4);
    });

    it('S29: nonce and clock both wrong, told one after the other: one retry each, and no more', async () => {
      let count = 0;
      server.answer = (request, response) => {
        if (request.url?.startsWith('/.well-known')) return void response.writeHead(200, json).end(metadata());
        const error = count++ % 2 === 0 ? 'invalid_dpop_proof' : 'use_dpop_nonce';
        const date = new Date(Date.now() + count * 1_000_000).toUTCString();
        response.writeHead(400, { ...json, 'dpop-nonce': `n${count}`, date }).end(JSON.stringify({ error }));
      };
      await rejection(refresh(openAt()));
      expect(sent()).toHaveLength(3);
    });

    it('S29: the nonce of a success is used next', async () => {
      server.answer = (request, response) => {
        if (request.url?.startsWith('/.well-known')) return void response.writeHead(200, json).end(metadata());
        response
          .writeHead(200, { ...json, 'dpop-nonce': 'from-success' })
          .end('{"access_token":"a","token_type":"DPoP","expires_in":60}');
      };
      const auth0 = openAt();
      await refresh(auth0);
      await refresh(auth0);
      expect(sent().map(({ headers }) => decodeJwt(String(headers.dpop)).nonce)).toEqual([undefined, 'from-success']);
    });

    it.each([true, false])(
      'S30: Bearer where DPoP was announced, with allowBearerDowngrade %s',
      async (allowBearerDowngrade) => {
        server.answer = (request, response) => {
          if (request.url?.startsWith('/.well-known')) return void response.writeHead(200, json).end(metadata());
          response.writeHead(200, json).end('{"access_token":"a","token_type":"Bearer","expires_in":60}');
        };
        const answer = refresh(openAt({ allowBearerDowngrade }));
        if (allowBearerDowngrade) expect(await answer).toMatchObject({ tokenType: 'Bearer' });
        else expect(await rejection(answer)).toMatchObject({ code: 'DPOP_INVALID_TOKEN_TYPE' });
      },
    );

    it.each([
      ['no algorithms', { dpop_signing_alg_values_supported: undefined }],
      ['others only', { dpop_signing_alg_values_supported: ['RS256'] }],
      ['nonsense', { dpop_signing_alg_values_supported: 'ES256' }],
    ])('a server that announces %s goes on with Bearer, and without proofs', async (_, more) => {
      server.answer = (request, response) => {
        if (request.url?.startsWith('/.well-known')) return void response.writeHead(200, json).end(metadata(more));
        response.writeHead(200, json).end('{"access_token":"a","token_type":"Bearer","expires_in":60}');
      };
      expect(await refresh(openAt())).toMatchObject({ tokenType: 'Bearer' });
      expect(sent()[0]?.headers).not.toHaveProperty('dpop');
    });
  });
});

it('S30: a renewal answered with Bearer is refused, but the refresh token that came along replaces the spent one', async () => {
  const { auth0, tab } = await world.openSignedIn({ useMrrt: true });
  const { getCredentials } = auth0.credentialsManager;
  const before = await getCredentials();
  const honest = tab.fetch;
  tab.fetch = async (input, init) => {
    const response = await world.fetch(input, init);
    if (!String(init?.body).includes('grant_type=refresh_token') || !response.ok) return response;
    return Response.json({ ...(await response.json()), token_type: 'Bearer' });
  };
  const renewing = [
    () => getCredentials(undefined, 0, {}, true),
    () => auth0.credentialsManager.getApiCredentials('https://files.postern.test'),
  ];
  for (const renew of renewing) expect(await rejection(renew())).toMatchObject({ code: 'DPOP_INVALID_TOKEN_TYPE' });
  expect(auth0.session.getSnapshot().user).not.toBeNull();
  tab.fetch = honest;
  expect(await getCredentials()).toMatchObject({ accessToken: before.accessToken, tokenType: 'DPoP' });
  world.advance(60);
  expect(await getCredentials(undefined, 0, {}, true)).toMatchObject({ tokenType: 'DPoP' });
  expect(await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
});

describe('known failure 1d-35: key and tokens out of step', () => {
  it('an evicted key is DPOP_KEY_MISSING before any request, the session is over, and one login puts it right', async () => {
    const { auth0 } = await world.openSignedIn();
    await world.device.keys.delete(keyName());
    const before = world.tokenRequests.length;
    // The first read has its answer at hand, and only begins to look.
    world.advance(1);
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ tokenType: 'DPoP' });
    await expect
      .poll(() => rejection(auth0.credentialsManager.getCredentials()))
      .toMatchObject({ type: 'DPOP_KEY_MISSING' });
    expect(world.tokenRequests.length).toBe(before);
    expect(auth0.session.getSnapshot().user).toBeNull();
    expect(clear(world.device.records)).toEqual([]);
    await auth0.webAuth.authorize();
    expect(await force(auth0)).toMatchObject({ tokenType: 'DPoP' });
    expect(auth0.session.getSnapshot()).toMatchObject({ error: null, user: { sub: 'auth0|sample' } });
  });

  it('another key is DPOP_KEY_MISMATCH before any request, and the refresh token is not spent', async () => {
    const { auth0 } = await world.openSignedIn();
    await world.device.keys.create(keyName());
    const before = world.tokenRequests.length;
    expect(await rejection(force(auth0))).toMatchObject({ type: 'DPOP_KEY_MISMATCH' });
    expect(world.tokenRequests.length).toBe(before);
    expect(auth0.session.getSnapshot().user).toBeNull();
    await auth0.webAuth.authorize();
    expect(await force(auth0)).toMatchObject({ tokenType: 'DPoP' });
  });

  it('a start with an evicted key ends signed out, with the reason', async () => {
    const { tab } = await world.openSignedIn();
    await world.device.keys.delete(keyName());
    const again = world.open({}, tab.reload());
    await again.auth0.session.start();
    expect(again.auth0.session.getSnapshot()).toMatchObject({
      user: null,
      isLoading: false,
      error: { type: 'DPOP_KEY_MISSING' },
    });
  });

  it('bound credentials with useDPoP off are DPOP_NOT_CONFIGURED at renewal, and stay', async () => {
    const { tab } = await world.openSignedIn();
    const without = world.open({ useDPoP: false }, tab.reload());
    const before = world.tokenRequests.length;
    expect(await rejection(force(without.auth0))).toMatchObject({ type: 'DPOP_NOT_CONFIGURED' });
    expect(world.tokenRequests.length).toBe(before);
    const again = world.open({}, tab.reload());
    expect(await force(again.auth0)).toMatchObject({ tokenType: 'DPoP' });
  });

  it('Bearer credentials of before become bound ones at the next renewal', async () => {
    const { tab } = await world.openSignedIn({ useDPoP: false });
    const now = world.open({}, tab.reload());
    expect(await force(now.auth0)).toMatchObject({ tokenType: 'DPoP' });
    expect(await force(now.auth0)).toMatchObject({ tokenType: 'DPoP' });
  });

  it('a key storage that fails is an error and no reason to end the session', async () => {
    const { auth0 } = await world.openSignedIn();
    const { get } = world.device.keys;
    Object.assign(world.device.keys, { get: () => Promise.reject(new Error('The disk is on fire.')) });
    expect(await rejection(force(auth0))).toMatchObject({ code: 'DPOP_KEY_RETRIEVAL_FAILED' });
    Object.assign(world.device.keys, { get });
    expect(await force(auth0)).toMatchObject({ tokenType: 'DPoP' });
  });

  it('credentials saved by hand are bound to the key that there is', async () => {
    const { auth0 } = await world.openSignedIn();
    const credentials = await auth0.credentialsManager.getCredentials();
    await auth0.credentialsManager.saveCredentials(credentials);
    expect(await force(auth0)).toMatchObject({ tokenType: 'DPoP' });
    await world.device.keys.create(keyName());
    expect(await rejection(force(auth0))).toMatchObject({ type: 'DPOP_KEY_MISMATCH' });
  });
});

describe('signing out', () => {
  it('S19: removes key and nonces, and the next login has a new key', async () => {
    const { auth0 } = await openWatched();
    await auth0.webAuth.authorize();
    const before = await thumbprintOf();
    await auth0.credentialsManager.clearCredentials();
    expect(await world.device.keys.get(keyName())).toBeUndefined();
    expect(clear(world.device.records)).toEqual([]);
    proofs = [];
    await auth0.webAuth.authorize();
    expect(decodeJwt(tokenProofs()[0]?.proof ?? '')).not.toHaveProperty('nonce');
    expect(await thumbprintOf()).not.toBe(before);
  });

  it('S19: a tab that hears of a sign-out forgets the nonces, too', async () => {
    const { auth0 } = await openWatched();
    await auth0.webAuth.authorize();
    const other = world.open();
    await other.auth0.session.start();
    await force(auth0);
    const nonceOf = (proof: string | null | undefined) => decodeJwt(proof ?? '').nonce;
    expect(nonceOf(tokenProofs().at(-1)?.proof)).toBeDefined();
    await auth0.session.start();
    await other.auth0.credentialsManager.clearCredentials();
    await settled();
    proofs = [];
    await auth0.webAuth.authorize();
    expect(nonceOf(tokenProofs()[0]?.proof)).toBeUndefined();
  });

  it('S19: another tab whose login was under way does not come back with a key that is gone', async () => {
    const one = await world.openSignedIn();
    const two = world.open();
    const { visit } = two.tab;
    two.tab.visit = async (request) => {
      const url = await visit(request);
      await one.auth0.credentialsManager.clearCredentials();
      return url;
    };
    expect(await rejection(two.auth0.webAuth.authorize())).toMatchObject({ code: 'DPOP_KEY_MISSING' });
    for (const { auth0 } of [one, two]) expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    expect(clear(world.device.records)).toEqual([]);
  });

  it('a key that cannot be removed does not keep anybody signed in', async () => {
    const { auth0 } = await world.openSignedIn();
    Object.assign(world.device.keys, { delete: () => Promise.reject(new Error('no')) });
    await auth0.credentialsManager.clearCredentials();
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    world.renew();
  });
});
