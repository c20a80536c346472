import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { otherApi, type ProtocolTest, rfc9068Api, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const challengeOf = (response: Response) => response.headers.get('www-authenticate') ?? '';

it('answers an opaque and a JWT access token with the claims of their scopes', async () => {
  for (const audience of [undefined, otherApi, rfc9068Api]) {
    const { access_token } = await test.tokens({ audience, scope: 'openid email' });
    const response = await test.userinfo(access_token);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ sub: 'auth0|sample', email: 'user@example.com', email_verified: true });
  }
});
it('answers a POST, with the token in the header or in the form', async () => {
  const { access_token } = await test.tokens();
  const header = { authorization: `bearer ${access_token}` };
  expect((await test.post('/userinfo', {}, header)).body.sub).toBe('auth0|sample');
  expect((await test.post('/userinfo', { access_token })).body.sub).toBe('auth0|sample');
});
it('does not look for a token in the query', async () => {
  const { access_token } = await test.tokens();
  const response = await fetch(new URL(`/userinfo?access_token=${access_token}`, test.issuer));
  expect(response.status).toBe(401);
  expect(challengeOf(response)).toBe('Bearer realm="Users"');
});
it('T28: an ID token is refused as an access token', async () => {
  const { id_token } = await test.tokens();
  const response = await test.userinfo(id_token ?? '');
  expect(response.status).toBe(401);
  expect(await response.text()).toBe('Unauthorized');
  expect(challengeOf(response)).toContain('error="invalid_token"');
  expect((await test.lastEvent('userinfo.rejected')).sentence).toContain('ID token');
});
it('T28: a refresh token is refused as an access token', async () => {
  const { refresh_token } = await test.tokens();
  expect((await test.userinfo(refresh_token ?? '')).status).toBe(401);
});
it('T29: a token for an API alone is refused', async () => {
  const { access_token } = await test.tokens({ scope: 'read:notes' });
  const response = await test.userinfo(access_token);
  expect(response.status).toBe(401);
  expect((await test.lastEvent('userinfo.rejected')).sentence).toContain('ask for the scope openid');
});
it('T29: an opaque token without openid lacks the scope', async () => {
  const { access_token } = await test.tokens({ audience: undefined, scope: 'profile' });
  const response = await test.userinfo(access_token);
  expect(response.status).toBe(403);
  expect(challengeOf(response)).toContain('error="insufficient_scope"');
});
it('refuses a machine’s token', async () => {
  const answer = await test.post('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: 'machine',
    client_secret: 'a-secret-of-the-machine',
    audience: otherApi,
  });
  expect((await test.userinfo(String(answer.body.access_token))).status).toBe(401);
});
it('refuses a JWT that somebody else signed, even with our kid', async () => {
  const { access_token } = await test.tokens();
  const [header = '', payload = ''] = access_token.split('.');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  const forged = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    .setProtectedHeader({ alg: 'RS256', kid, jwk: await exportJWK(privateKey) })
    .sign(privateKey);
  const none = `${Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')}.${payload}.`;
  for (const token of [forged, none]) expect((await test.userinfo(token)).status).toBe(401);
});
it('refuses expired tokens of both kinds', async () => {
  const own = await startProtocolTest();
  const jwt = await own.tokens();
  const opaque = await own.tokens({ audience: undefined });
  own.tenant.context.clock.advance(600_000);
  expect((await own.userinfo(jwt.access_token)).status).toBe(401);
  expect((await own.userinfo(opaque.access_token)).status).toBe(200);
  own.tenant.context.clock.advance(86_400_000);
  expect((await own.userinfo(opaque.access_token)).status).toBe(401);
  await own.close();
});
it('refuses the tokens of a blocked and of a deleted user', async () => {
  const own = await startProtocolTest();
  const { store, clock } = own.tenant.context;
  const { access_token } = await own.tokens();
  await store.users.update('auth0|sample', { blocked: true }, clock.now());
  expect((await own.userinfo(access_token)).status).toBe(401);
  await store.users.delete('auth0|sample');
  expect((await own.userinfo(access_token)).status).toBe(401);
  await own.close();
});
it.each(['', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b'])('refuses the header "%s"', async (authorization) => {
  const response = await fetch(new URL('/userinfo', test.issuer), { headers: { authorization } });
  expect(response.status).toBe(401);
  expect(challengeOf(response)).toMatch(/^Bearer realm="Users"/);
});
