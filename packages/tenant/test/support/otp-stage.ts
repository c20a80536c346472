import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { ActionModule } from '../../src/index.ts';
import { type DirectTest, database, directConfig, otpGrant, startDirectTest } from './direct.ts';
import type { TokenAnswer } from './protocol.ts';

/** Passwordless logins of database users: `/otp/challenge` and the grant with an auth_session. */

export const open = 'Open';
export const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const denying: ActionModule = {
  onExecutePreUserRegistration: async (event, api) => {
    if (event.user.email?.startsWith('denied') === true) api.access.deny('a rule', 'Not you.');
  },
};

export let test: DirectTest;

export const op = 'op@example.com';
export const ask = (changes: Record<string, unknown> = {}) =>
  test.json('/otp/challenge', { client_id: 'app', connection: open, email: op, ...changes });
export const session = async (changes?: Record<string, unknown>) => String((await ask(changes)).body.auth_session);
export const redeem = (authSession: string, otp: string, changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: otpGrant,
    client_id: 'app',
    auth_session: authSession,
    otp,
    scope: 'openid profile email phone',
    ...changes,
  });
export const codeTo = async (to: string) => String((await test.newest(to)).code);
export const wrong = (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
export const messages = async (to: string) => (await test.tenant.control.outbox.list({ to })).length;
export const refused = { error: 'invalid_request', error_description: 'Invalid or expired auth_session or otp' };
export const expectRefused = (answer: TokenAnswer) => {
  expect(answer.body).toEqual(refused);
  expect(answer.status).toBe(400);
};

/** One tenant for all tests of a file. */
export function useOtpTenant(): void {
  beforeAll(async () => {
    test = await startDirectTest({
      mfa: { policy: 'enrolled' },
      connections: [
        { name: database, strategy: 'auth0', requiresUsername: true, emailOtp: true },
        { name: open, strategy: 'auth0', emailOtp: true, phoneOtp: true },
        { name: 'Closed', strategy: 'auth0', emailOtp: true, phoneOtp: true, signup: false },
        { name: 'Calls', strategy: 'auth0', phoneOtp: true },
        ...directConfig.connections.filter(({ name }) => name !== database),
      ],
      users: [
        ...directConfig.users,
        { id: 'auth0|op', connection: open, email: 'op@example.com', emailVerified: false, phoneNumber: '+15550001' },
        { id: 'auth0|shut', connection: open, email: 'shut@example.com', emailVerified: false, blocked: true },
        { id: 'auth0|two', connection: open, email: 'two@example.com', mfa: { totpSecret } },
      ],
    });
  });

  afterAll(() => test?.close());

  beforeEach(() => test.tenant.context.store.counters.clear('rate:otpChallenge:127.0.0.1'));

  afterEach(() => test.resetClock());
}
