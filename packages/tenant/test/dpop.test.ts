import { exportJWK, generateKeyPair, generateSecret, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  athOf,
  type BoundTest,
  boundApi,
  boundConfig,
  createProofKey,
  loginForm,
  type ProofKey,
  type ProofParts,
  startBoundTest,
} from './support/bound.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import { api, callback, claimsOf, rfc9068Api, secret, verifier } from './support/protocol.ts';

let test: BoundTest;
let key: ProofKey;
let otherKey: ProofKey;
beforeAll(async () => {
  [test, key, otherKey] = await Promise.all([startBoundTest(), createProofKey(), createProofKey()]);
});
afterAll(() => test.close());

const tokenOf = (answer: { body: Record<string, unknown> }, name = 'access_token') => String(answer.body[name]);
const challengeOf = (response: Response) => response.headers.get('www-authenticate');

describe('at the token endpoint', () => {
  it('T15: a proved login gets tokens bound to the key, and says so', async () => {
    const answer = await test.provedLogin(key);
    expect(answer.status).toBe(200);
    expect(answer.body.token_type).toBe('DPoP');
    expect(claimsOf(tokenOf(answer)).cnf).toEqual({ jkt: key.jkt });
    expect(claimsOf(tokenOf(answer, 'id_token'))).not.toHaveProperty('cnf');
  });
  it('T15: the RFC 9068 profile is bound, too', async () => {
    const answer = await test.provedLogin(key, { audience: rfc9068Api, scope: 'openid read:notes' });
    expect(claimsOf(tokenOf(answer)).cnf).toEqual({ jkt: key.jkt });
  });
  it('without a proof the token is a plain one', async () => {
    const answer = await test.login();
    expect(answer.body.token_type).toBe('Bearer');
    expect(claimsOf(tokenOf(answer))).not.toHaveProperty('cnf');
    expect(answer.headers.get('dpop-nonce')).toBeNull();
  });

  it('T16: a public client without nonce is told one, exposed by CORS', async () => {
    const headers = { dpop: await test.proof(key), origin: 'https://app.example.test' };
    const answer = await test.login({}, headers);
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'use_dpop_nonce', error_description: 'Authorization server requires nonce in DPoP proof' },
    ]);
    expect(answer.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(answer.headers.get('access-control-expose-headers')).toContain('dpop-nonce');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.test');
    expect(await test.lastEvent('token.continued')).toMatchObject({
      outcome: 'success',
      sentence: expect.stringContaining('has no nonce'),
    });
  });
  it('T16: success and every refusal of a proof bring the next nonce', async () => {
    const nonce = await test.nonce();
    const good = await test.login({}, { dpop: await test.proof(key, { claims: { nonce } }) });
    const wrong = { nonce, htm: 'GET' };
    const bad = await test.login({}, { dpop: await test.proof(key, { claims: wrong }) });
    const denied = await test.login({ password: 'wrong' }, { dpop: await test.proof(key, { claims: { nonce } }) });
    expect([good.status, bad.status, denied.status]).toEqual([200, 400, 403]);
    for (const { headers } of [good, bad, denied]) expect(headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
  it('T16: nonces rotate; the one before is good, older ones are not, nor made-up ones', async () => {
    const own = await startBoundTest();
    own.tenant.context.clock.set(1_900_000_000_000);
    const nonce = await own.nonce();
    const login = async (claims: Record<string, unknown>) => own.login({}, { dpop: await own.proof(key, { claims }) });
    expect((await login({ nonce })).status).toBe(200);
    own.advance(300);
    const next = await own.nonce();
    expect(next).not.toBe(nonce);
    expect((await login({ nonce })).status).toBe(200);
    own.advance(300);
    for (const stale of [nonce, 'made-up', 42]) {
      const answer = await login({ nonce: stale });
      expect([answer.status, answer.body.error]).toEqual([400, 'use_dpop_nonce']);
    }
    await own.close();
  });
  it('T16: a client whose clock is wrong learns nonce and time from one refusal', async () => {
    const { clock } = test.tenant.context;
    clock.set(Date.now());
    const late = clock.seconds() - 600;
    const answer = await test.login({}, { dpop: await test.proof(key, { claims: { iat: late } }) });
    expect(answer.body.error).toBe('use_dpop_nonce');
    const offset = Date.parse(answer.headers.get('date') ?? '') / 1000 - late;
    expect(offset).toBe(600);
    clock.reset();
  });
  it('the Date of the answer is the tenant’s, and readable across origins', async () => {
    const own = await startBoundTest();
    own.tenant.context.clock.set(1_900_000_000_000);
    const headers = { dpop: await own.proof(key), origin: 'https://app.example.test' };
    const answer = await own.login({}, headers);
    expect(Date.parse(answer.headers.get('date') ?? '')).toBe(1_900_000_000_000);
    expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toContain('date');
    await own.close();
  });
  it('a confidential client needs no nonce, but one that is sent must be good', async () => {
    const confidential = { client_id: 'server', client_secret: secret };
    const without = await test.login(confidential, { dpop: await test.proof(key) });
    expect([without.status, without.body.token_type]).toEqual([200, 'DPoP']);
    const wrong = { dpop: await test.proof(key, { claims: { nonce: 'made-up' } }) };
    expect((await test.login(confidential, wrong)).body.error).toBe('use_dpop_nonce');
  });
  it('client_credentials gives a bound token', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'machine', client_secret: secret, audience: boundApi };
    const answer = await test.post('/oauth/token', form, { dpop: await test.proof(key) });
    expect(claimsOf(tokenOf(answer)).cnf).toEqual({ jkt: key.jkt });
  });

  const refusedProofs: [string, string, () => ProofParts | Promise<ProofParts>, string][] = [
    ['another typ', 'DPoP Proof typ must be "dpop+jwt"', () => ({ header: { typ: 'JWT' } }), 'the typ "JWT"'],
    ['no key', 'Missing "jwk" in DPoP proof header', () => ({ header: { jwk: undefined } }), 'its public key'],
    [
      'the private half of the key',
      'DPoP Proof jwk must be a public key',
      async () => ({ header: { jwk: await exportJWK(key.privateKey) } }),
      'worthless now',
    ],
    [
      'a symmetric key',
      'DPoP Proof jwk must be a public key',
      () => ({ header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } }),
      'symmetric',
    ],
    [
      'an RSA key',
      'Invalid "jwk" in DPoP proof header',
      () => ({ header: { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } } }),
      'no public P-256 key',
    ],
    [
      'a point that is not on the curve',
      'DPoP Proof signature is invalid',
      () => ({ header: { jwk: { ...key.jwk, y: key.jwk.x } } }),
      'not signed with the key',
    ],
    [
      'a key that did not sign it',
      'DPoP Proof signature is invalid',
      () => ({ header: { jwk: otherKey.jwk } }),
      'not signed with the key',
    ],
    ['no jti', 'Missing "jti" claim in DPoP proof', () => ({ claims: { jti: undefined } }), 'no usable jti'],
    ['an empty jti', 'Missing "jti" claim in DPoP proof', () => ({ claims: { jti: '' } }), 'no usable jti'],
    ['a huge jti', 'Missing "jti" claim in DPoP proof', () => ({ claims: { jti: 'x'.repeat(300) } }), 'no usable jti'],
    ['no htm', 'DPoP Proof htm mismatch', () => ({ claims: { htm: undefined } }), 'for the method none'],
    ['another method', 'DPoP Proof htm mismatch', () => ({ claims: { htm: 'GET' } }), 'for the method "GET"'],
    ['no htu', 'DPoP Proof htu mismatch', () => ({ claims: { htu: undefined } }), 'but came to'],
    ['another path', 'DPoP Proof htu mismatch', () => ({ claims: { htu: `${test.issuer}userinfo` } }), '/userinfo but'],
    [
      'another host',
      'DPoP Proof htu mismatch',
      () => ({ claims: { htu: 'https://evil.example.test/oauth/token' } }),
      'evil.example.test',
    ],
    ['no URL', 'DPoP Proof htu mismatch', () => ({ claims: { htu: 'oauth/token' } }), 'for no URL'],
    [
      'a time too long ago',
      'DPoP proof "iat" is outside the acceptable range',
      () => ({ claims: { iat: test.tenant.context.clock.seconds() - 303 } }),
      'before the tenant’s now'.replace('’', "'"),
    ],
    [
      'a time too far ahead',
      'DPoP proof "iat" is outside the acceptable range',
      () => ({ claims: { iat: test.tenant.context.clock.seconds() + 60 } }),
      "after the tenant's now",
    ],
    ['no time', 'DPoP proof "iat" is outside the acceptable range', () => ({ claims: { iat: undefined } }), 'no iat'],
  ];
  it.each(refusedProofs)('T14: a proof with %s is refused: %s', async (_name, description, parts, sentence) => {
    const { header = {}, claims = {} } = await parts();
    const dpop = await test.proof(key, { header, claims: { nonce: await test.nonce(), ...claims } });
    const answer = await test.login({}, { dpop });
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'invalid_dpop_proof', error_description: description },
    ]);
    const event = await test.lastEvent('token.rejected');
    expect(event.sentence).toContain(sentence);
    expect(event.sentence).not.toContain(dpop);
  });
  it('T14: other algorithms are refused, symmetric and asymmetric, and none', async () => {
    const claims = { jti: 'one', htm: 'POST', htu: `${test.issuer}oauth/token`, nonce: await test.nonce() };
    const sign = async (alg: 'RS256' | 'ES384' | 'HS256') => {
      const pair = alg === 'HS256' ? undefined : await generateKeyPair(alg, { extractable: true });
      const signer = pair?.privateKey ?? (await generateSecret('HS256'));
      const jwk = pair === undefined ? key.jwk : await exportJWK(pair.publicKey);
      return new SignJWT(claims).setProtectedHeader({ typ: 'dpop+jwt', alg, jwk }).setIssuedAt().sign(signer);
    };
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${encode({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk })}.${encode(claims)}.`;
    for (const dpop of [await sign('RS256'), await sign('ES384'), await sign('HS256'), none]) {
      const { body } = await test.login({}, { dpop });
      expect(body.error_description).toBe('Unsupported DPoP Proof algorithm');
    }
  });
  it.each(['', 'no-jwt', 'a.b.c', 'e30.e30.'])('T14: the header "%s" is no proof', async (dpop) => {
    const answer = await test.login({}, { dpop });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_dpop_proof']);
  });
  it('T14: two headers are refused, even when both are good', async () => {
    const nonce = await test.nonce();
    const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' });
    for (const _ of [1, 2]) headers.append('dpop', await test.proof(key, { claims: { nonce } }));
    const response = await fetch(`${test.issuer}oauth/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(loginForm()),
    });
    expect(await response.json()).toEqual({
      error: 'invalid_dpop_proof',
      error_description: 'Multiple DPoP proofs are not allowed',
    });
  });
  it('T14: a proof works once, and of 20 at once with the same one, one', async () => {
    const nonce = await test.nonce();
    const dpop = await test.proof(key, { claims: { nonce } });
    expect((await test.login({}, { dpop })).status).toBe(200);
    const again = await test.login({}, { dpop });
    expect(again.body).toEqual({ error: 'invalid_dpop_proof', error_description: 'DPoP proof was used before' });
    const fresh = await test.proof(key, { claims: { nonce } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.login({}, { dpop: fresh })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
  it('T14: a jti is somebody’s own: another key may use the same', async () => {
    const claims = { jti: 'the-same', nonce: await test.nonce() };
    for (const one of [key, otherKey]) {
      expect((await test.login({}, { dpop: await test.proof(one, { claims }) })).status).toBe(200);
    }
  });
  it('T14: a refused proof uses no jti up', async () => {
    const claims = { jti: 'once-more' };
    expect((await test.login({}, { dpop: await test.proof(key, { claims }) })).body.error).toBe('use_dpop_nonce');
    const again = { ...claims, nonce: await test.nonce() };
    expect((await test.login({}, { dpop: await test.proof(key, { claims: again }) })).status).toBe(200);
  });
  it('T14: htm and htu are compared as URLs and methods are', async () => {
    const { host } = new URL(test.issuer);
    for (const htu of [
      `HTTP://${host.toUpperCase()}/oauth/token`,
      `http://${host}/oauth/token?x=1#y`,
      `http://${host}/%6fauth/to%6Ben`,
      `http://${host}/x/../oauth/token`,
    ]) {
      const claims = { htu, htm: 'post', nonce: await test.nonce() };
      expect((await test.login({}, { dpop: await test.proof(key, { claims }) })).status).toBe(200);
    }
  });
  it('T14: the edges of the time window are inside', async () => {
    const own = await startBoundTest();
    own.tenant.context.clock.set(1_900_000_000_000);
    for (const age of [300, -30]) {
      const claims = { iat: 1_900_000_000 - age, nonce: await own.nonce() };
      expect((await own.login({}, { dpop: await own.proof(key, { claims }) })).status).toBe(200);
    }
    for (const age of [301, -31]) {
      const claims = { iat: 1_900_000_000 - age, nonce: await own.nonce() };
      expect((await own.login({}, { dpop: await own.proof(key, { claims }) })).body.error).toBe('invalid_dpop_proof');
    }
    await own.close();
  });
});

describe('where proofs are required', () => {
  it('a client with requireDpop gets nothing without a proof', async () => {
    const answer = await test.login({ client_id: 'bound-spa' });
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'invalid_dpop_proof', error_description: 'DPoP proof is required' },
    ]);
    expect(answer.headers.get('dpop-nonce')).not.toBeNull();
    expect((await test.provedLogin(key, { client_id: 'bound-spa' })).body.token_type).toBe('DPoP');
  });
  it('an API with dpop required gets no plain token, and the code is not spent', async () => {
    const changes = { audience: boundApi, scope: 'openid read:bound' };
    const code = await test.code(changes);
    const plain = await test.redeem(code);
    expect([plain.status, plain.body.error]).toEqual([400, 'invalid_dpop_proof']);
    expect((await test.lastEvent('token.rejected')).sentence).toContain(boundApi);
    const form = { grant_type: 'authorization_code', client_id: 'spa', code, redirect_uri: callback };
    const proved = await test.postProved(key, { ...form, code_verifier: verifier });
    expect(proved.body.token_type).toBe('DPoP');
  });
  it('an API with dpop required gets no plain token by a refresh for it either', async () => {
    const { body } = await test.login({ client_id: 'native' });
    const refreshed = await test.refresh(String(body.refresh_token), { client_id: 'native', audience: boundApi });
    expect([refreshed.status, refreshed.body.error]).toEqual([400, 'invalid_dpop_proof']);
    expect((await test.refresh(String(body.refresh_token), { client_id: 'native' })).status).toBe(200);
  });
});

