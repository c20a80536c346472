export {
  AuthError,
  type AuthErrorDetails,
  isAuthError,
  type MfaFactor,
  type MfaRequiredErrorPayload,
  type MfaRequirements,
  TimeoutError,
} from './auth-error.ts';
export {
  CredentialsManagerErrorCodes,
  type CredentialsManagerErrorType,
  WebAuthErrorCodes,
  type WebAuthErrorType,
} from './codes.ts';
export { CredentialsManagerError } from './credentials-manager-error.ts';
export { DPoPErrorCodes, type DPoPErrorType } from './dpop-codes.ts';
export { DPoPError } from './dpop-error.ts';
export {
  isCredentialsManagerError,
  isDPoPError,
  isMfaError,
  isMyAccountError,
  isPasskeyError,
  isWebAuthError,
} from './guards.ts';
export { MfaErrorCodes, type MfaErrorType } from './mfa-codes.ts';
export { MfaError } from './mfa-error.ts';
export { MyAccountErrorCodes, type MyAccountErrorReason } from './my-account-codes.ts';
export { MyAccountError, type MyAccountFieldError } from './my-account-error.ts';
export { PasskeyErrorCodes, type PasskeyErrorType } from './passkey-codes.ts';
export { PasskeyError } from './passkey-error.ts';
export { type PasswordRule, passwordRulesOf } from './password-rules.ts';
export { WebAuthError } from './web-auth-error.ts';
