import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleUser } from './support/browser.ts';
import {
  api,
  claimsOf,
  otherUser,
  type ProtocolTest,
  rfc9068Api,
  secret,
  startProtocolTest,
  verifier,
} from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const code = (changes = {}) => ({
  grant_type: 'authorization_code',
  client_id: 'spa',
  redirect_uri: 'https://app.example.test/callback',
  code_verifier: verifier,
  ...changes,
});
const raw = (body: string, headers: Record<string, string>, path = '/oauth/token') =>
  fetch(new URL(path, test.issuer), { method: 'POST', body, headers });
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('authorization_code', () => {
  it('T6: a code works once; the second use fails and revokes what the first one gave', async () => {
    const browser = test.browser();
    const value = await test.code({ audience: undefined }, browser);
    const first = await test.redeem(value);
    expect(first.status).toBe(200);
    expect((await test.userinfo(String(first.body.access_token))).status).toBe(200);
    const second = await test.redeem(value);
    expect(second.status).toBe(403);
    expect(second.body).toEqual({ error: 'invalid_grant', error_description: 'Invalid authorization code' });
    expect((await test.userinfo(String(first.body.access_token))).status).toBe(401);
    expect((await test.refresh(String(first.body.refresh_token))).status).toBe(403);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('its authorization code was used twice');
  });
  it('T6: reuse revokes a JWT access token for /userinfo, too', async () => {
    const value = await test.code({ scope: 'openid read:notes' });
    const first = await test.redeem(value);
    expect((await test.userinfo(String(first.body.access_token))).status).toBe(200);
    await test.redeem(value);
    expect((await test.userinfo(String(first.body.access_token))).status).toBe(401);
  });
  it('T6: of ten calls at once with one code, one wins, and its tokens are then revoked', async () => {
    const value = await test.code();
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.redeem(value)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect((await test.refresh(String(winners[0]?.body.refresh_token))).status).toBe(403);
  });
  it('T6: a code is short-lived', async () => {
    const own = await startProtocolTest();
    const value = await own.code();
    own.tenant.context.clock.advance(60_000);
    expect((await own.redeem(value)).body.error_description).toBe('Invalid authorization code');
    expect((await own.lastEvent('token.rejected')).sentence).toContain('codes live for 60 s');
    await own.close();
  });
  it('T6: a code is bound to its client', async () => {
    const value = await test.code();
    const stolen = await test.redeem(value, { client_id: 'strict-spa' });
    expect(stolen.body.error).toBe('invalid_grant');
    expect((await test.lastEvent('token.rejected')).sentence).toContain('issued to client spa but client strict-spa');
    expect((await test.redeem(value)).status).toBe(200);
  });
  it.each([
    ['another', 'https://app.example.test/other?x=1'],
    ['none', undefined],
  ])('T6: a code is bound to its redirect URI: %s', async (_what, redirect_uri) => {
    const answer = await test.redeem(await test.code(), { redirect_uri });
    expect(answer.body.error).toBe('invalid_grant');
  });
  it('refuses unknown codes', async () => {
    expect((await test.redeem('nonsense')).body).toEqual({
      error: 'invalid_grant',
      error_description: 'Invalid authorization code',
    });
  });
  it('names a missing parameter', async () => {
    const answer = await test.post('/oauth/token', code());
    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'Missing required parameter: code' },
    ]);
  });
  it('refuses a code whose user was blocked or deleted since', async () => {
    const own = await startProtocolTest();
    const { store, clock } = own.tenant.context;
    const blocked = await own.code();
    await store.users.update('auth0|sample', { blocked: true }, clock.now());
    expect((await own.redeem(blocked)).body).toEqual({ error: 'unauthorized', error_description: 'user is blocked' });
    await store.users.update('auth0|sample', { blocked: false }, clock.now());
    const deleted = await own.code();
    await store.users.delete('auth0|sample');
    expect((await own.redeem(deleted)).body.error).toBe('invalid_grant');
    await own.close();
  });
  it('T11: a code from before a logout is worthless after it', async () => {
    const browser = test.browser();
    const value = await test.code({}, browser);
    await browser.open(new URL('/v2/logout?client_id=spa', test.issuer));
    expect((await test.redeem(value)).body.error).toBe('invalid_grant');
    expect((await test.lastEvent('token.rejected')).sentence).toContain('ended before the code was used');
  });
  it('takes JSON as well as a form', async () => {
    const body = JSON.stringify(code({ code: await test.code() }));
    const response = await raw(body, { 'content-type': 'application/json; charset=utf-8' });
    expect(response.status).toBe(200);
    expect(Object.keys(await response.json())).toEqual(
      expect.arrayContaining(['access_token', 'id_token', 'refresh_token', 'token_type', 'expires_in', 'scope']),
    );
  });
});

