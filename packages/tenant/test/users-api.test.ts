import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { athOf, type BoundTest, createProofKey, database, realmGrant, startBoundTest } from './support/bound.ts';
import { api, claimsOf } from './support/protocol.ts';

/** `/api/v2/users/{id}` with a person's own token: what `users(token)` of react-native-auth0 calls. */

const password = 'Correct-Horse-42';
const scope = 'read:current_user update:current_user_metadata';
const webOrigin = 'https://app.example.test';
const client = { name: 'App', type: 'native' as const, grantTypes: ['refresh_token', realmGrant] as const };

let test: BoundTest;
let audience: string;
let token: string;
beforeAll(async () => {
  test = await startBoundTest({
    clients: [
      {
        ...client,
        clientId: 'spa',
        grantTypes: [...client.grantTypes],
        webOrigins: [webOrigin],
        refreshToken: { policies: [{ audience: '/api/v2/', scope: ['read:current_user'] }] },
      },
    ],
    apis: [
      { identifier: api, scopes: ['read:notes'], allowOfflineAccess: true },
      { identifier: 'https://api.例え.test', scopes: ['read:notes'] },
    ],
    connections: [{ name: database, strategy: 'auth0' }],
    users: [
      {
        id: 'auth0|sample',
        email: 'user@example.com',
        password,
        profile: { name: 'Robin Sample', nickname: 'robin' },
        userMetadata: { colour: 'teal', size: { eu: 42 } },
        appMetadata: { plan: 'secret' },
      },
      { id: 'auth0|other', email: 'other@example.com', password },
    ],
  });
  audience = `${test.issuer}api/v2/`;
  token = await tokenFor({});
});
afterAll(() => test?.close());
beforeEach(async () => {
  test.tenant.control.clock.reset();
  await test.tenant.control.users.update('auth0|sample', { userMetadata: { colour: 'teal', size: { eu: 42 } } });
});

const login = (changes: Record<string, string>) =>
  test.post('/oauth/token', {
    grant_type: realmGrant,
    client_id: 'spa',
    username: 'user@example.com',
    password,
    realm: database,
    audience,
    scope,
    ...changes,
  });
