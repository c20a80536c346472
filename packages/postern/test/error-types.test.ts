import { describe, expect, it } from 'vitest';
import { AuthError, DPoPError, MfaError, PasskeyError } from '../src/errors/index.ts';

const error = (code: string) => new AuthError('name', 'message', { code, status: 403, json: { error: code } });

/** Every pair of wire reference section 30 that `errors.test.ts` does not name. */
describe('known failure 1b-18: the same code is the same type everywhere', () => {
  it.each([
    ['invalid_otp', 'INVALID_OTP'],
    ['invalid_oob_code', 'INVALID_OOB_CODE'],
    ['invalid_binding_code', 'INVALID_BINDING_CODE'],
    ['invalid_recovery_code', 'INVALID_RECOVERY_CODE'],
    ['invalid_grant', 'MFA_ERROR'],
    ['mfa_token_invalid', 'INVALID_MFA_TOKEN'],
    ['mfa_context_not_found', 'INVALID_MFA_TOKEN'],
    ['expired_token', 'EXPIRED_MFA_TOKEN'],
    ['too_many_attempts', 'TOO_MANY_ATTEMPTS'],
    ['unsupported_challenge_type', 'UNSUPPORTED_FACTOR'],
    ['association_required', 'ASSOCIATION_REQUIRED'],
    ['invalid_phone_number', 'INVALID_PHONE_NUMBER'],
    ['invalid_email', 'INVALID_EMAIL'],
    ['MFA_ENROLLMENT_ERROR', 'ENROLLMENT_FAILED'],
    ['mfa_enrollment_failed', 'ENROLLMENT_FAILED'],
    ['MFA_CHALLENGE_ERROR', 'CHALLENGE_FAILED'],
    ['mfa_challenge_failed', 'CHALLENGE_FAILED'],
    ['MFA_VERIFY_ERROR', 'MFA_ERROR'],
    ['mfa_verify_failed', 'MFA_ERROR'],
    ['mfa_list_authenticators_failed', 'MFA_ERROR'],
    ['invalid_request', 'MFA_ERROR'],
    ['hasOwnProperty', 'UNKNOWN_MFA_ERROR'],
    ['', 'UNKNOWN_MFA_ERROR'],
  ])('MfaError: %s is %s', (code, type) => {
    expect(new MfaError(error(code))).toMatchObject({ type, code, message: 'message', status: 403 });
  });

  it.each([
    ['DPOP_KEY_NOT_FOUND', 'DPOP_KEY_RETRIEVAL_FAILED'],
    ['DPOP_KEYCHAIN_ERROR', 'DPOP_KEY_STORAGE_FAILED'],
    ['DPOP_KEYSTORE_ERROR', 'DPOP_KEY_STORAGE_FAILED'],
    ['DPOP_CRYPTO_ERROR', 'DPOP_KEY_GENERATION_FAILED'],
    ['dpop_generation_failed', 'DPOP_GENERATION_FAILED'],
    ['dpop_proof_failed', 'DPOP_PROOF_FAILED'],
    ['toString', 'UNKNOWN_DPOP_ERROR'],
  ])('DPoPError: %s is %s', (code, type) => {
    expect(new DPoPError(error(code))).toMatchObject({ type, code });
  });

  it.each([
    ['passkey_not_supported', 'PASSKEY_NOT_AVAILABLE'],
    ['passkey_register_error', 'PASSKEY_CHALLENGE_FAILED'],
    ['passkey_challenge_error', 'PASSKEY_CHALLENGE_FAILED'],
    ['passkey_get_token_error', 'PASSKEY_EXCHANGE_FAILED'],
    ['invalid_grant', 'PASSKEY_EXCHANGE_FAILED'],
    ['access_denied', 'PASSKEY_EXCHANGE_FAILED'],
    ['invalid_request', 'PASSKEY_EXCHANGE_FAILED'],
    ['missing_refresh_token', 'PASSKEY_EXCHANGE_FAILED'],
    ['use_dpop_nonce', 'PASSKEY_EXCHANGE_FAILED'],
    ['passkey_invalid_credential', 'PASSKEY_INVALID_CREDENTIAL'],
    ['UnsupportedOperation', 'PASSKEY_UNSUPPORTED_PLATFORM'],
    ['InvalidParameter', 'PASSKEY_INVALID_PARAMETER'],
    ['valueOf', 'PASSKEY_UNKNOWN_ERROR'],
  ])('PasskeyError: %s is %s', (code, type) => {
    expect(new PasskeyError(error(code))).toMatchObject({ type, code });
  });
});
