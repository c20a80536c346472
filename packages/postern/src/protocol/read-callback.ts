import { AuthorizationResponseError, validateAuthResponse } from 'oauth4webapi';
import { AuthError } from '../errors/auth-error.ts';
import type { Transaction } from './authorize.ts';
import { callbackParameters } from './callback.ts';

/**
 * Checks a callback against its transaction (RFC 6749 sections 3.1 and 10.12, RFC 9207) and returns the code.
 *
 * @throws AuthError with the server's `error` as code and its `error_description` as message; `mfa_required`;
 * `state_mismatch` for another login's answer; `NO_AUTHORIZATION_CODE`.
 */
export function readCallback(url: string, transaction: Transaction): string {
  const parameters = callbackParameters(url);
  const json = Object.fromEntries(parameters);
  try {
    if (parameters.getAll('code').length > 1) throw new Error('"code" must be provided only once');
    validateAuthResponse(transaction.server, { client_id: transaction.clientId }, parameters, transaction.state);
  } catch (cause) {
    if (cause instanceof AuthorizationResponseError) {
      const code = errorCode(cause);
      throw new AuthError(code, cause.error_description ?? code, { code, json, cause });
    }
    throw new AuthError('InvalidCallback', (cause as Error).message, { code: 'state_mismatch', json, cause });
  }
  // Read from our own copy: React Native's URLSearchParams loses everything when it is copied.
  const code = parameters.get('code');
  if (!code)
    throw new AuthError('InvalidCallback', 'The callback has no code.', { code: 'NO_AUTHORIZATION_CODE', json });
  return code;
}

/** Of a silent login that owes a second factor OpenID Connect has no error; Auth0 tells it by these words alone. */
function errorCode({ error, error_description: description }: AuthorizationResponseError): string {
  return error === 'login_required' && description === 'Multifactor authentication required' ? 'mfa_required' : error;
}
