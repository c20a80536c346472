import { AuthError } from './auth-error.ts';
import { DPoPErrorCodes, type DPoPErrorType, dpopTypes } from './dpop-codes.ts';

/** A DPoP key or proof failed; see {@link DPoPErrorCodes} for `type`. */
export class DPoPError extends AuthError {
  override readonly type: DPoPErrorType;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    this.type = Object.hasOwn(DPoPErrorCodes, source.code)
      ? (source.code as DPoPErrorType)
      : (Object.hasOwn(dpopTypes, source.code) && dpopTypes[source.code]) || 'UNKNOWN_DPOP_ERROR';
  }

  override get '~postern'(): string {
    return 'DPoPError';
  }
}