describe('access tokens', () => {
  it('T28: the Auth0 profile has azp and typ JWT, and userinfo in aud with openid', async () => {
    const { access_token, expires_in } = await test.tokens();
    const claims = claimsOf(access_token);
    expect(claims).toMatchObject({
      iss: test.issuer,
      sub: 'auth0|sample',
      azp: 'spa',
      aud: [api, `${test.issuer}userinfo`],
    });
    expect(claims.scope).toBe('openid profile email offline_access read:notes');
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    expect(expires_in).toBe(600);
    expect(claims).not.toHaveProperty('jti');
    expect(headerOf(access_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' });
  });
  it('T28: the RFC 9068 profile has typ at+jwt, client_id and jti', async () => {
    const { access_token } = await test.tokens({ audience: rfc9068Api, scope: 'read:notes' });
    expect(headerOf(access_token)).toMatchObject({ typ: 'at+jwt' });
    expect(claimsOf(access_token)).toMatchObject({ client_id: 'spa', aud: rfc9068Api, scope: 'read:notes' });
    expect(claimsOf(access_token).jti).toMatch(/^[\w-]{43}$/);
    expect(claimsOf(access_token)).not.toHaveProperty('azp');
  });
  it('T36: the key id marks every token as a test token', async () => {
    const { access_token, id_token } = await test.tokens();
    expect(headerOf(access_token).kid).toMatch(/^postern-test-/);
    expect(headerOf(id_token ?? '').kid).toMatch(/^postern-test-/);
  });
  it('is opaque without an audience, and only its hash is stored', async () => {
    const { access_token } = await test.tokens({ audience: undefined, scope: 'openid' });
    expect(access_token).toMatch(/^[\w-]{43}$/);
    expect(await test.tenant.context.store.accessTokens.find(access_token)).toBeUndefined();
  });
  it('has no ID token without openid, and no refresh token without offline_access', async () => {
    const tokens = await test.tokens({ scope: 'read:notes' });
    expect(tokens).not.toHaveProperty('id_token');
    expect(tokens).not.toHaveProperty('refresh_token');
    expect(claimsOf(tokens.access_token).aud).toBe(api);
  });
  it('gives no refresh token to a client without that grant', async () => {
    const browser = test.browser();
    const page = await browser.logIn(
      test.authorizeUrl({ client_id: 'third-party', scope: 'openid offline_access', audience: undefined }),
    );
    const done = await browser.submit(page);
    const answer = await test.redeem(done.callback?.searchParams.get('code') ?? '', { client_id: 'third-party' });
    expect(answer.status).toBe(200);
    expect(answer.body.scope).toBe('openid');
    expect(answer.body).not.toHaveProperty('refresh_token');
  });
  it('goes to the person who signed in, not to another', async () => {
    const value = await test.code({}, test.browser(), otherUser);
    expect(claimsOf(String((await test.redeem(value)).body.access_token)).sub).toBe('auth0|other');
    expect(sampleUser.username).not.toBe(otherUser.username);
  });
});

describe('the endpoint', () => {
  it('T18: success and failure are never cached', async () => {
    const good = await test.redeem(await test.code());
    const bad = await test.redeem('nonsense');
    for (const { headers } of [good, bad]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('content-type')).toMatch(/^application\/json/);
    }
  });
  it('T18: an unknown grant and a grant that is not enabled are told apart', async () => {
    const unknown = await test.post('/oauth/token', { grant_type: 'magic', client_id: 'spa' });
    expect([unknown.status, unknown.body]).toEqual([
      403,
      { error: 'unsupported_grant_type', error_description: 'Unsupported grant type: magic' },
    ]);
    const disabled = await test.post('/oauth/token', { grant_type: 'client_credentials', client_id: 'spa' });
    expect([disabled.status, disabled.body]).toEqual([
      403,
      {
        error: 'unauthorized_client',
        error_description: "Grant type 'client_credentials' not allowed for the client.",
      },
    ]);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('enabled: authorization_code, refresh_token');
  });
  it('T18: no inherited name of a JavaScript object is a grant', async () => {
    for (const grant_type of ['constructor', '__proto__', 'toString']) {
      expect((await test.post('/oauth/token', { grant_type, client_id: 'spa' })).body.error).toBe(
        'unsupported_grant_type',
      );
    }
  });
  it('T9: the password grant is off by default', async () => {
    const answer = await test.post('/oauth/token', { grant_type: 'password', client_id: 'spa', ...sampleUser });
    expect(answer.status).toBe(403);
    expect(answer.body).not.toHaveProperty('access_token');
  });
  it('T18: a missing grant_type or client_id is named', async () => {
    expect((await test.post('/oauth/token', { client_id: 'spa' })).body.error_description).toBe(
      'Missing required parameter: grant_type',
    );
    expect((await test.post('/oauth/token', { grant_type: 'authorization_code' })).body.error_description).toBe(
      'Missing required parameter: client_id',
    );
  });
  it('T38: query credentials are ignored', async () => {
    const query = new URLSearchParams(code({ code: await test.code() }));
    const response = await raw('', form, `/oauth/token?${query}`);
    expect(response.status).toBe(400);
    expect((await response.json()).error_description).toBe('Missing required parameter: grant_type');
  });
  it('T38: duplicate parameters are refused', async () => {
    const response = await raw('grant_type=authorization_code&client_id=spa&client_id=native', form);
    expect([response.status, (await response.json()).error]).toEqual([400, 'invalid_request']);
  });
  it('T38: unknown content types are refused', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/jsonp']) {
      expect((await raw(`${new URLSearchParams(code())}`, { 'content-type': type })).status).toBe(415);
    }
  });
  it('T38: oversize bodies are refused', async () => {
    const response = await raw(`grant_type=refresh_token&client_id=spa&refresh_token=${'a'.repeat(200_000)}`, form);
    expect(response.status).toBe(413);
  });
  it.each(['{', '[]', '"text"', 'null', ''])('T38: a JSON body that is no object is refused: %s', async (body) => {
    const response = await raw(body, { 'content-type': 'application/json' });
    expect([response.status, (await response.json()).error]).toEqual([400, 'invalid_request']);
  });
  it('T38: a scope that is no text is refused, an array of names is taken', async () => {
    const { refresh_token } = await test.tokens();
    const send = (scope: unknown) =>
      raw(JSON.stringify({ grant_type: 'refresh_token', client_id: 'spa', refresh_token, scope }), {
        'content-type': 'application/json',
      });
    expect(await (await send({ a: 1 })).json()).toEqual({
      error: 'invalid_scope',
      error_description: 'Scope must be an array or a string',
    });
    expect((await (await send(['openid', 'email'])).json()).scope).toBe('openid email');
  });
  it('a GET is no token request', async () => {
    expect((await fetch(new URL('/oauth/token', test.issuer))).status).toBe(404);
  });
});

