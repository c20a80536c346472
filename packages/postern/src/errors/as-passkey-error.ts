import { isAuthError } from './auth-error.ts';
import type { PasskeyErrorType } from './passkey-codes.ts';
import { PasskeyError } from './passkey-error.ts';

/** A passkey step whose failures are `PasskeyError`s: of the type of the step, where the code says nothing closer. */
export const asPasskeyError =
  <A extends unknown[], R>(step: PasskeyErrorType, work: (...args: A) => Promise<R>) =>
  (...args: A): Promise<R> =>
    work(...args).catch((error: unknown) => {
      throw isAuthError(error) && !(error instanceof PasskeyError) ? new PasskeyError(error, step) : error;
    });
