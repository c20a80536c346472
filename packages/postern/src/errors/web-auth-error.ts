import { AuthError } from './auth-error.ts';
import { WebAuthErrorCodes, type WebAuthErrorType, webAuthTypes } from './codes.ts';

/** A login, a logout or their callback failed; see {@link WebAuthErrorCodes} for `type`. */
export class WebAuthError extends AuthError {
  override readonly type: WebAuthErrorType;

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const { code, message } = source;
    this.type = Object.hasOwn(WebAuthErrorCodes, code)
      ? (code as WebAuthErrorType)
      : message.includes('state is invalid')
        ? 'INVALID_STATE'
        : Object.hasOwn(webAuthTypes, code)
          ? (webAuthTypes[code] as WebAuthErrorType)
          : 'UNKNOWN_ERROR';
  }

  override get '~postern'(): string {
    return 'WebAuthError';
  }
}
