import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type MfaTest,
  multiFactor,
  otpGrant,
  phone,
  recoveryCode,
  recoveryGrant,
  startMfaTest,
  wrong,
} from './support/mfa.ts';
import { api, claimsOf, secret } from './support/protocol.ts';

let test: MfaTest;
beforeEach(async () => {
  test = await startMfaTest();
});
afterEach(() => test.close());

const malformed = { error: 'invalid_grant', error_description: 'Malformed mfa_token' };
const invalidOtp = { error: 'invalid_grant', error_description: 'Invalid otp_code.' };

describe('mfa_required', () => {
  it('comes with a token and what the user has, and no tokens', async () => {
    const { status, body, headers } = await test.logIn();
    expect(status).toBe(403);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      mfa_token: expect.stringMatching(/^[\w-]{43}$/),
      mfa_requirements: {
        challenge: [{ type: 'otp' }, { type: 'phone' }, { type: 'email' }, { type: 'recovery-code' }],
      },
    });
    const [event] = (await test.tenant.context.events.list({ type: 'mfa.required' })).slice(-1);
    expect(JSON.stringify(event)).not.toContain(String(body.mfa_token));
  });
  it('names what can be set up by who has nothing', async () => {
    const { body } = await test.logIn('grace', { client_id: 'always' });
    expect(body.mfa_requirements).toEqual({
      enroll: [{ type: 'push-notification' }, { type: 'otp' }, { type: 'phone' }],
    });
  });
  it.each([
    ['enrolled asks who has a factor', 'app', 'ada', true],
    ['enrolled leaves who has none alone', 'app', 'grace', false],
    ['always asks everybody', 'always', 'grace', true],
    ['never asks nobody', 'never', 'ada', false],
    ['adaptive does not ask by itself', 'adaptive', 'ada', false],
  ] as const)('policy: %s', async (_name, client, who, asked) => {
    const { status, body } = await test.logIn(who, { client_id: client });
    expect([status, body.error]).toEqual(asked ? [403, 'mfa_required'] : [200, undefined]);
  });
  it('a password that is wrong does not tell whether a factor is set up', async () => {
    const [withFactor, without] = await Promise.all([
      test.logIn('ada', { password: 'Wrong-Horse-42' }),
      test.logIn('grace', { password: 'Wrong-Horse-42' }),
    ]);
    expect(withFactor.body).toEqual(without.body);
    expect(withFactor.body).not.toHaveProperty('mfa_token');
  });
  it('T9: a client without the grant gets nothing from it, right code or not', async () => {
    const mfaToken = await test.mfaToken();
    for (const grantType of [otpGrant, recoveryGrant]) {
      const answer = await test.json('/oauth/token', {
        grant_type: grantType,
        client_id: 'spa',
        mfa_token: mfaToken,
        otp: await test.totp(),
        recovery_code: recoveryCode,
      });
      expect([answer.status, answer.body]).toEqual([
        403,
        { error: 'unauthorized_client', error_description: `Grant type '${grantType}' not allowed for the client.` },
      ]);
    }
    expect(await test.verifyOtp(mfaToken, await test.totp())).toMatchObject({ status: 200 });
  });
});