describe('dpop_jkt', () => {
  const form = (code: string) => ({
    grant_type: 'authorization_code',
    client_id: 'spa',
    code,
    redirect_uri: callback,
    code_verifier: verifier,
  });
  it('T17: the code is for the key it was asked for with', async () => {
    const code = await test.code({ dpop_jkt: key.jkt });
    const other = await test.postProved(otherKey, form(code));
    expect([other.status, other.body]).toEqual([
      403,
      { error: 'invalid_grant', error_description: 'Invalid authorization code' },
    ]);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('proved another DPoP key');
    const none = await test.post('/oauth/token', form(code));
    expect(none.status).toBe(403);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('proved no DPoP key');
    expect((await test.postProved(key, form(code))).body.token_type).toBe('DPoP');
  });
  it('T17: without it any key will do', async () => {
    expect((await test.postProved(key, form(await test.code()))).body.token_type).toBe('DPoP');
  });
});

describe('refresh tokens', () => {
  const refreshForm = (token: string, changes = {}) => ({
    grant_type: 'refresh_token',
    client_id: 'spa',
    refresh_token: token,
    ...changes,
  });
  it('T13: those of a public client are bound to the key: another one, or none, is refused', async () => {
    const first = await test.provedLogin(key);
    const token = tokenOf(first, 'refresh_token');
    const refused = { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' };
    const other = await test.postProved(otherKey, refreshForm(token));
    expect([other.status, other.body]).toEqual([403, refused]);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('proved with another');
    const none = await test.refresh(token);
    expect([none.status, none.body]).toEqual([403, refused]);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('carries no proof');

    const second = await test.postProved(key, refreshForm(token));
    expect(second.body.token_type).toBe('DPoP');
    expect(claimsOf(tokenOf(second)).cnf).toEqual({ jkt: key.jkt });
    const third = await test.postProved(otherKey, refreshForm(tokenOf(second, 'refresh_token')));
    expect(third.body).toEqual(refused);
  });
  it('T13: those of a confidential client are not: its secret is proof enough', async () => {
    const confidential = { client_id: 'server', client_secret: secret };
    const first = await test.provedLogin(key, confidential);
    const second = await test.postProved(otherKey, refreshForm(tokenOf(first, 'refresh_token'), confidential));
    expect(claimsOf(tokenOf(second)).cnf).toEqual({ jkt: otherKey.jkt });
  });
  it('a family that began without a key gives a bound token to who proves one', async () => {
    const first = await test.login();
    const second = await test.postProved(key, refreshForm(tokenOf(first, 'refresh_token')));
    expect(claimsOf(tokenOf(second)).cnf).toEqual({ jkt: key.jkt });
  });
});

describe('at /userinfo', () => {
  let bound: string;
  let opaque: string;
  let plain: string;
  beforeAll(async () => {
    bound = tokenOf(await test.provedLogin(key));
    const form = { grant_type: 'authorization_code', client_id: 'spa', redirect_uri: callback };
    const code = await test.code({ audience: undefined });
    opaque = tokenOf(await test.postProved(key, { ...form, code, code_verifier: verifier }));
    plain = tokenOf(await test.login());
  });

  it('a bound token works with its key, by JWT and opaque', async () => {
    for (const token of [bound, opaque]) {
      const response = await test.provedUserinfo(key, token);
      expect(response.status).toBe(200);
      expect(response.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(await response.json()).toMatchObject({ sub: 'auth0|sample' });
    }
  });
  it('T15: a bound token is refused as plain Bearer', async () => {
    for (const token of [bound, opaque]) {
      const response = await test.userinfo(token);
      expect([response.status, await response.text()]).toEqual([401, 'Unauthorized']);
      expect(challengeOf(response)).toMatch(/^DPoP error="invalid_token", error_description="[^"]+", algs="ES256"$/);
    }
  });
  it('T15: a bound token in a form is plain Bearer, too', async () => {
    expect((await test.post('/userinfo', { access_token: bound })).status).toBe(401);
  });
  it('T15: another key is refused', async () => {
    const response = await test.provedUserinfo(otherKey, bound);
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toMatch(/^DPoP error="invalid_token"/);
    expect((await test.lastEvent('userinfo.rejected')).sentence).toContain('another DPoP key');
  });
  it('a plain token is refused with the DPoP scheme', async () => {
    const response = await test.provedUserinfo(key, plain);
    expect([response.status, challengeOf(response)?.startsWith('DPoP error="invalid_token"')]).toEqual([401, true]);
  });
  it('T16: without a good nonce the challenge is a 401 in the order clients read', async () => {
    for (const nonce of [undefined, 'made-up']) {
      const response = await test.provedUserinfo(key, bound, { claims: { nonce } });
      expect(response.status).toBe(401);
      expect(response.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(challengeOf(response)).toBe(
        'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"',
      );
      expect(challengeOf(response)?.split(', ')[0]).toBe('DPoP error="use_dpop_nonce"');
    }
  });
  it('T14: a missing proof is told', async () => {
    const response = await fetch(`${test.issuer}userinfo`, { headers: { authorization: `DPoP ${bound}` } });
    expect([response.status, challengeOf(response)]).toEqual([
      401,
      'DPoP error="invalid_dpop_proof", error_description="DPoP proof is required", algs="ES256"',
    ]);
  });
  const refused: [string, string, () => ProofParts][] = [
    ['no ath', "Missing 'ath' claim in DPoP proof", () => ({ claims: { ath: undefined } })],
    ['the ath of another token', 'DPoP Proof ath mismatch', () => ({ claims: { ath: athOf(plain) } })],
    ['another method', 'DPoP Proof htm mismatch', () => ({ claims: { htm: 'POST' } })],
    ['another URL', 'DPoP Proof htu mismatch', () => ({ claims: { htu: `${test.issuer}oauth/token` } })],
    [
      'an old time',
      "DPoP proof 'iat' is outside the acceptable range",
      () => ({ claims: { iat: test.tenant.context.clock.seconds() - 400 } }),
    ],
    ['a key that did not sign', 'DPoP Proof signature is invalid', () => ({ header: { jwk: otherKey.jwk } })],
  ];
  it.each(refused)('T14: a proof with %s is refused: %s', async (_name, description, parts) => {
    const response = await test.provedUserinfo(key, bound, parts());
    expect([response.status, challengeOf(response)]).toEqual([
      401,
      `DPoP error="invalid_dpop_proof", error_description="${description}", algs="ES256"`,
    ]);
    expect((await test.lastEvent('userinfo.rejected')).clientId).toBe('spa');
  });
  it('T14: a proof works once', async () => {
    const named = { htm: 'GET', htu: `${test.issuer}userinfo`, ath: athOf(bound), nonce: await test.nonce() };
    const headers = { authorization: `DPoP ${bound}`, dpop: await test.proof(key, { claims: named }) };
    const get = () => fetch(`${test.issuer}userinfo`, { headers });
    expect([(await get()).status, (await get()).status]).toEqual([200, 401]);
  });
  it('T28: a bound ID token does not exist, and a plain one is no access token with either scheme', async () => {
    const idToken = tokenOf(await test.provedLogin(key), 'id_token');
    expect((await test.provedUserinfo(key, idToken)).status).toBe(401);
    expect((await test.userinfo(idToken)).status).toBe(401);
  });
  it('T29: a bound token without openid is for its API alone', async () => {
    const token = tokenOf(await test.provedLogin(key, { scope: 'read:notes' }));
    const response = await test.provedUserinfo(key, token);
    expect([response.status, challengeOf(response)?.startsWith('DPoP error="invalid_token"')]).toEqual([401, true]);
  });
});

describe('at the API for second factors', () => {
  let bound: string;
  const url = () => `${test.issuer}mfa/authenticators`;
  const list = async (proofKey: ProofKey, parts: ProofParts = {}, scheme = 'DPoP') => {
    const named = { htm: 'GET', htu: url(), ath: athOf(bound), nonce: await test.nonce() };
    const dpop = await test.proof(proofKey, { ...parts, claims: { ...named, ...parts.claims } });
    return fetch(url(), { headers: { authorization: `${scheme} ${bound}`, dpop } });
  };
  beforeAll(async () => {
    bound = tokenOf(
      await test.provedLogin(key, { audience: `${test.issuer}mfa/`, scope: 'enroll read:authenticators' }),
    );
  });
  it('a bound token works with its key', async () => {
    const response = await list(key);
    expect([response.status, await response.json()]).toMatchObject([200, [{ type: 'email' }]]);
  });
  it('T15: with another key, without proof or as plain Bearer it does not', async () => {
    expect((await list(otherKey)).status).toBe(401);
    expect((await list(key, {}, 'Bearer')).status).toBe(401);
    const response = await fetch(url(), { headers: { authorization: `DPoP ${bound}` } });
    expect([response.status, challengeOf(response)?.startsWith('DPoP error="invalid_dpop_proof"')]).toEqual([
      401,
      true,
    ]);
  });
  it('T16: without nonce it is challenged', async () => {
    const response = await list(key, { claims: { nonce: undefined } });
    expect([response.status, challengeOf(response)?.split(', ')[0]]).toEqual([401, 'DPoP error="use_dpop_nonce"']);
    expect(response.headers.get('dpop-nonce')).not.toBeNull();
  });
  it('T29: a token for another API is refused', async () => {
    const other = tokenOf(await test.provedLogin(key));
    const named = { htm: 'GET', htu: url(), ath: athOf(other), nonce: await test.nonce() };
    const dpop = await test.proof(key, { claims: named });
    const response = await fetch(url(), { headers: { authorization: `DPoP ${other}`, dpop } });
    expect([response.status, challengeOf(response)?.startsWith('DPoP error="invalid_token"')]).toEqual([401, true]);
  });
  it('one that lacks the scope is told which', async () => {
    const weak = await test.provedLogin(key, { audience: `${test.issuer}mfa/`, scope: 'enroll' });
    const named = { htm: 'GET', htu: url(), ath: athOf(tokenOf(weak)), nonce: await test.nonce() };
    const dpop = await test.proof(key, { claims: named });
    const response = await fetch(url(), { headers: { authorization: `DPoP ${tokenOf(weak)}`, dpop } });
    expect([response.status, (await response.json()).error]).toEqual([403, 'insufficient_scope']);
  });
});

it('discovery names the algorithms', async () => {
  const document = await (await fetch(`${test.issuer}.well-known/openid-configuration`)).json();
  expect(document).toMatchObject({ dpop_signing_alg_values_supported: ['ES256'] });
});

it('oauth4webapi signs in, refreshes and calls /userinfo with DPoP', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(test.issuer);
  const as = await oauth
    .discoveryRequest(issuer, insecure)
    .then((answer) => oauth.processDiscoveryResponse(issuer, answer));
  const client: oauth.Client = { client_id: 'spa' };
  const pair = await oauth.generateKeyPair('ES256');
  const dpop = oauth.DPoP(client, pair);
  const page = await test.browser().logIn(test.authorizeUrl({ dpop_jkt: await dpop.calculateThumbprint() }));
  const parameters = oauth.validateAuthResponse(as, client, page.callback ?? new URL('about:blank'), 'the-state');

  /** One retry, as soon as there is a nonce to send. */
  const withNonce = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (oauth.isDPoPNonceError(error)) return call();
      throw error;
    }
  };
  const none = oauth.None();
  const tokens = await withNonce(async () =>
    oauth.processAuthorizationCodeResponse(
      as,
      client,
      await oauth.authorizationCodeGrantRequest(as, client, none, parameters, callback, verifier, {
        DPoP: dpop,
        ...insecure,
      }),
      { expectedNonce: 'the-nonce' },
    ),
  );
  expect(tokens.token_type).toBe('dpop');
  const renewed = await withNonce(async () =>
    oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, none, tokens.refresh_token ?? '', { DPoP: dpop, ...insecure }),
    ),
  );
  const person = await withNonce(async () =>
    oauth.processUserInfoResponse(
      as,
      client,
      'auth0|sample',
      await oauth.userInfoRequest(as, client, renewed.access_token, { DPoP: dpop, ...insecure }),
    ),
  );
  expect(person.email).toBe('user@example.com');
});

