import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MfaTest, recoveryCode, startMfaTest } from './support/mfa.ts';
import { api, claimsOf } from './support/protocol.ts';

let test: MfaTest;
beforeEach(async () => {
  test = await startMfaTest();
});
afterEach(() => test.close());

const rejected = { error: 'invalid_grant', error_description: 'MFA Authorization rejected.' };

describe('mfa-recovery-code', () => {
  it('works once, and brings the code that replaces it', async () => {
    const first = await test.verifyRecovery(await test.mfaToken(), recoveryCode);
    expect(first.status).toBe(200);
    expect(first.body.recovery_code).toMatch(/^[0-9A-Z]{24}$/);
    expect(claimsOf(String(first.body.id_token)).amr).toEqual(['pwd', 'mfa', 'recovery-code']);
    const again = await test.verifyRecovery(await test.mfaToken(), recoveryCode);
    expect([again.status, again.body]).toEqual([403, rejected]);
    const second = await test.verifyRecovery(await test.mfaToken(), String(first.body.recovery_code));
    expect(second.status).toBe(200);
    expect(second.body.recovery_code).not.toBe(first.body.recovery_code);
  });
  it('is taken in groups and small letters', async () => {
    const typed = recoveryCode.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect((await test.verifyRecovery(await test.mfaToken(), typed)).status).toBe(200);
  });
  it('T32: of calls at once one wins, and only one new code exists', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => test.mfaToken()));
    const answers = await Promise.all(tokens.map((token) => test.verifyRecovery(token, recoveryCode)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    for (const { body } of answers.filter(({ status }) => status !== 200)) expect(body).toEqual(rejected);
    expect((await test.verifyRecovery(await test.mfaToken(), String(winners[0]?.body.recovery_code))).status).toBe(200);
  });
  it.each(['WRONGRECOVERYCODE1234567', 'x'])('refuses %s', async (code) => {
    expect((await test.verifyRecovery(await test.mfaToken(), code)).body).toEqual(rejected);
  });
  it('of another user is wrong', async () => {
    const mfaToken = await test.mfaToken('grace', { client_id: 'always' });
    expect((await test.verifyRecovery(mfaToken, recoveryCode, { client_id: 'always' })).body).toEqual(rejected);
  });
});

describe('renewal', () => {
  it('owes a second factor when the login had none, and keeps its token until it is proved', async () => {
    const signedIn = await test.tenant.control.signIn({
      user: 'auth0|ada',
      clientId: 'app',
      audience: api,
      scope: 'openid offline_access read:notes',
    });
    const refreshToken = String(signedIn.refresh_token);
    const owed = await test.refresh(refreshToken, { client_id: 'app' });
    expect([owed.status, owed.body.error]).toEqual([403, 'mfa_required']);
    expect((await test.refresh(refreshToken, { client_id: 'app' })).body.error).toBe('mfa_required');
    const { status, body } = await test.verifyOtp(String(owed.body.mfa_token), await test.totp());
    expect(status).toBe(200);
    expect(claimsOf(String(body.access_token)).gty).toBe('refresh_token');
    expect(claimsOf(String(body.id_token)).amr).toEqual(['pwd', 'mfa', 'otp']);
    // One family goes on: the old token is spent, the new one is asked for nothing.
    expect(body.refresh_token).not.toBe(refreshToken);
    expect(await test.tenant.control.families.list()).toHaveLength(1);
    const next = await test.refresh(String(body.refresh_token), { client_id: 'app' });
    expect(next.status).toBe(200);
    expect((await test.refresh(refreshToken, { client_id: 'app' })).body.error).toBe('invalid_grant');
  });
  it('T11: is not brought back by a second factor after its family was revoked', async () => {
    const signedIn = await test.tenant.control.signIn({
      user: 'auth0|ada',
      clientId: 'app',
      scope: 'openid offline_access',
    });
    const owed = await test.refresh(signedIn.refresh_token, { client_id: 'app' });
    await test.tenant.control.users.revoke('auth0|ada');
    const { status, body } = await test.verifyOtp(String(owed.body.mfa_token), await test.totp());
    expect([status, body.error_description]).toEqual([403, 'Unknown or invalid refresh token.']);
  });
  it('of who has no factor goes on as before', async () => {
    const { body } = await test.logIn('grace');
    expect((await test.refresh(String(body.refresh_token), { client_id: 'app' })).status).toBe(200);
  });
  it('asks again for nobody whose second factor was proved at login', async () => {
    const { body } = await test.verifyOtp(await test.mfaToken(), await test.totp());
    let token = String(body.refresh_token);
    for (let count = 0; count < 3; count++) {
      const renewed = await test.refresh(token, { client_id: 'app' });
      expect(renewed.status).toBe(200);
      token = String(renewed.body.refresh_token);
    }
  });
});