const tokenFor = async (changes: Record<string, string>) => String((await login(changes)).body.access_token);
async function call(
  method: string,
  id: string,
  bearer: string | undefined,
  body?: unknown,
  more: Record<string, string> = {},
) {
  const response = await fetch(`${audience}users/${encodeURIComponent(id)}`, {
    method,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
const patch = (body: unknown, bearer = token) => call('PATCH', 'auth0|sample', bearer, body);

describe('GET', () => {
  it('answers with the person’s own record, without what only the application may see', async () => {
    const answer = await call('GET', 'auth0|sample', token);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({
      user_id: 'auth0|sample',
      email: 'user@example.com',
      email_verified: true,
      name: 'Robin Sample',
      nickname: 'robin',
      user_metadata: { colour: 'teal', size: { eu: 42 } },
      identities: [{ connection: database, provider: 'auth0', user_id: 'sample', isSocial: false }],
      created_at: expect.stringMatching(/^\d{4}-/),
      logins_count: expect.any(Number),
    });
    const text = JSON.stringify(answer.body);
    for (const hidden of ['app_metadata', 'plan', 'password_hash', 'passwordHash', 'argon2'])
      expect(text).not.toContain(hidden);
  });

  it('with a token that came by the refresh token of another login', async () => {
    const { body } = await login({ audience: api, scope: 'openid offline_access read:notes' });
    const renewed = await test.refresh(String(body.refresh_token), { audience, scope });
    expect(renewed.body.scope).toBe('read:current_user');
    expect((await call('GET', 'auth0|sample', String(renewed.body.access_token))).status).toBe(200);
  });

  it('a profile does not stand in for the account’s own members', async () => {
    const { id } = await test.tenant.control.users.create({
      email: 'profile@example.com',
      password,
      profile: { user_id: 'auth0|else', email: 'else@example.com', name: 'P' },
    });
    const answer = await call('GET', id, await tokenFor({ username: 'profile@example.com' }));
    expect(answer.body).toMatchObject({ user_id: id, email: 'profile@example.com', name: 'P' });
  });

  it('shows linked identities', async () => {
    await test.tenant.context.store.identities.link({
      connection: 'google-oauth2',
      provider: 'google-oauth2',
      providerUserId: '77',
      userId: 'auth0|other',
      profile: { name: 'O' },
      createdAt: 0,
    });
    const answer = await call('GET', 'auth0|other', await tokenFor({ username: 'other@example.com' }));
    expect(answer.body.identities).toMatchObject([
      { provider: 'auth0' },
      { provider: 'google-oauth2', user_id: '77', isSocial: true, profileData: { name: 'O' } },
    ]);
  });
});

describe('PATCH', () => {
  it('merges user_metadata on its first level; null removes a member', async () => {
    const answer = await patch({ user_metadata: { colour: null, size: { us: 9 }, new: [1] } });
    expect(answer.status).toBe(200);
    expect(answer.body.user_metadata).toEqual({ size: { us: 9 }, new: [1] });
    const again = await call('GET', 'auth0|sample', token);
    expect(again.body.user_metadata).toEqual({ size: { us: 9 }, new: [1] });
  });

  it('with create:current_user_metadata alone adds members and changes none', async () => {
    const creator = await tokenFor({ scope: 'create:current_user_metadata' });
    expect((await patch({ user_metadata: { fresh: 1 } }, creator)).status).toBe(200);
    const refused = await patch({ user_metadata: { colour: 'red' } }, creator);
    expect([refused.status, refused.body.errorCode]).toEqual([403, 'insufficient_scope']);
  });

  it.each([
    ['email', { email: 'me@evil.example' }],
    ['app_metadata', { user_metadata: {}, app_metadata: { plan: 'free' } }],
    ['blocked', { blocked: false }],
    ['password', { password: 'Another-Horse-42' }],
  ])('refuses %s, and changes nothing', async (field, body) => {
    const answer = await patch(body);
    expect(answer.body).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: `You cannot update the following fields: ${field}`,
    });
    expect(await test.tenant.control.users.get('auth0|sample')).toMatchObject({
      email: 'user@example.com',
      appMetadata: { plan: 'secret' },
    });
  });

  it.each([
    ['no metadata', {}],
    ['metadata that is a text', { user_metadata: 'x' }],
    ['metadata that is a list', { user_metadata: [] }],
    ['metadata of more than 16 kB', { user_metadata: { x: 'y'.repeat(17_000) } }],
    ['a body that is a list', []],
  ])('refuses %s: 400 invalid_body', async (_name, body) => {
    const answer = await patch(body);
    expect([answer.status, answer.body.errorCode]).toEqual([400, 'invalid_body']);
  });

  it('loses nothing of what another request writes meanwhile', async () => {
    const { users } = test.tenant.context.store;
    const { get } = users;
    const look = vi.spyOn(users, 'get').mockImplementationOnce(async (id) => {
      const user = await get(id);
      expect((await patch({ user_metadata: { other: true } })).status).toBe(200);
      return user;
    });
    expect((await patch({ user_metadata: { own: true } })).body.user_metadata).toMatchObject({
      other: true,
      own: true,
    });
    look.mockRestore();
  });

  it('takes names that every object knows for members like others', async () => {
    const creator = await tokenFor({ scope: 'create:current_user_metadata' });
    expect((await patch({ user_metadata: { toString: 'text' } }, creator)).status).toBe(200);
    expect((await patch({ user_metadata: { toString: 'other' } }, creator)).status).toBe(403);
  });

  it('cannot reach beyond the record by a name such as __proto__', async () => {
    await call('PATCH', 'auth0|sample', token, JSON.parse('{"user_metadata":{"__proto__":{"admin":true}}}'));
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });
});

describe('T29: who may call', () => {
  it.each(['GET', 'PATCH'])(
    '%s of somebody else: 403 unowned_resource, whether there is such a user or not',
    async (method) => {
      for (const id of ['auth0|other', 'auth0|nobody']) {
        const answer = await call(method, id, token, method === 'PATCH' ? { user_metadata: {} } : undefined);
        expect(answer.body).toEqual({
          statusCode: 403,
          error: 'Forbidden',
          message: 'User to be acted on does not match subject in bearer token.',
          errorCode: 'unowned_resource',
        });
        expect(answer.status).toBe(403);
      }
    },
  );

  it.each([
    ['GET', 'update:current_user_metadata', 'read:users,read:current_user'],
    ['PATCH', 'read:current_user', 'update:users,update:users_app_metadata,update:current_user_metadata'],
  ])('%s without its scope: 403 insufficient_scope', async (method, granted, expected) => {
    const bearer = await tokenFor({ scope: granted });
    const answer = await call(method, 'auth0|sample', bearer, method === 'PATCH' ? { user_metadata: {} } : undefined);
    expect(answer.body).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: `Insufficient scope, expected any of: ${expected}`,
      errorCode: 'insufficient_scope',
    });
  });

  it('no scope of an administrator is given to anybody', async () => {
    const { body } = await login({ scope: `${scope} read:users update:users delete:users` });
    expect(body.scope).toBe(scope);
  });

  it('not with a token of an API whose name no header can hold: 401, and the challenge is ASCII (RFC 6750 section 3)', async () => {
    const answer = await call('GET', 'auth0|sample', await tokenFor({ audience: 'https://api.例え.test', scope: '' }));
    expect(answer.status).toBe(401);
    const challenge = answer.headers.get('www-authenticate');
    expect(challenge).toMatch(/^Bearer realm="Users", error="invalid_token", error_description="[ -!#-[\]-~]*"$/);
    expect(challenge).toContain('https://api.??.test');
  });

  it.each(['none', 'a token of another API', 'an ID token', undefined])('not with %s: 401', async (kind) => {
    const { body } = await login({ audience: api, scope: 'openid read:notes' });
    const bearer =
      kind === 'a token of another API' ? body.access_token : kind === 'an ID token' ? body.id_token : kind;
    const answer = await call('GET', 'auth0|sample', bearer === undefined ? undefined : String(bearer));
    expect(answer.body).toMatchObject({ statusCode: 401, error: 'Unauthorized' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="Users"/);
  });

  it('T15: a bound token comes with a proof of its key, once', async () => {
    const key = await createProofKey();
    const form = {
      grant_type: realmGrant,
      client_id: 'spa',
      username: 'user@example.com',
      password,
      realm: database,
      audience,
      scope,
    };
    const bound = String((await test.postProved(key, form)).body.access_token);
    expect(claimsOf(bound).cnf).toEqual({ jkt: key.jkt });
    expect((await call('GET', 'auth0|sample', bound)).status).toBe(401);
    const htu = `${audience}users/auth0%7Csample`;
    const nonce = await test.nonce();
    const dpop = await test.proof(key, { claims: { htm: 'PATCH', htu, ath: athOf(bound), nonce } });
    const send = () =>
      call('PATCH', 'auth0|sample', undefined, { user_metadata: { a: 1 } }, { authorization: `DPoP ${bound}`, dpop });
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(401);
  });

  it('T19: pages of the client’s web origins', async () => {
    const answer = await call('GET', 'auth0|sample', token, undefined, { origin: webOrigin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(webOrigin);
    const foreign = await call('GET', 'auth0|sample', token, undefined, { origin: 'https://evil.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});