describe('mfa-otp', () => {
  it('goes on with the login: audience, scope, refresh token, amr and acr', async () => {
    const { status, body } = await test.verifyOtp(await test.mfaToken(), await test.totp());
    expect(status).toBe(200);
    expect(body.scope).toBe('openid offline_access read:notes');
    expect(claimsOf(String(body.access_token))).toMatchObject({ sub: 'auth0|ada', gty: 'password' });
    expect([claimsOf(String(body.access_token)).aud].flat()).toContain(api);
    expect(claimsOf(String(body.id_token))).toMatchObject({ amr: ['pwd', 'mfa', 'otp'], acr: multiFactor });
    expect(body).not.toHaveProperty('recovery_code');
    const renewed = await test.refresh(String(body.refresh_token), { client_id: 'app' });
    expect(renewed.status).toBe(200);
    expect(claimsOf(String(renewed.body.id_token)).amr).toEqual(['pwd', 'mfa', 'otp']);
  });
  it('scope given again narrows and never widens', async () => {
    const more = { scope: 'openid write:notes' };
    const { body } = await test.verifyOtp(await test.mfaToken(), await test.totp(), more);
    expect(body.scope).toBe('openid');
    expect(body).not.toHaveProperty('refresh_token');
  });
  it('T32: a code of a used time step is not accepted again, in no login', async () => {
    const code = await test.totp();
    expect((await test.verifyOtp(await test.mfaToken(), code)).status).toBe(200);
    const again = await test.verifyOtp(await test.mfaToken(), code);
    expect([again.status, again.body]).toEqual([403, invalidOtp]);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('used before');
  });
  it('T32: after a newer code an older one is worthless, though still inside the window', async () => {
    const older = await test.totp();
    test.advance(30);
    expect((await test.verifyOtp(await test.mfaToken(), await test.totp())).status).toBe(200);
    expect((await test.verifyOtp(await test.mfaToken(), older)).body).toEqual(invalidOtp);
  });
  it.each([
    ['one step early', -30, 200],
    ['one step late', 30, 200],
    ['two steps late', 60, 403],
  ])('a clock that is off: %s', async (_name, seconds, status) => {
    const start = Math.floor(test.tenant.context.clock.now() / 30_000) * 30_000;
    test.tenant.context.clock.set(start);
    const code = await test.totp();
    test.advance(seconds);
    expect((await test.verifyOtp(await test.mfaToken(), code)).status).toBe(status);
  });
  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('refuses %j', async (otp) => {
    const { status, body } = await test.verifyOtp(await test.mfaToken(), otp);
    if (otp === '') expect([status, body.error_description]).toEqual([400, 'Missing required parameter: otp']);
    else expect([status, body]).toEqual([403, invalidOtp]);
  });
  it('a wrong code leaves the mfa_token usable', async () => {
    const mfaToken = await test.mfaToken();
    const code = await test.totp();
    expect((await test.verifyOtp(mfaToken, wrong(code))).body).toEqual(invalidOtp);
    expect((await test.verifyOtp(mfaToken, code)).status).toBe(200);
  });
  it('T32: of nine calls at once with one code one wins', async () => {
    const mfaToken = await test.mfaToken();
    const code = await test.totp();
    const answers = await Promise.all(Array.from({ length: 9 }, () => test.verifyOtp(mfaToken, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers.filter((one) => one.status !== 200)) {
      expect(status).toBe(403);
      expect([malformed, invalidOtp]).toContainEqual(body);
    }
  });
});

describe('mfa_token', () => {
  it('T32: is spent by success', async () => {
    const mfaToken = await test.mfaToken();
    expect((await test.verifyOtp(mfaToken, await test.totp())).status).toBe(200);
    const again = await test.verifyOtp(mfaToken, await test.totp());
    expect([again.status, again.body]).toEqual([403, malformed]);
    expect((await test.challenge(mfaToken)).body).toEqual(malformed);
    expect((await test.list(mfaToken)).status).toBe(401);
  });
  it('expires after ten minutes, everywhere', async () => {
    const mfaToken = await test.mfaToken();
    test.advance(600);
    const expired = { error: 'expired_token', error_description: 'mfa_token is expired' };
    for (const answer of [
      await test.verifyOtp(mfaToken, await test.totp()),
      await test.challenge(mfaToken),
      await test.list(mfaToken),
      await test.associate(mfaToken, { authenticator_types: ['otp'] }),
    ])
      expect([answer.status, answer.body]).toEqual([401, expired]);
  });
  it('T32: of another client is refused, and still works for its own', async () => {
    const mfaToken = await test.mfaToken();
    for (const client of ['other', 'always']) {
      const stolen = await test.verifyOtp(mfaToken, await test.totp(), { client_id: client });
      expect([stolen.status, stolen.body]).toEqual([403, malformed]);
      expect((await test.challenge(mfaToken, { client_id: client })).body).toEqual(malformed);
    }
    expect((await test.lastEvent('mfa.rejected')).sentence).toContain('given to client app');
    expect((await test.verifyOtp(mfaToken, await test.totp())).status).toBe(200);
  });
  it.each(['nonsense', 'a.b.c'])('%j is malformed', async (mfaToken) => {
    expect((await test.verifyOtp(mfaToken, '123456')).body).toEqual(malformed);
    expect((await test.challenge(mfaToken)).body).toEqual(malformed);
  });
  it('missing is named', async () => {
    const answer = await test.json('/oauth/token', { grant_type: otpGrant, client_id: 'app', otp: '123456' });
    expect(answer.body.error_description).toBe('Missing required parameter: mfa_token');
  });
  it('a confidential client must prove itself', async () => {
    const mfaToken = await test.mfaToken('ada', { client_id: 'server', client_secret: secret });
    const bare = await test.verifyOtp(mfaToken, await test.totp(), { client_id: 'server' });
    expect([bare.status, bare.body.error]).toEqual([401, 'access_denied']);
    expect((await test.challenge(mfaToken, { client_id: 'server' })).status).toBe(401);
    const proved = await test.verifyOtp(mfaToken, await test.totp(), { client_id: 'server', client_secret: secret });
    expect(proved.status).toBe(200);
  });
  it('a user who is blocked meanwhile gets nothing', async () => {
    const mfaToken = await test.mfaToken();
    await test.tenant.control.users.block('auth0|ada');
    const blocked = { error: 'unauthorized', error_description: 'user is blocked' };
    expect((await test.verifyOtp(mfaToken, await test.totp())).body).toEqual(blocked);
    expect((await test.challenge(mfaToken)).body).toEqual(blocked);
    expect((await test.list(mfaToken)).status).toBe(401);
  });
});

describe('several right proofs at once', () => {
  it('T32: one mfa_token gives one login, and what lost is not used up', async () => {
    const mfaToken = await test.mfaToken();
    const { body } = await test.challenge(mfaToken, { challenge_type: 'oob', oob_channel: 'sms' });
    const answers = await Promise.all([
      test.verifyRecovery(mfaToken, recoveryCode),
      test.verifyOob(mfaToken, body.oob_code, await test.sentCode(phone)),
      test.verifyOtp(mfaToken, await test.totp()),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(answer.body).toEqual(malformed);
    const [recovery, , app] = answers;
    const left = await test.mfaToken();
    if (recovery?.status !== 200) expect((await test.verifyRecovery(left, recoveryCode)).status).toBe(200);
    else if (app?.status !== 200) expect((await test.verifyOtp(left, await test.totp())).status).toBe(200);
  });
});

describe('tries', () => {
  it('T32: after ten wrong codes even a right one is refused, until one try comes back after six minutes', async () => {
    const mfaToken = await test.mfaToken();
    const code = await test.totp();
    for (let count = 0; count < 10; count++) expect((await test.verifyOtp(mfaToken, wrong(code))).status).toBe(403);
    const over = await test.verifyOtp(mfaToken, code);
    expect([over.status, over.body.error]).toEqual([429, 'too_many_attempts']);
    const fresh = await test.mfaToken();
    expect((await test.verifyOtp(fresh, code)).status).toBe(429);
    expect((await test.verifyRecovery(fresh, recoveryCode)).status).toBe(429);
    test.advance(361);
    expect((await test.verifyOtp(fresh, wrong(await test.totp()))).status).toBe(403);
    expect((await test.verifyOtp(fresh, await test.totp())).status).toBe(429);
    test.advance(361);
    expect((await test.verifyOtp(await test.mfaToken(), await test.totp())).status).toBe(200);
  });
  it('T32: guesses at once share ten tries', async () => {
    const mfaToken = await test.mfaToken();
    const code = await test.totp();
    const answers = await Promise.all(Array.from({ length: 30 }, () => test.verifyOtp(mfaToken, wrong(code))));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });
  it('success fills the bucket', async () => {
    for (let round = 0; round < 3; round++) {
      const mfaToken = await test.mfaToken();
      for (let count = 0; count < 6; count++) {
        expect((await test.verifyOtp(mfaToken, wrong(await test.totp()))).status).toBe(403);
      }
      expect((await test.verifyOtp(mfaToken, await test.totp())).status).toBe(200);
      test.advance(60);
    }
  });
  it('one user’s tries are not another’s', async () => {
    const mfaToken = await test.mfaToken();
    for (let count = 0; count < 11; count++) await test.verifyOtp(mfaToken, '000000');
    const other = await test.mfaToken('grace', { client_id: 'always' });
    expect((await test.verifyOtp(other, '000000', { client_id: 'always' })).body).toEqual(invalidOtp);
  });
});
