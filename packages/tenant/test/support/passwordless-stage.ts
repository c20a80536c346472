import { afterAll, beforeAll, expect } from 'vitest';
import { type DirectTest, otpGrant, startDirectTest } from './direct.ts';

export let test: DirectTest;

export const start = (changes: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  test.json(
    '/passwordless/start',
    { client_id: 'app', connection: 'email', email: 'lin@example.com', send: 'code', ...changes },
    headers,
  );
export const logIn = (changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: otpGrant,
    client_id: 'app',
    realm: 'email',
    username: 'lin@example.com',
    scope: 'openid profile email',
    ...changes,
  });
export let people = 0;
export const somebody = () => {
  people += 1;
  return `person-${people}@example.com`;
};
/** Sends a code to a new address and answers with both. */
export const codeFor = async (email = somebody(), changes: Record<string, unknown> = {}) => {
  expect((await start({ email, ...changes })).status).toBe(200);
  const { code = '' } = await test.newest(email);
  return { username: email, otp: code };
};
export const other = (code: string) => (code === '000000' ? '000001' : '000000');
export const wrongEmail = { error: 'invalid_grant', error_description: 'Wrong email or verification code.' };

/** One tenant for all tests of a file. */
export function usePasswordlessTenant(): void {
  beforeAll(async () => {
    test = await startDirectTest({ rateLimits: { passwordlessStart: { burst: 10_000, perMinute: 10_000 } } });
  });

  afterAll(() => test.close());
}
