import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MfaTest, mfaConfig, phone, startMfaTest, wrong } from './support/mfa.ts';
import { claimsOf } from './support/protocol.ts';

let test: MfaTest;
beforeEach(async () => {
  test = await startMfaTest();
});
afterEach(() => test.close());

const malformed = { error: 'invalid_grant', error_description: 'Malformed mfa_token' };
const invalidBinding = { error: 'invalid_grant', error_description: 'Invalid binding_code.' };
const rejected = { error: 'invalid_grant', error_description: 'MFA Authorization rejected.' };

describe('mfa-oob', () => {
  const start = async (changes: Record<string, unknown> = { challenge_type: 'oob', oob_channel: 'sms' }) => {
    const mfaToken = await test.mfaToken();
    const { status, body } = await test.challenge(mfaToken, changes);
    expect(status).toBe(200);
    return { mfaToken, oobCode: String(body.oob_code), body };
  };

  it.each([
    ['sms', phone, 'sms'],
    ['voice', phone, 'tel'],
    ['email', 'ada@example.com', 'email'],
  ])('%s: the code of the message logs in', async (channel, to, amr) => {
    const { mfaToken, oobCode, body } = await start({ challenge_type: 'oob', oob_channel: channel });
    expect(body).toEqual({ challenge_type: 'oob', oob_code: expect.any(String), binding_method: 'prompt' });
    const [message] = (await test.tenant.context.outbox.list({ to })).slice(-1);
    expect(message).toMatchObject({ channel, template: 'mfa_code', code: expect.stringMatching(/^\d{6}$/) });
    const { status, body: tokens } = await test.verifyOob(mfaToken, oobCode, message?.code);
    expect(status).toBe(200);
    expect(claimsOf(String(tokens.id_token)).amr).toEqual(['pwd', 'mfa', amr]);
  });
  it('T32: a code works once', async () => {
    const { mfaToken, oobCode } = await start();
    const code = await test.sentCode(phone);
    expect((await test.verifyOob(mfaToken, oobCode, code)).status).toBe(200);
    expect((await test.verifyOob(mfaToken, oobCode, code)).body).toEqual(malformed);
    const other = await test.mfaToken();
    const elsewhere = await test.verifyOob(other, oobCode, code);
    expect([elsewhere.status, elsewhere.body.error]).toEqual([403, 'invalid_grant']);
  });
  it('T32: a code expires after 300 s', async () => {
    const { mfaToken, oobCode } = await start();
    test.advance(300);
    const answer = await test.verifyOob(mfaToken, oobCode, await test.sentCode(phone));
    expect([answer.status, answer.body]).toEqual([403, invalidBinding]);
  });
  it('T32: a code is bound to its login: another mfa_token of the same user does not take it', async () => {
    const { mfaToken, oobCode } = await start();
    const code = await test.sentCode(phone);
    const stolen = await test.verifyOob(await test.mfaToken(), oobCode, code);
    expect([stolen.status, stolen.body]).toEqual([
      403,
      { error: 'invalid_grant', error_description: 'Malformed oob_code' },
    ]);
    expect((await test.verifyOob(mfaToken, oobCode, code)).status).toBe(200);
  });
  it('T32: a newer code makes the older one worthless', async () => {
    const { mfaToken, oobCode } = await start();
    const older = await test.sentCode(phone);
    const { body } = await test.challenge(mfaToken, { challenge_type: 'oob', oob_channel: 'sms' });
    expect((await test.verifyOob(mfaToken, oobCode, older)).body).toEqual(invalidBinding);
    expect((await test.verifyOob(mfaToken, body.oob_code, await test.sentCode(phone))).status).toBe(200);
  });
  it('T32: wrong codes count, at once too, and the right one is refused then', async () => {
    const { mfaToken, oobCode } = await start();
    const code = await test.sentCode(phone);
    const answers = await Promise.all(Array.from({ length: 25 }, () => test.verifyOob(mfaToken, oobCode, wrong(code))));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(10);
    expect(answers.find(({ status }) => status === 403)?.body).toEqual(invalidBinding);
    expect((await test.verifyOob(mfaToken, oobCode, code)).body.error).toBe('too_many_attempts');
  });
  it('names a missing binding_code and a missing oob_code, and knows no invented one', async () => {
    const { mfaToken, oobCode } = await start();
    expect((await test.verifyOob(mfaToken, oobCode)).body.error_description).toBe(
      'Missing required parameter: binding_code',
    );
    expect((await test.verifyOob(mfaToken, undefined, '123456')).body.error_description).toBe(
      'Missing required parameter: oob_code',
    );
    expect((await test.verifyOob(mfaToken, 'invented', '123456')).body.error_description).toBe('Malformed oob_code');
  });
  it('sends ten messages an hour and no more', async () => {
    const mfaToken = await test.mfaToken();
    const sms = { challenge_type: 'oob', oob_channel: 'sms' };
    for (let count = 0; count < 10; count++) expect((await test.challenge(mfaToken, sms)).status).toBe(200);
    const over = await test.challenge(mfaToken, sms);
    expect([over.status, over.body.error]).toEqual([429, 'too_many_attempts']);
    test.advance(3601);
    expect((await test.challenge(await test.mfaToken(), sms)).status).toBe(200);
  });
  it('keeps no code and no secret of a login readable in the database, the outbox apart', async () => {
    const { mfaToken, oobCode } = await start();
    const code = await test.sentCode(phone);
    const { artifacts, events } = await test.tenant.context.store.dump();
    const text = JSON.stringify([artifacts, events]);
    for (const value of [mfaToken, oobCode, `"${code}"`]) expect(text).not.toContain(value);
  });
});

