/**
 * Every `type` an error of this package can carry, and the codes that lead to it. The one place to look up an error:
 * `code` is the server's or the platform's own word and is kept as it came; `type` is the closed word to branch on.
 */

export const names = <const T extends string>(...list: T[]) =>
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
/** What `type` of a {@link WebAuthError} may be. */
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
  missing_native_module: 'INVALID_CONFIGURATION',
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
/** What `type` of a {@link CredentialsManagerError} may be. */
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
  missing_native_module: 'CREDENTIAL_MANAGER_ERROR',
};
