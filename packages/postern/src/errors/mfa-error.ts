import { AuthError } from './auth-error.ts';
import { MfaErrorCodes, type MfaErrorType, mfaTypes } from './mfa-codes.ts';

/** An MFA step failed; see {@link MfaErrorCodes} for `type`. */
export class MfaError extends AuthError {
  override readonly type: MfaErrorType;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const name = source.code.toUpperCase();
    this.type = Object.hasOwn(MfaErrorCodes, name)
      ? (name as MfaErrorType)
      : (Object.hasOwn(mfaTypes, source.code) && mfaTypes[source.code]) || 'UNKNOWN_MFA_ERROR';
  }

  override get '~postern'(): string {
    return 'MfaError';
  }
}
