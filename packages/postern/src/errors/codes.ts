/**
 * Every `type` an error of this package can carry, and the codes that lead to it. The one place to look up an error:
 * `code` is the server's or the platform's own word and is kept as it came; `type` is the closed word to branch on.
 */

const names = <const T extends string>(...list: T[]) =>
  Object.freeze(Object.fromEntries(list.map((name) => [name, name]))) as { readonly [K in T]: K };

/** `error.type` of a {@link WebAuthError}: `authorize`, `clearSession`, `handleRedirectCallback`, `resumeSession`. */
export const WebAuthErrorCodes = /* @__PURE__ */ names(
  'USER_CANCELLED',
  'ACCESS_DENIED',
  'NETWORK_ERROR',
  'ID_TOKEN_VALIDATION_FAILED',
  'BIOMETRICS_CONFIGURATION_ERROR',
  'BROWSER_NOT_AVAILABLE',
  'FAILED_TO_LOAD_URL',
  'BROWSER_TERMINATED',
  'NO_BUNDLE_IDENTIFIER',
  'TRANSACTION_ACTIVE_ALREADY',
  'NO_AUTHORIZATION_CODE',
  'PKCE_NOT_ALLOWED',
  'INVALID_INVITATION_URL',
  'INVALID_STATE',
  'INVALID_CALLBACK_URL',
  'TIMEOUT_ERROR',
  'CONSENT_REQUIRED',
  'INVALID_CONFIGURATION',
  'UNKNOWN_ERROR',
);
export type WebAuthErrorType = keyof typeof WebAuthErrorCodes;

export const webAuthTypes: Readonly<Record<string, WebAuthErrorType>> = {
  'a0.session.user_cancelled': 'USER_CANCELLED',
  cancelled: 'USER_CANCELLED',
  access_denied: 'ACCESS_DENIED',
  login_required: 'ACCESS_DENIED',
  'a0.network_error': 'NETWORK_ERROR',
  network_error: 'NETWORK_ERROR',
  'a0.session.invalid_idtoken': 'ID_TOKEN_VALIDATION_FAILED',
  'a0.browser_not_available': 'BROWSER_NOT_AVAILABLE',
  'a0.session.failed_load': 'FAILED_TO_LOAD_URL',
  'a0.session.browser_terminated': 'BROWSER_TERMINATED',
  state_mismatch: 'INVALID_STATE',
  missing_transaction: 'INVALID_STATE',
  timeout: 'TIMEOUT_ERROR',
  consent_required: 'CONSENT_REQUIRED',
  'a0.invalid_configuration': 'INVALID_CONFIGURATION',
};

/** `error.type` of a {@link CredentialsManagerError}: everything on `credentialsManager`. */
export const CredentialsManagerErrorCodes = /* @__PURE__ */ names(
  'INVALID_CREDENTIALS',
  'NO_CREDENTIALS',
  'NO_REFRESH_TOKEN',
  'RENEW_FAILED',
  'STORE_FAILED',
  'REVOKE_FAILED',
  'LARGE_MIN_TTL',
  'SESSION_EXPIRED',
  'CREDENTIAL_MANAGER_ERROR',
  'BIOMETRICS_FAILED',
  'NO_NETWORK',
  'API_ERROR',
  'API_EXCHANGE_FAILED',
  'INCOMPATIBLE_DEVICE',
  'CRYPTO_EXCEPTION',
  'DPOP_KEY_MISSING',
  'DPOP_NOT_CONFIGURED',
  'DPOP_KEY_MISMATCH',
  'UNKNOWN_ERROR',
);
export type CredentialsManagerErrorType = keyof typeof CredentialsManagerErrorCodes;

