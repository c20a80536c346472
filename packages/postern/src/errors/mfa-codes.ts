import { names } from './codes.ts';

/** `error.type` of an {@link MfaError}. */
export const MfaErrorCodes = /* @__PURE__ */ names(
  'INVALID_OTP',
  'INVALID_OOB_CODE',
  'INVALID_BINDING_CODE',
  'INVALID_RECOVERY_CODE',
  'ENROLLMENT_FAILED',
  'INVALID_PHONE_NUMBER',
  'INVALID_EMAIL',
  'EXPIRED_MFA_TOKEN',
  'INVALID_MFA_TOKEN',
  'TOO_MANY_ATTEMPTS',
  'CHALLENGE_FAILED',
  'AUTHENTICATOR_NOT_FOUND',
  'UNSUPPORTED_FACTOR',
  'ASSOCIATION_REQUIRED',
  'MFA_ERROR',
  'UNKNOWN_MFA_ERROR',
);
/** What `type` of an {@link MfaError} may be. */
export type MfaErrorType = keyof typeof MfaErrorCodes;

/** Codes that are no type's name in either case. */
export const mfaTypes: Readonly<Record<string, MfaErrorType>> = {
  invalid_grant: 'MFA_ERROR',
  invalid_request: 'MFA_ERROR',
  mfa_token_invalid: 'INVALID_MFA_TOKEN',
  mfa_context_not_found: 'INVALID_MFA_TOKEN',
  invalid_token: 'INVALID_MFA_TOKEN',
  expired_token: 'EXPIRED_MFA_TOKEN',
  unsupported_challenge_type: 'UNSUPPORTED_FACTOR',
  MFA_ENROLLMENT_ERROR: 'ENROLLMENT_FAILED',
  mfa_enrollment_failed: 'ENROLLMENT_FAILED',
  MFA_CHALLENGE_ERROR: 'CHALLENGE_FAILED',
  mfa_challenge_failed: 'CHALLENGE_FAILED',
  MFA_VERIFY_ERROR: 'MFA_ERROR',
  mfa_verify_failed: 'MFA_ERROR',
  mfa_list_authenticators_failed: 'MFA_ERROR',
};
