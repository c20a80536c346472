import { AuthError } from './auth-error.ts';
import { CredentialsManagerErrorCodes, type CredentialsManagerErrorType, credentialsManagerTypes } from './codes.ts';

/** Stored credentials could not be had, renewed or kept; see {@link CredentialsManagerErrorCodes} for `type`. */
export class CredentialsManagerError extends AuthError {
  override readonly type: CredentialsManagerErrorType;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const { code, status } = source;
    this.type = Object.hasOwn(CredentialsManagerErrorCodes, code)
      ? (code as CredentialsManagerErrorType)
      : Object.hasOwn(credentialsManagerTypes, code)
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