export const credentialsManagerTypes: Readonly<Record<string, CredentialsManagerErrorType>> = {
  noCredentials: 'NO_CREDENTIALS',
  login_required: 'NO_CREDENTIALS',
  noRefreshToken: 'NO_REFRESH_TOKEN',
  missing_refresh_token: 'NO_REFRESH_TOKEN',
  renewFailed: 'RENEW_FAILED',
  invalid_grant: 'RENEW_FAILED',
  invalid_refresh_token: 'RENEW_FAILED',
  mfa_required: 'RENEW_FAILED',
  consent_required: 'RENEW_FAILED',
  interaction_required: 'RENEW_FAILED',
  'a0.session.invalid_idtoken': 'RENEW_FAILED',
  invalid_request: 'API_ERROR',
  invalid_scope: 'API_ERROR',
  server_error: 'API_ERROR',
  too_many_requests: 'API_ERROR',
  network_error: 'NO_NETWORK',
  'a0.network_error': 'NO_NETWORK',
  timeout: 'NO_NETWORK',
  temporarily_unavailable: 'NO_NETWORK',
  apiExchangeFailed: 'API_EXCHANGE_FAILED',
  sessionExpired: 'SESSION_EXPIRED',
  session_expired: 'SESSION_EXPIRED',
};

/** `error.type` of a {@link DPoPError}. */
export const DPoPErrorCodes = /* @__PURE__ */ names(
  'DPOP_GENERATION_FAILED',
  'DPOP_PROOF_FAILED',
  'DPOP_KEY_GENERATION_FAILED',
  'DPOP_KEY_STORAGE_FAILED',
  'DPOP_KEY_RETRIEVAL_FAILED',
  'DPOP_NONCE_MISMATCH',
  'DPOP_INVALID_TOKEN_TYPE',
  'DPOP_MISSING_PARAMETER',
  'DPOP_CLEAR_KEY_FAILED',
  'UNKNOWN_DPOP_ERROR',
);
export type DPoPErrorType = keyof typeof DPoPErrorCodes;

export const dpopTypes: Readonly<Record<string, DPoPErrorType>> = {
  dpop_generation_failed: 'DPOP_GENERATION_FAILED',
  dpop_proof_failed: 'DPOP_PROOF_FAILED',
  dpop_key_error: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEY_NOT_FOUND: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEY_MISSING: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEY_MISMATCH: 'DPOP_KEY_RETRIEVAL_FAILED',
  DPOP_KEYCHAIN_ERROR: 'DPOP_KEY_STORAGE_FAILED',
  DPOP_KEYSTORE_ERROR: 'DPOP_KEY_STORAGE_FAILED',
  DPOP_CRYPTO_ERROR: 'DPOP_KEY_GENERATION_FAILED',
};

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
export type MfaErrorType = keyof typeof MfaErrorCodes;

export const mfaTypes: Readonly<Record<string, MfaErrorType>> = {
  invalid_otp: 'INVALID_OTP',
  invalid_oob_code: 'INVALID_OOB_CODE',
  invalid_binding_code: 'INVALID_BINDING_CODE',
  invalid_recovery_code: 'INVALID_RECOVERY_CODE',
  invalid_phone_number: 'INVALID_PHONE_NUMBER',
  invalid_email: 'INVALID_EMAIL',
  invalid_grant: 'MFA_ERROR',
  invalid_request: 'MFA_ERROR',
  mfa_token_invalid: 'INVALID_MFA_TOKEN',
  mfa_context_not_found: 'INVALID_MFA_TOKEN',
  invalid_token: 'INVALID_MFA_TOKEN',
  expired_token: 'EXPIRED_MFA_TOKEN',
  too_many_attempts: 'TOO_MANY_ATTEMPTS',
  unsupported_challenge_type: 'UNSUPPORTED_FACTOR',
  association_required: 'ASSOCIATION_REQUIRED',
  MFA_ENROLLMENT_ERROR: 'ENROLLMENT_FAILED',
  mfa_enrollment_failed: 'ENROLLMENT_FAILED',
  MFA_CHALLENGE_ERROR: 'CHALLENGE_FAILED',
  mfa_challenge_failed: 'CHALLENGE_FAILED',
  MFA_VERIFY_ERROR: 'MFA_ERROR',
  mfa_verify_failed: 'MFA_ERROR',
  mfa_list_authenticators_failed: 'MFA_ERROR',
};

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
  mfa_required: 'PASSKEY_MFA_REQUIRED',
};
