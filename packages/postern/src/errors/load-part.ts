import { AuthError } from './auth-error.ts';

/** A part of this package that is loaded when first used; offline, or after a deployment, it may not be there. */
export const loadPart = <T>(part: Promise<T>): Promise<T> =>
  part.catch((cause: Error) => {
    throw new AuthError('NetworkError', cause.message, { code: 'network_error', cause });
  });