describe('client authentication', () => {
  const basic = (id: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(password)}`).toString('base64')}`,
  });
  it('T26: a public client sending a secret is treated as public', async () => {
    expect((await test.redeem(await test.code(), { client_secret: 'whatever' })).status).toBe(200);
  });
  it('T26: a confidential client is refused without a secret, or with a wrong one', async () => {
    const value = await test.code({ client_id: 'regular' });
    for (const client_secret of [undefined, 'wrong', `${secret} `, secret.slice(0, -1)]) {
      const answer = await test.redeem(value, { client_id: 'regular', client_secret });
      expect([answer.status, answer.body]).toEqual([
        401,
        { error: 'access_denied', error_description: 'Unauthorized' },
      ]);
    }
    expect((await test.redeem(value, { client_id: 'regular', client_secret: secret })).status).toBe(200);
  });
  it('T26: secrets never reach the event log', async () => {
    await test.redeem('x', { client_id: 'regular', client_secret: 'a-wrong-secret-0815' });
    await test.lastEvent('token.rejected');
    const log = JSON.stringify(await test.tenant.context.events.list({ limit: 1000 }));
    expect(log).not.toContain('a-wrong-secret-0815');
    expect(log).not.toContain(secret);
  });
  it('T18: authentication by header works, and its failure carries a challenge', async () => {
    const { client_id: _, ...body } = code({ code: await test.code({ client_id: 'regular' }) });
    const bad = await test.post('/oauth/token', body, basic('regular', 'wrong'));
    expect([bad.status, bad.body.error]).toEqual([401, 'invalid_client']);
    expect(bad.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect((await test.post('/oauth/token', body, basic('regular', secret))).status).toBe(200);
  });
  it('T26: two ways of authentication at once are refused, and so are two client ids', async () => {
    const body = { ...code({ code: await test.code({ client_id: 'regular' }) }), client_id: 'regular' };
    const both = await test.post('/oauth/token', { ...body, client_secret: secret }, basic('regular', secret));
    expect([both.status, both.body]).toEqual([
      400,
      {
        error: 'invalid_request',
        error_description: 'Only one client authentication method may be used per request',
      },
    ]);
    expect((await test.post('/oauth/token', body, basic('regular', secret))).status).toBe(200);
    const two = await test.post('/oauth/token', code({ client_id: 'spa' }), basic('regular', secret));
    expect([two.status, two.body.error]).toEqual([401, 'invalid_client']);
  });
  it('refuses an unknown client without saying more than Unauthorized', async () => {
    const answer = await test.redeem('x', { client_id: 'nobody' });
    expect([answer.status, answer.body]).toEqual([401, { error: 'access_denied', error_description: 'Unauthorized' }]);
  });
});

