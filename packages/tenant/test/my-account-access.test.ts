import { beforeAll, describe, expect, it } from 'vitest';
import {
  allScopes,
  audience,
  call,
  client,
  expectProblem,
  login,
  loginForm,
  password,
  someone,
  test,
  totpSecret,
  useAccountTenant,
  webOrigin,
} from './support/account-stage.ts';
import { athOf, createProofKey, database, realmGrant, startBoundTest } from './support/bound.ts';
import { api, claimsOf } from './support/protocol.ts';

useAccountTenant();

describe('an access token for it', () => {
  it('comes with a login that names the audience, and without a refresh token', async () => {
    const { email } = await someone();
    const { body } = await login(email, { scope: `openid offline_access ${allScopes.join(' ')} read:notes` });
    expect(claimsOf(String(body.access_token)).aud).toContain(audience);
    expect(body.scope).toBe(`openid ${allScopes.join(' ')}`);
    expect(body.refresh_token).toBeUndefined();
  });

  it('comes by the refresh token of another login, for the scopes of the client’s policy', async () => {
    const { email } = await someone();
    const { body } = await login(email, { audience: api, scope: 'openid offline_access read:notes' });
    const refresh = { client_id: 'app', audience, scope: 'openid read:me:factors delete:me:everything' };
    const renewed = await test.refresh(String(body.refresh_token), refresh);
    expect(claimsOf(String(renewed.body.access_token)).aud).toContain(audience);
    expect(renewed.body.scope).toBe('openid read:me:factors');
    expect((await call('GET', '/factors', String(renewed.body.access_token))).status).toBe(200);
  });

  it('does not come by a refresh token where the client has no policy for it', async () => {
    const { email } = await someone();
    const changes = { client_id: 'other', audience: api, scope: 'openid offline_access read:notes' };
    const { body } = await login(email, changes);
    const renewed = await test.refresh(String(body.refresh_token), { client_id: 'other', audience });
    expect(claimsOf(String(renewed.body.access_token)).aud).not.toContain(audience);
  });

  it('owes the second factor of who has one, also by a refresh token: it would be a way around it', async () => {
    expect((await login('known@example.com')).body.error).toBe('mfa_required');
    const tokens = await test.tenant.control.signIn({
      user: 'auth0|known',
      clientId: 'app',
      audience: api,
      scope: 'openid offline_access',
    });
    const renewed = await test.refresh(tokens.refresh_token, { client_id: 'app', audience });
    expect(renewed.body.error).toBe('mfa_required');
  });
});

describe('who may call', () => {
  const operations: [string, string, string, object?][] = [
    ['GET', '/factors', 'read:me:factors'],
    ['GET', '/authentication-methods', 'read:me:authentication_methods'],
    ['GET', '/authentication-methods/x', 'read:me:authentication_methods'],
    ['POST', '/authentication-methods', 'create:me:authentication_methods', { type: 'totp' }],
    ['POST', '/authentication-methods/x/verify', 'create:me:authentication_methods', { auth_session: 'x' }],
    ['PATCH', '/authentication-methods/x', 'update:me:authentication_methods', { name: 'x' }],
    ['DELETE', '/authentication-methods/x', 'delete:me:authentication_methods'],
  ];
  let without: Record<string, string>;
  let elsewhere: string;
  beforeAll(async () => {
    const { email } = await someone();
    without = {};
    for (const scope of new Set(operations.map(([, , name]) => name))) {
      const rest = allScopes.filter((one) => one !== scope).join(' ');
      without[scope] = String((await login(email, { scope: rest })).body.access_token);
    }
    elsewhere = String((await login(email, { audience: api, scope: 'openid read:notes' })).body.access_token);
  });

  it.each(operations)(
    '%s %s: 403 without the scope %s, 401 without a token and with others',
    async (method, path, scope, body) => {
      const lacking = await call(method, path, without[scope], body);
      expectProblem(lacking, 403, `Insufficient scope, expected: ${scope}`);
      expect(lacking.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      expectProblem(await call(method, path, undefined, body), 401, 'Invalid token');
      expectProblem(await call(method, path, 'none', body), 401, 'Invalid token');
      expectProblem(await call(method, path, elsewhere, body), 401, 'Invalid token');
    },
  );

  it('also where second factors are asked for only by apps: who has one owes it', async () => {
    const adaptive = await startBoundTest({
      mfa: { policy: 'adaptive' },
      clients: [{ ...client, clientId: 'app' }],
      apis: [{ identifier: api, scopes: ['read:notes'] }],
      connections: [{ name: database, strategy: 'auth0' }],
      users: [{ email: 'a@example.com', password, mfa: { totpSecret } }],
    });
    const form = { grant_type: realmGrant, client_id: 'app', username: 'a@example.com', password, realm: database };
    const other = await adaptive.post('/oauth/token', { ...form, audience: api });
    const own = await adaptive.post('/oauth/token', { ...form, audience: `${adaptive.issuer}me/` });
    expect([other.status, own.body.error]).toEqual([200, 'mfa_required']);
    await adaptive.close();
  });

  it('T28: not an ID token, nor who is blocked or deleted meanwhile', async () => {
    const person = await someone();
    const { body } = await login(person.email, { scope: `openid ${allScopes.join(' ')}` });
    expectProblem(await call('GET', '/factors', String(body.id_token)), 401, 'Invalid token');
    await test.tenant.control.users.block(person.id);
    expectProblem(await call('GET', '/factors', person.token), 401, 'Invalid token');
    await test.tenant.control.users.delete(person.id);
    expectProblem(await call('GET', '/factors', person.token), 401, 'Invalid token');
  });

  it('not with a token that has expired', async () => {
    const { token } = await someone();
    test.advance(86_401);
    expectProblem(await call('GET', '/factors', token), 401, 'Invalid token');
  });

  it('T15, T16: a bound token comes with a proof of its key and the nonce, and is no Bearer', async () => {
    const { email } = await someone();
    const key = await createProofKey();
    const form = loginForm(email);
    const token = String((await test.postProved(key, form)).body.access_token);
    const plain = await call('GET', '/factors', token);
    expectProblem(plain, 401, 'Invalid token');
    expect(plain.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token"/);

    const send = async (by: typeof key, claims: object) => {
      const htu = `${test.issuer}me/v1/authentication-methods/totp%7Cnone`;
      const dpop = await test.proof(by, { claims: { htm: 'GET', htu, ath: athOf(token), ...claims } });
      return call('GET', '/authentication-methods/totp%7Cnone', undefined, undefined, {
        authorization: `DPoP ${token}`,
        dpop,
      });
    };
    const demanded = await send(key, {});
    expect([demanded.status, demanded.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^DPoP error="use_dpop_nonce"/),
    ]);
    const nonce = demanded.headers.get('dpop-nonce');
    expectProblem(await send(key, { nonce }), 404, /not found/);
    expectProblem(await send(await createProofKey(), { nonce }), 401, 'Invalid token');
    expectProblem(await send(key, { nonce, htm: 'POST' }), 401, 'Invalid token');
    expectProblem(await send(key, { nonce, ath: athOf('another') }), 401, 'Invalid token');
  });

  it('T19: pages of the client’s web origins, which may read where the new method is', async () => {
    const { token } = await someone();
    const answer = await call('POST', '/authentication-methods', token, { type: 'totp' }, { origin: webOrigin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(webOrigin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('location');
    const preflight = await fetch(`${audience}v1/authentication-methods`, {
      method: 'OPTIONS',
      headers: { origin: webOrigin, 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
  });
});
