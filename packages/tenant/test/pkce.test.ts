import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProtocolTest, secret, startProtocolTest, verifier } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

it.each([
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['an empty challenge', { code_challenge: '' }],
  ['a method without challenge', { code_challenge: undefined }],
  ['plain', { code_challenge: verifier, code_challenge_method: 'plain' }],
  ['no method, which means plain', { code_challenge_method: undefined }],
  ['another case of the method', { code_challenge_method: 's256' }],
  ['a challenge that is too short', { code_challenge: 'abc' }],
  ['a challenge that is too long', { code_challenge: 'a'.repeat(44) }],
  ['a padded challenge', { code_challenge: `${'a'.repeat(42)}=` }],
  ['a challenge in base64', { code_challenge: `${'a'.repeat(42)}+` }],
])('T4: a public client with %s is refused', async (_what, changes) => {
  const page = await test.browser().open(test.authorizeUrl(changes));
  expect(page.callback?.searchParams.get('error')).toBe('invalid_request');
  expect(page.callback?.searchParams.get('code')).toBeNull();
});
it('T4: a native client needs PKCE, too', async () => {
  const url = test.authorizeUrl({
    client_id: 'native',
    redirect_uri: 'http://127.0.0.1:7/callback',
    code_challenge: undefined,
    code_challenge_method: undefined,
  });
  expect((await test.browser().open(url)).callback?.searchParams.get('error')).toBe('invalid_request');
});

it.each([
  ['wrong', randomBytes(32).toString('base64url')],
  ['missing', undefined],
  ['the challenge itself', createHash('sha256').update(verifier).digest('base64url')],
  ['too short', 'a'.repeat(42)],
  ['too long', 'a'.repeat(129)],
  ['malformed', `${'a'.repeat(42)} `],
])('T5: a verifier that is %s gives invalid_grant', async (_what, code_verifier) => {
  // What is only malformed has its own challenge: nothing else is wrong with it.
  const isMalformed = code_verifier !== undefined && !/^[\w-]{43}$/.test(code_verifier);
  const code_challenge = isMalformed ? createHash('sha256').update(code_verifier).digest('base64url') : undefined;
  const code = await test.code(code_challenge === undefined ? {} : { code_challenge });
  const answer = await test.redeem(code, { code_verifier });
  expect(answer.status).toBe(403);
  expect(answer.body).toEqual({ error: 'invalid_grant', error_description: 'Failed to verify code verifier' });
  expect((await test.lastEvent('token.rejected')).sentence).toContain('code_verifier');
});
it('T5: a verifier without a challenge is refused (downgrade)', async () => {
  const code = await test.code({ client_id: 'regular', code_challenge: undefined, code_challenge_method: undefined });
  const answer = await test.redeem(code, { client_id: 'regular', client_secret: secret });
  expect(answer.body.error).toBe('invalid_grant');
  const without = await test.redeem(code, { client_id: 'regular', client_secret: secret, code_verifier: undefined });
  expect(without.status).toBe(200);
});
it('T5: a confidential client that sent a challenge must send its verifier', async () => {
  const code = await test.code({ client_id: 'regular' });
  const answer = await test.redeem(code, { client_id: 'regular', client_secret: secret, code_verifier: undefined });
  expect(answer.body.error).toBe('invalid_grant');
});
it('T5: a wrong verifier does not spend the code of who has the right one', async () => {
  const code = await test.code();
  await test.redeem(code, { code_verifier: 'b'.repeat(43) });
  expect((await test.redeem(code)).status).toBe(200);
});
it('no verifier ever reaches the event log', async () => {
  const wrong = randomBytes(32).toString('base64url');
  await test.redeem(await test.code(), { code_verifier: wrong });
  await test.lastEvent('token.rejected');
  const log = JSON.stringify(await test.tenant.context.events.list({ limit: 1000 }));
  expect(log).not.toContain(wrong);
  expect(log).not.toContain(verifier);
});