describe('client_credentials', () => {
  const machine = { grant_type: 'client_credentials', client_id: 'machine', client_secret: 'a-secret-of-the-machine' };
  it('gives the client a token of its own, with all scopes of the API', async () => {
    const answer = await test.post('/oauth/token', { ...machine, audience: api });
    expect(answer.body).toMatchObject({ token_type: 'Bearer', scope: 'read:notes write:notes' });
    expect(answer.body).not.toHaveProperty('refresh_token');
    expect(claimsOf(String(answer.body.access_token))).toMatchObject({
      sub: 'machine@clients',
      gty: 'client-credentials',
      aud: api,
    });
  });
  it('narrows to the scope that is asked for', async () => {
    const answer = await test.post('/oauth/token', { ...machine, audience: api, scope: 'write:notes openid' });
    expect(answer.body.scope).toBe('write:notes');
  });
  it('refuses an unknown audience, and none', async () => {
    const unknown = await test.post('/oauth/token', { ...machine, audience: 'https://nowhere.test' });
    expect([unknown.status, unknown.body]).toEqual([
      403,
      { error: 'access_denied', error_description: 'Service not found: https://nowhere.test' },
    ]);
    expect((await test.post('/oauth/token', machine)).body.error_description).toBe(
      'Missing required parameter: audience',
    );
  });
});

function headerOf(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString());
}
