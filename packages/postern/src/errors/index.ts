import { AuthError, brandOf, type MfaRequiredErrorPayload } from './auth-error.ts';
import {
  CredentialsManagerErrorCodes,
  type CredentialsManagerErrorType,
  credentialsManagerTypes,
  WebAuthErrorCodes,
  type WebAuthErrorType,
  webAuthTypes,
} from './codes.ts';
import type { DPoPError } from './dpop-error.ts';
import type { MfaError } from './mfa-error.ts';
import { PasskeyErrorCodes, type PasskeyErrorType, passkeyTypes } from './passkey-codes.ts';

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
export { DPoPErrorCodes, type DPoPErrorType } from './dpop-codes.ts';
export { DPoPError } from './dpop-error.ts';
export { MfaErrorCodes, type MfaErrorType } from './mfa-codes.ts';
export { MfaError } from './mfa-error.ts';
export { PasskeyErrorCodes, type PasskeyErrorType } from './passkey-codes.ts';
export { type PasswordRule, passwordRulesOf } from './password-rules.ts';

const own = (table: object, key: string) => Object.hasOwn(table, key);

/** A login, a logout or their callback failed; see {@link WebAuthErrorCodes} for `type`. */
export class WebAuthError extends AuthError {
  override readonly type: WebAuthErrorType;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const { code, message } = source;
    this.type = own(WebAuthErrorCodes, code)
      ? (code as WebAuthErrorType)
      : message.includes('state is invalid')
        ? 'INVALID_STATE'
        : own(webAuthTypes, code)
          ? (webAuthTypes[code] as WebAuthErrorType)
          : 'UNKNOWN_ERROR';
  }

  override get '~postern'(): string {
    return 'WebAuthError';
  }
}

/** Stored credentials could not be had, renewed or kept; see {@link CredentialsManagerErrorCodes} for `type`. */
export class CredentialsManagerError extends AuthError {
  override readonly type: CredentialsManagerErrorType;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const { code, status } = source;
    this.type = own(CredentialsManagerErrorCodes, code)
      ? (code as CredentialsManagerErrorType)
      : own(credentialsManagerTypes, code)
        ? (credentialsManagerTypes[code] as CredentialsManagerErrorType)
        : code.startsWith('BIOMETRIC')
          ? 'BIOMETRICS_FAILED'
          : status >= 500 || status === 429
            ? 'API_ERROR'
            : 'UNKNOWN_ERROR';
  }

  override get '~postern'(): string {
    return 'CredentialsManagerError';
  }
}

/** A passkey step failed; see {@link PasskeyErrorCodes} for `type`. */
export class PasskeyError extends AuthError {
  override readonly type: PasskeyErrorType;

  constructor(source: AuthError, fallback: PasskeyErrorType = PasskeyErrorCodes.UNKNOWN_ERROR) {
    super(source.name, source.message, source);
    const { code } = source;
    this.type = (Object.values(PasskeyErrorCodes) as string[]).includes(code)
      ? (code as PasskeyErrorType)
      : (own(passkeyTypes, code) && passkeyTypes[code]) || fallback;
  }

  override get '~postern'(): string {
    return 'PasskeyError';
  }

  /** The MFA step the server asks for, or null; the same as {@link AuthError.mfaRequired}. */
  getMfaRequiredPayload = (): MfaRequiredErrorPayload | null => this.mfaRequired ?? null;
}

/** A My Account call failed; `type` is the API's problem URI, or the code where the answer was none. */
export class MyAccountError extends AuthError {
  override readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly statusCode: number;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const problem = (source.json ?? {}) as { type?: string; title?: string; detail?: string; status?: number };
    this.type = problem.type ?? source.code;
    this.title = problem.title ?? '';
    this.detail = problem.detail ?? source.message;
    this.statusCode = problem.status ?? source.status;
  }

  override get '~postern'(): string {
    return 'MyAccountError';
  }
}

/** Guards that hold across two loaded copies of the package, where `instanceof` does not. */
export const isWebAuthError = (error: unknown): error is WebAuthError => brandOf(error) === 'WebAuthError';
export const isCredentialsManagerError = (error: unknown): error is CredentialsManagerError =>
  brandOf(error) === 'CredentialsManagerError';
export const isDPoPError = (error: unknown): error is DPoPError => brandOf(error) === 'DPoPError';
export const isMfaError = (error: unknown): error is MfaError => brandOf(error) === 'MfaError';
export const isPasskeyError = (error: unknown): error is PasskeyError => brandOf(error) === 'PasskeyError';
export const isMyAccountError = (error: unknown): error is MyAccountError => brandOf(error) === 'MyAccountError';