it('oauth4webapi’s resource server takes our RFC 9068 tokens, and refuses them for another API', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(test.issuer);
  const as = await oauth
    .discoveryRequest(issuer, insecure)
    .then((answer) => oauth.processDiscoveryResponse(issuer, answer));
  const token = tokenOf(await test.provedLogin(key, { audience: rfc9068Api, scope: 'openid read:notes' }));
  const url = 'https://rfc9068.postern.test/notes';
  const request = async () => {
    const claims = { htm: 'GET', htu: url, ath: athOf(token) };
    return new Request(url, { headers: { authorization: `DPoP ${token}`, dpop: await test.proof(key, { claims }) } });
  };
  const claims = await oauth.validateJwtAccessToken(as, await request(), rfc9068Api, insecure);
  expect(claims).toMatchObject({ sub: 'auth0|sample', cnf: { jkt: key.jkt } });
  await expect(oauth.validateJwtAccessToken(as, await request(), api, insecure), 'T29').rejects.toThrow();
});

describe('two tenants on one PostgreSQL', () => {
  let postgres: TestPostgres;
  let first: BoundTest;
  let second: BoundTest;
  beforeAll(async () => {
    postgres = await startPostgres();
    const databaseUrl = await postgres.createDatabase();
    first = await startBoundTest(boundConfig, { databaseUrl });
    second = await startBoundTest(boundConfig, { databaseUrl, issuer: first.issuer });
  });
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()]);
    await postgres?.stop();
  });

  it('T14: share the memory of used proofs and the nonces; of 20 at both with one proof, one wins', async () => {
    const dpop = await first.proof(key, { claims: { nonce: await first.nonce() } });
    const doors = [first.issuer, `http://localhost:${new URL(second.url).port}/`];
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, call) => {
        const url = new URL('/oauth/token', doors[call % 2]);
        const response = await fetch(url, {
          method: 'POST',
          headers: { dpop },
          body: new URLSearchParams(loginForm()),
        });
        return {
          door: call % 2,
          status: response.status,
          body: (await response.json()) as { error_description?: string },
        };
      }),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(losers.every(({ body }) => body.error_description === 'DPoP proof was used before')).toBe(true);
    expect(new Set(losers.map(({ door }) => door)).size).toBe(2);
  });
});
