import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  AuthError,
  CredentialsManagerError,
  CredentialsManagerErrorCodes,
  DPoPError,
  DPoPErrorCodes,
  isAuthError,
  isCredentialsManagerError,
  isWebAuthError,
  MfaError,
  MfaErrorCodes,
  MyAccountError,
  PasskeyError,
  PasskeyErrorCodes,
  TimeoutError,
  WebAuthError,
  WebAuthErrorCodes,
} from '../src/errors/index.ts';

const error = (code: string, details: { status?: number; json?: unknown; message?: string } = {}) =>
  new AuthError('name', details.message ?? 'message', { code, ...details });

describe('types by code (wire reference section 30)', () => {
  it.each<[string, string]>([
    ['a0.session.user_cancelled', 'USER_CANCELLED'],
    ['USER_CANCELLED', 'USER_CANCELLED'],
    ['cancelled', 'USER_CANCELLED'],
    ['access_denied', 'ACCESS_DENIED'],
    ['login_required', 'ACCESS_DENIED'],
    ['a0.network_error', 'NETWORK_ERROR'],
    ['network_error', 'NETWORK_ERROR'],
    ['a0.session.invalid_idtoken', 'ID_TOKEN_VALIDATION_FAILED'],
    ['a0.browser_not_available', 'BROWSER_NOT_AVAILABLE'],
    ['a0.session.failed_load', 'FAILED_TO_LOAD_URL'],
    ['a0.session.browser_terminated', 'BROWSER_TERMINATED'],
    ['state_mismatch', 'INVALID_STATE'],
    ['timeout', 'TIMEOUT_ERROR'],
    ['consent_required', 'CONSENT_REQUIRED'],
    ['a0.invalid_configuration', 'INVALID_CONFIGURATION'],
    ['unauthorized', 'UNKNOWN_ERROR'],
    ['invalid_request', 'UNKNOWN_ERROR'],
    ['constructor', 'UNKNOWN_ERROR'],
    ...Object.values(WebAuthErrorCodes).map((type): [string, string] => [type, type]),
  ])('WebAuthError: %s is %s', (code, type) => {
    expect(new WebAuthError(error(code)).type).toBe(type);
  });

  it('WebAuthError: Android’s words for a wrong state', () => {
    const source = error('access_denied', { message: 'The received state is invalid. Try again.' });
    expect(new WebAuthError(source).type).toBe('INVALID_STATE');
  });

  it.each<[string, string]>([
    ['noCredentials', 'NO_CREDENTIALS'],
    ['login_required', 'NO_CREDENTIALS'],
    ['missing_refresh_token', 'NO_REFRESH_TOKEN'],
    ['invalid_grant', 'RENEW_FAILED'],
    ['invalid_refresh_token', 'RENEW_FAILED'],
    ['mfa_required', 'RENEW_FAILED'],
    ['consent_required', 'RENEW_FAILED'],
    ['invalid_request', 'API_ERROR'],
    ['invalid_scope', 'API_ERROR'],
    ['server_error', 'API_ERROR'],
    ['network_error', 'NO_NETWORK'],
    ['timeout', 'NO_NETWORK'],
    ['temporarily_unavailable', 'NO_NETWORK'],
    ['apiExchangeFailed', 'API_EXCHANGE_FAILED'],
    ['session_expired', 'SESSION_EXPIRED'],
    ['BIOMETRIC_ERROR_LOCKOUT', 'BIOMETRICS_FAILED'],
    ['access_denied', 'UNKNOWN_ERROR'],
    ['toString', 'UNKNOWN_ERROR'],
    ...Object.values(CredentialsManagerErrorCodes).map((type): [string, string] => [type, type]),
  ])('known failure 1b-18: CredentialsManagerError: %s is %s', (code, type) => {
    expect(new CredentialsManagerError(error(code)).type).toBe(type);
  });

  it.each([500, 502, 504, 429])('CredentialsManagerError: status %i is API_ERROR', (status) => {
    expect(new CredentialsManagerError(error('whatever', { status })).type).toBe('API_ERROR');
  });

  it('DPoPError, MfaError and PasskeyError: their tables and their fallbacks', () => {
    for (const type of Object.values(DPoPErrorCodes)) expect(new DPoPError(error(type)).type).toBe(type);
    for (const type of Object.values(MfaErrorCodes)) expect(new MfaError(error(type)).type).toBe(type);
    for (const type of Object.values(PasskeyErrorCodes)) expect(new PasskeyError(error(type)).type).toBe(type);
    expect(new DPoPError(error('DPOP_KEYSTORE_ERROR')).type).toBe('DPOP_KEY_STORAGE_FAILED');
    expect(new DPoPError(error('x')).type).toBe('UNKNOWN_DPOP_ERROR');
    expect(new MfaError(error('invalid_grant')).type).toBe('MFA_ERROR');
    expect(new MfaError(error('x')).type).toBe('UNKNOWN_MFA_ERROR');
    expect(new PasskeyError(error('mfa_required')).type).toBe('PASSKEY_MFA_REQUIRED');
    expect(new PasskeyError(error('x')).type).toBe('PASSKEY_UNKNOWN_ERROR');
    expect(new PasskeyError(error('x'), 'PASSKEY_EXCHANGE_FAILED').type).toBe('PASSKEY_EXCHANGE_FAILED');
    expect(new PasskeyError(error('mfa_required', { json: { mfa_token: 't' } })).getMfaRequiredPayload()).toMatchObject(
      { mfaToken: 't' },
    );
    expect(new PasskeyError(error('x')).getMfaRequiredPayload()).toBeNull();
  });

  it('MyAccountError reads the problem, or makes do with the code', () => {
    const json = {
      type: 'https://auth0.com/api-errors#A0E-401-0001',
      status: 401,
      title: 'Unauthorized',
      detail: 'Invalid token',
    };
    expect(new MyAccountError(error('x', { json }))).toMatchObject({
      type: json.type,
      title: json.title,
      detail: json.detail,
      statusCode: 401,
    });
    expect(new MyAccountError(error('x', { status: 500 }))).toMatchObject({
      type: 'x',
      title: '',
      detail: 'message',
      statusCode: 500,
    });
  });

  it('tables cannot be changed by an app', () => {
    expect(() => Object.assign(WebAuthErrorCodes, { USER_CANCELLED: 'x' })).toThrow(TypeError);
  });
});

