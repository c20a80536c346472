import { exportJWK, generateKeyPair, generateSecret, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { boundApi, loginForm, type ProofParts, startBoundTest } from './support/bound.ts';
import { key, otherKey, test, tokenOf, useDpopTenant } from './support/dpop-stage.ts';
import { callback, claimsOf, rfc9068Api, secret, verifier } from './support/protocol.ts';

useDpopTenant();

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
