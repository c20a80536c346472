import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProtocolTest, secret, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const revoke = (form: Record<string, string>) => test.post('/oauth/revoke', { client_id: 'spa', ...form });

it('T27: an unknown token is 200 with an empty body', async () => {
  const answer = await revoke({ token: 'nonsense' });
  expect([answer.status, answer.body]).toEqual([200, { text: '' }]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
it('T27: revoking a refresh token ends its family and its opaque access tokens', async () => {
  const { refresh_token = '', access_token } = await test.tokens({ audience: undefined });
  const renewed = await test.refresh(refresh_token);
  expect((await revoke({ token: String(renewed.body.refresh_token), token_type_hint: 'refresh_token' })).status).toBe(
    200,
  );
  expect((await test.refresh(String(renewed.body.refresh_token))).body.error).toBe('invalid_grant');
  expect((await test.userinfo(access_token)).status).toBe(401);
  expect((await test.userinfo(String(renewed.body.access_token))).status).toBe(401);
  expect((await test.lastEvent('token.rejected')).sentence).toContain('revoked by its client');
});
it('T27: an older token of the family ends it, too', async () => {
  const { refresh_token = '' } = await test.tokens();
  const renewed = await test.refresh(refresh_token);
  await revoke({ token: refresh_token });
  expect((await test.refresh(String(renewed.body.refresh_token))).status).toBe(403);
});
it('T27: another client’s token stays valid', async () => {
  const { refresh_token = '' } = await test.tokens();
  expect((await revoke({ client_id: 'strict-spa', token: refresh_token })).status).toBe(200);
  expect((await test.refresh(refresh_token)).status).toBe(200);
  expect((await test.lastEvent('revoke.ignored')).sentence).toContain('a token of client spa');
});
it('T27: an opaque access token can be revoked alone', async () => {
  const { access_token, refresh_token } = await test.tokens({ audience: undefined });
  await revoke({ token: access_token, token_type_hint: 'access_token' });
  expect((await test.userinfo(access_token)).status).toBe(401);
  expect((await test.refresh(refresh_token)).status).toBe(200);
});
it('T27: a wrong hint does not hinder', async () => {
  const { refresh_token = '' } = await test.tokens();
  await revoke({ token: refresh_token, token_type_hint: 'access_token' });
  expect((await test.refresh(refresh_token)).status).toBe(403);
});
it('T27: revoking twice is 200 twice', async () => {
  const { refresh_token = '' } = await test.tokens();
  expect((await revoke({ token: refresh_token })).status).toBe(200);
  expect((await revoke({ token: refresh_token })).status).toBe(200);
});
it('T26: a confidential client must authenticate to revoke', async () => {
  const tokens = await test.redeem(await test.code({ client_id: 'regular' }), {
    client_id: 'regular',
    client_secret: secret,
  });
  const token = String(tokens.body.refresh_token);
  const answer = await revoke({ client_id: 'regular', token, client_secret: 'wrong' });
  expect([answer.status, answer.body.error_description]).toEqual([401, 'Unauthorized']);
  const credentials = { client_id: 'regular', client_secret: secret };
  expect((await test.refresh(token, credentials)).status).toBe(200);
});
it('a missing token is named', async () => {
  const answer = await revoke({});
  expect([answer.status, answer.body.error_description]).toEqual([400, 'Missing required parameter: token']);
});
it('takes JSON, as the SDKs send it', async () => {
  const { refresh_token } = await test.tokens();
  const response = await fetch(new URL('/oauth/revoke', test.issuer), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: 'spa', token: refresh_token }),
  });
  expect(response.status).toBe(200);
  expect((await test.refresh(refresh_token)).status).toBe(403);
});