describe('push', () => {
  beforeEach(async () => {
    await test.close();
    test = await startMfaTest({ users: mfaConfig.users.map((user) => ({ ...user, mfa: undefined })) });
  });
  const enroll = async () => {
    const mfaToken = await test.mfaToken('ada', { client_id: 'always' });
    const { body } = await test.associate(mfaToken, { authenticator_types: ['oob'], oob_channels: ['auth0'] });
    const as = { client_id: 'always' };
    const poll = () => test.verifyOob(mfaToken, body.oob_code, undefined, as);
    return { mfaToken, body, poll };
  };

  it('waits, slows down, and logs in once the device approves; its codes come with it', async () => {
    const { body, poll } = await enroll();
    expect(body).toMatchObject({ authenticator_type: 'oob', oob_channel: 'auth0', oob_code: expect.any(String) });
    expect(body.barcode_uri).toMatch(/^otpauth:\/\/totp\/Second%20factors:ada%40example\.com\?.*enrollment_tx_id=/);
    expect(body).not.toHaveProperty('binding_method');
    const pending = await poll();
    expect([pending.status, pending.body]).toEqual([
      403,
      {
        error: 'authorization_pending',
        error_description: 'Authorization pending: please repeat the request in a few seconds.',
      },
    ]);
    const hasty = await poll();
    expect([hasty.status, hasty.body.error, hasty.headers.get('retry-after')]).toEqual([429, 'slow_down', '5']);
    test.advance(5);
    expect((await poll()).body.error).toBe('authorization_pending');
    await test.tenant.control.mfa.approvePush('auth0|ada');
    expect((await poll()).status).toBe(200);
    const kinds = (await test.tenant.control.mfa.authenticators('auth0|ada')).map(({ id, confirmed }) => [
      id.split('|')[0],
      confirmed,
    ]);
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['push', true],
        ['totp', true],
        ['recovery-code', true],
      ]),
    );

    const mfaToken = await test.mfaToken();
    const { body: asked } = await test.challenge(mfaToken, { challenge_type: 'oob', oob_channel: 'auth0' });
    expect(asked).toEqual({ challenge_type: 'oob', oob_code: expect.any(String) });
    await test.tenant.control.mfa.approvePush('ada@example.com');
    expect((await test.verifyOob(mfaToken, asked.oob_code)).status).toBe(200);
    expect((await test.verifyOtp(await test.mfaToken(), await test.totp())).status).toBe(200);
  });
  it('denied is final', async () => {
    const { poll } = await enroll();
    await test.tenant.control.mfa.denyPush('auth0|ada');
    for (let count = 0; count < 2; count++) expect((await poll()).body).toEqual(rejected);
    await expect(test.tenant.control.mfa.approvePush('auth0|ada')).rejects.toMatchObject({ code: 'not_found' });
    expect((await poll()).body).toEqual(rejected);
  });
  it('T32: nobody can approve what has expired', async () => {
    const { poll } = await enroll();
    test.advance(300);
    await expect(test.tenant.control.mfa.approvePush('auth0|ada')).rejects.toMatchObject({ code: 'not_found' });
    expect((await poll()).body).toEqual(rejected);
  });
  it('T32: an approval counts once, and in its own login only', async () => {
    const { mfaToken, body, poll } = await enroll();
    await test.tenant.control.mfa.approvePush('auth0|ada');
    const other = await test.mfaToken('ada', { client_id: 'always' });
    const as = { client_id: 'always' };
    expect((await test.verifyOob(other, body.oob_code, undefined, as)).body.error_description).toBe(
      'Malformed oob_code',
    );
    const answers = await Promise.all(Array.from({ length: 8 }, poll));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await test.verifyOob(mfaToken, body.oob_code, undefined, as)).body).toEqual(malformed);
  });
});
