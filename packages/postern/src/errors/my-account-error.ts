import { AuthError } from './auth-error.ts';
import { type MyAccountErrorReason, reasonOf } from './my-account-codes.ts';

/** One thing that is wrong with what was sent. */
export interface MyAccountFieldError {
  readonly detail: string;
  readonly field?: string;
  /** JSON pointer into the body, e.g. `/otp_code`. */
  readonly pointer?: string;
  readonly source?: string;
}

/**
 * A My Account call failed. `reason` is the closed word to branch on (see {@link MyAccountErrorCodes}); `type` is the API's
 * problem URI, or the code where the answer was none.
 */
export class MyAccountError extends AuthError {
  override readonly type: string;
  readonly reason: MyAccountErrorReason;
  readonly title: string;
  readonly detail: string;
  readonly statusCode: number;
  /** What exactly is wrong, where the API says so. */
  readonly validationErrors: readonly MyAccountFieldError[];

  constructor(source: AuthError) {
    super(source.name, source.message, source);
    const { type, title, detail, status, validation_errors } = (source.json ?? {}) as {
      type?: string;
      title?: string;
      detail?: string;
      status?: number;
      validation_errors?: unknown;
    };
    this.type = type ?? source.code;
    this.reason = reasonOf(source.code, source.status);
    this.title = title ?? '';
    this.detail = detail ?? source.message;
    this.statusCode = status ?? source.status;
    this.validationErrors = Array.isArray(validation_errors) ? validation_errors : [];
  }

  override get '~postern'(): string {
    return 'MyAccountError';
  }
}