describe('errors and secrets', () => {
  const json = {
    error: 'x',
    access_token: 'SECRET',
    refresh_token: 'SECRET',
    id_token: 'SECRET',
    code: 'SECRET',
    code_verifier: 'SECRET',
    password: 'SECRET',
  };

  it('S36: no secret is in any printed or serialised form, nor in json', () => {
    const cause = Object.assign(new Error('refused', { cause: { body: json } }), { code: 'OAUTH_INVALID_RESPONSE' });
    const failed = new CredentialsManagerError(new AuthError('n', 'm', { json, cause }));
    for (const form of [
      JSON.stringify(failed),
      inspect(failed, { depth: 9, showHidden: true }),
      String(failed),
      JSON.stringify(failed.json),
    ])
      expect(form).not.toContain('SECRET');
    expect(failed.cause).toMatchObject({ message: 'refused', code: 'OAUTH_INVALID_RESPONSE' });
    expect(failed.json).toMatchObject({ error: 'x', access_token: '[redacted]' });
  });

  it('keeps mfa_token and a DB connection’s code in reach, but out of logs', () => {
    const failed = error('mfa_required', { json: { mfa_token: 'M', error: 'mfa_required' } });
    expect(failed.mfaRequired?.mfaToken).toBe('M');
    expect(JSON.stringify(failed) + inspect({ ...failed })).not.toContain('"M"');
    expect(error('access_denied', { json: { mfa_token: 'M' } }).mfaRequired).toBeUndefined();
  });

  it('keeps the cause', () => {
    const cause = new TypeError('fetch failed');
    expect(new WebAuthError(new AuthError('n', 'm', { cause })).cause).toBe(cause);
  });
});

describe('guards', () => {
  it('tell the classes apart, and hold for another copy of the package', () => {
    const web = new WebAuthError(error('x'));
    expect([isAuthError(web), isWebAuthError(web), isCredentialsManagerError(web)]).toEqual([true, true, false]);
    expect(isAuthError(new TimeoutError(5))).toBe(true);
    expect(isWebAuthError(Object.assign(new Error('copy'), { '~postern': 'WebAuthError' }))).toBe(true);
    for (const other of [undefined, null, 'text', new Error('x'), {}]) expect(isAuthError(other)).toBe(false);
  });

  it('TimeoutError is what section 29 says', () => {
    expect(new TimeoutError(5)).toMatchObject({
      name: 'TimeoutError',
      code: 'timeout',
      status: 0,
      message: 'Request timed out after 5ms',
    });
  });
});
