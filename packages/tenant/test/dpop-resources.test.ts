import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  athOf,
  type BoundTest,
  boundConfig,
  loginForm,
  type ProofKey,
  type ProofParts,
  startBoundTest,
} from './support/bound.ts';
import { challengeOf, key, otherKey, test, tokenOf, useDpopTenant } from './support/dpop-stage.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import { api, callback, claimsOf, rfc9068Api, secret, verifier } from './support/protocol.ts';

useDpopTenant();

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
