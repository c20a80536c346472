/** `error.type` of a {@link PasskeyError}; here, as in react-native-auth0, the values carry a prefix the names lack. */
export const PasskeyErrorCodes = {
  NOT_AVAILABLE: 'PASSKEY_NOT_AVAILABLE',
  CHALLENGE_FAILED: 'PASSKEY_CHALLENGE_FAILED',
  EXCHANGE_FAILED: 'PASSKEY_EXCHANGE_FAILED',
  INVALID_CREDENTIAL: 'PASSKEY_INVALID_CREDENTIAL',
  UNSUPPORTED_PLATFORM: 'PASSKEY_UNSUPPORTED_PLATFORM',
  INVALID_PARAMETER: 'PASSKEY_INVALID_PARAMETER',
  MFA_REQUIRED: 'PASSKEY_MFA_REQUIRED',
  UNKNOWN_ERROR: 'PASSKEY_UNKNOWN_ERROR',
} as const;
/** What `type` of a {@link PasskeyError} may be. */
export type PasskeyErrorType = (typeof PasskeyErrorCodes)[keyof typeof PasskeyErrorCodes];

export const passkeyTypes: Readonly<Record<string, PasskeyErrorType>> = {
  passkey_not_supported: 'PASSKEY_NOT_AVAILABLE',
  passkey_register_error: 'PASSKEY_CHALLENGE_FAILED',
  passkey_challenge_error: 'PASSKEY_CHALLENGE_FAILED',
  passkey_get_token_error: 'PASSKEY_EXCHANGE_FAILED',
  invalid_grant: 'PASSKEY_EXCHANGE_FAILED',
  access_denied: 'PASSKEY_EXCHANGE_FAILED',
  invalid_request: 'PASSKEY_EXCHANGE_FAILED',
  missing_refresh_token: 'PASSKEY_EXCHANGE_FAILED',
  use_dpop_nonce: 'PASSKEY_EXCHANGE_FAILED',
  passkey_invalid_credential: 'PASSKEY_INVALID_CREDENTIAL',
  UnsupportedOperation: 'PASSKEY_UNSUPPORTED_PLATFORM',
  InvalidParameter: 'PASSKEY_INVALID_PARAMETER',
  missing_parameters: 'PASSKEY_INVALID_PARAMETER',
  invalid_parameters: 'PASSKEY_INVALID_PARAMETER',
  mfa_required: 'PASSKEY_MFA_REQUIRED',
};
