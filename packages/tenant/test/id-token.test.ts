import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimsOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const verify = (jwt: string | undefined) =>
  jwtVerify(jwt ?? '', createRemoteJWKSet(new URL('.well-known/jwks.json', test.issuer)), {
    issuer: test.issuer,
    audience: 'spa',
    algorithms: ['RS256'],
  });

it('is signed by a published key and carries issuer, audience, subject, nonce, sid and times', async () => {
  const { id_token } = await test.tokens();
  const { payload } = await verify(id_token);
  expect(payload).toMatchObject({ iss: test.issuer, aud: 'spa', sub: 'auth0|sample', nonce: 'the-nonce' });
  expect(payload.sid).toMatch(/^[\w-]{43}$/);
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(36_000);
});
it('has no nonce when none was sent', async () => {
  expect(claimsOf((await test.tokens({ nonce: undefined })).id_token)).not.toHaveProperty('nonce');
});
it('tells of a person what the scopes allow, and no more', async () => {
  const bare = claimsOf((await test.tokens({ scope: 'openid' })).id_token);
  expect(Object.keys(bare).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'nonce', 'sid', 'sub']);
  const profile = claimsOf((await test.tokens({ scope: 'openid profile' })).id_token);
  expect(profile).toMatchObject({ name: 'Robin Sample', given_name: 'Robin', nickname: 'user' });
  expect(profile.updated_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(profile).not.toHaveProperty('email');
  expect(claimsOf((await test.tokens({ scope: 'openid email' })).id_token)).toMatchObject({
    email: 'user@example.com',
    email_verified: true,
  });
  expect(claimsOf((await test.tokens({ scope: 'openid phone' })).id_token)).toMatchObject({
    phone_number: '+15550100',
  });
});
it('T24: has auth_time when max_age or prompt=login was asked for, and keeps it in renewals', async () => {
  const { clock } = test.tenant.context;
  clock.set(Date.now());
  expect(claimsOf((await test.tokens()).id_token)).not.toHaveProperty('auth_time');
  for (const changes of [{ max_age: '3600' }, { prompt: 'login' }]) {
    const tokens = await test.tokens(changes);
    const { auth_time: time, iat } = claimsOf(tokens.id_token);
    expect(time).toBe(iat);
    clock.advance(5_000);
    const renewed = await test.refresh(tokens.refresh_token);
    expect(claimsOf(String(renewed.body.id_token))).toMatchObject({ auth_time: time, iat: Number(iat) + 5 });
  }
  clock.reset();
});
it('a renewal keeps iss, sub, aud and sid, and has no nonce', async () => {
  const tokens = await test.tokens();
  const before = claimsOf(tokens.id_token);
  const after = claimsOf(String((await test.refresh(tokens.refresh_token)).body.id_token));
  for (const name of ['iss', 'sub', 'aud', 'sid']) expect(after[name]).toEqual(before[name]);
  expect(after).not.toHaveProperty('nonce');
});

it.each([
  ['iss', { iss: 'https://wrong-issuer.postern.test/' }],
  ['aud', { aud: 'wrong-client' }],
  ['nonce', { nonce: 'wrong-nonce' }],
  ['sub', { sub: 'auth0|wrong-user' }],
] as const)('a fault makes the next ID token’s %s wrong, and only the next', async (claim, wrong) => {
  test.tenant.context.faults.add({ kind: 'id_token', claim });
  expect(claimsOf((await test.tokens()).id_token)).toMatchObject(wrong);
  expect(claimsOf((await test.tokens()).id_token)).not.toMatchObject(wrong);
});
it('a fault can make it expired, or spoil its signature', async () => {
  const { faults } = test.tenant.context;
  faults.add({ kind: 'id_token', claim: 'exp' });
  await expect(verify((await test.tokens()).id_token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  faults.add({ kind: 'id_token', claim: 'signature' });
  await expect(verify((await test.tokens()).id_token)).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
});
it('T34: tokens of the key before a rotation still verify; new ones are signed with the new key', async () => {
  const before = (await test.tokens()).id_token;
  await test.tenant.context.keys.rotate();
  const after = (await test.tokens()).id_token;
  const kids = await Promise.all([before, after].map(async (jwt) => (await verify(jwt)).protectedHeader.kid));
  expect(new Set(kids).size).toBe(2);
});
