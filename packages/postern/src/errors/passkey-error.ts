import { AuthError, type MfaRequiredErrorPayload } from './auth-error.ts';
import { PasskeyErrorCodes, type PasskeyErrorType, passkeyTypes } from './passkey-codes.ts';

/** A passkey step failed; see {@link PasskeyErrorCodes} for `type`. */
export class PasskeyError extends AuthError {
  override readonly type: PasskeyErrorType;

  constructor(source: AuthError, fallback: PasskeyErrorType = PasskeyErrorCodes.UNKNOWN_ERROR) {
    super(source.name, source.message, source);
    const { code } = source;
    const known = (Object.hasOwn(passkeyTypes, code) && passkeyTypes[code]) || fallback;
    // A server may refuse the challenge in the words it has for the exchange; who asked for what knows better.
    const isOfChallenge = known === 'PASSKEY_EXCHANGE_FAILED' && fallback === 'PASSKEY_CHALLENGE_FAILED';
    this.type = (Object.values(PasskeyErrorCodes) as string[]).includes(code)
      ? (code as PasskeyErrorType)
      : isOfChallenge
        ? fallback
        : known;
  }

  override get '~postern'(): string {
    return 'PasskeyError';
  }

  /** The MFA step the server asks for, or null; the same as {@link AuthError.mfaRequired}. */
  getMfaRequiredPayload = (): MfaRequiredErrorPayload | null => this.mfaRequired ?? null;
}
