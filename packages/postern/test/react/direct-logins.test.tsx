import '../support/dom.ts';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { type Auth0ContextInterface, Auth0Provider, type Credentials, useAuth0 } from 'postern';
import { type ReactNode, StrictMode } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryTab } from '../../src/platform/memory/index.ts';
import { codeFor, createPerson, enrolled, password, realm } from '../support/people.ts';
import { rejection } from '../support/rejection.ts';
import { audience, clientId, createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => {
  cleanup();
  world.renew();
});

type Hook = { readonly current: Auth0ContextInterface };

async function mount(): Promise<Hook> {
  const platform = createMemoryTab(world.device, { fetch: world.fetch });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <Auth0Provider
        domain={world.origin}
        clientId={clientId}
        audience={audience}
        cacheLocation="localstorage"
        platform={platform}
      >
        {children}
      </Auth0Provider>
    </StrictMode>
  );
  const { result } = renderHook(() => useAuth0(), { wrapper });
  await waitFor(() => expect(result.current.isLoading).toBe(false));
  return result;
}

/** The step before `mfa.verify` and its deprecated kin. */
async function owing(hook: Hook): Promise<{ mfaToken: string; email: string }> {
  const { email } = await createPerson(world.tenant, enrolled);
  const login = { username: email, password, realm };
  await act(() => rejection(hook.current.loginWithPasswordRealm(login)));
  expect(hook.current).toMatchObject({ user: null, error: { code: 'mfa_required' } });
  return { mfaToken: hook.current.error?.mfaRequired?.mfaToken ?? '', email };
}

const { recoveryCode } = enrolled.mfa;
const otpOf = (email: string) => world.tenant.control.mfa.totpCode(email);

async function challenged(hook: Hook) {
  const { mfaToken } = await owing(hook);
  const challenge = await hook.current.sendMultifactorChallenge({ mfaToken, challengeType: 'oob' });
  const oobCode = 'oobCode' in challenge ? challenge.oobCode : '';
  return { mfaToken, oobCode, bindingCode: await codeFor(world.tenant, '+15550100') };
}

const logins: Record<string, (hook: Hook) => Promise<() => Promise<Credentials>>> = {
  loginWithPasswordRealm: async (hook) => {
    const { email: username } = await createPerson(world.tenant);
    return () => hook.current.loginWithPasswordRealm({ username, password, realm });
  },
  authorizeWithEmail: async (hook) => {
    const { email } = await createPerson(world.tenant);
    await hook.current.sendEmailCode({ email, send: 'code' });
    const code = await codeFor(world.tenant, email);
    return () => hook.current.authorizeWithEmail({ email, code });
  },
  authorizeWithSMS: async (hook) => {
    const phoneNumber = '+15550177';
    await hook.current.sendSMSCode({ phoneNumber });
    const code = await codeFor(world.tenant, phoneNumber);
    return () => hook.current.authorizeWithSMS({ phoneNumber, code });
  },
  'passwordless.loginWithOTP': async (hook) => {
    const { email } = await createPerson(world.tenant);
    const challenge = await hook.current.passwordless.challengeWithEmail({ email, connection: realm });
    const otp = await codeFor(world.tenant, email);
    return () => hook.current.passwordless.loginWithOTP({ challenge, otp });
  },
  'mfa.verify': async (hook) => {
    const { mfaToken, email } = await owing(hook);
    const otp = await otpOf(email);
    return () => hook.current.mfa.verify({ mfaToken, otp });
  },
  authorizeWithOTP: async (hook) => {
    const { mfaToken, email } = await owing(hook);
    const otp = await otpOf(email);
    return () => hook.current.authorizeWithOTP({ mfaToken, otp });
  },
  authorizeWithOOB: async (hook) => {
    const given = await challenged(hook);
    return () => hook.current.authorizeWithOOB(given);
  },
  authorizeWithRecoveryCode: async (hook) => {
    const { mfaToken } = await owing(hook);
    return () => hook.current.authorizeWithRecoveryCode({ mfaToken, recoveryCode });
  },
};

describe.each(Object.entries(logins))('%s', (_, prepare) => {
  it('sets user, clears error, stores the credentials; getCredentials renews them; clearSession ends it', async () => {
    const hook = await mount();
    const login = await prepare(hook);
    const credentials = await act(login);
    expect(hook.current).toMatchObject({ user: { sub: expect.any(String) }, error: null, isLoading: false });
    const renewed = await act(() => hook.current.getCredentials(undefined, 0, {}, true));
    expect(renewed.accessToken).not.toBe(credentials.accessToken);
    await act(() => hook.current.clearSession());
    expect(hook.current).toMatchObject({ user: null, error: null });
    expect(await hook.current.hasValidCredentials()).toBe(false);
  });
});

it('known failure 1b-20: a renewal that owes a second factor keeps the person signed in, and mfa.verify goes on', async () => {
  const hook = await mount();
  const { id } = await createPerson(world.tenant, enrolled);
  // From before the tenant asked for a second factor.
  const scope = 'openid offline_access read:notes';
  const given = await world.tenant.control.signIn({ user: id, clientId, audience, scope });
  const { access_token: accessToken, id_token: idToken = '', refresh_token: refreshToken = '' } = given;
  const expiresAt = Math.floor(Date.now() / 1000) + given.expires_in;
  await hook.current.saveCredentials({ accessToken, idToken, refreshToken, tokenType: 'Bearer', expiresAt, scope });
  const before = await act(() => hook.current.getCredentials());
  const { user } = hook.current;
  expect(user).toMatchObject({ sub: id });
  const error = await act(() => rejection(hook.current.getCredentials(undefined, 0, {}, true)));
  expect(error).toMatchObject({
    code: 'mfa_required',
    type: 'RENEW_FAILED',
    mfaRequired: { mfaToken: expect.any(String) },
  });
  expect(hook.current).toMatchObject({ error, isLoading: false });
  expect(hook.current.user).toBe(user);
  expect(await act(() => hook.current.getCredentials())).toEqual(before);
  const mfaToken = hook.current.error?.mfaRequired?.mfaToken ?? '';
  const proved = await act(() => hook.current.mfa.verify({ mfaToken, recoveryCode }));
  expect(hook.current).toMatchObject({ user: { sub: id }, error: null });
  expect((await act(() => hook.current.getCredentials())).accessToken).toBe(proved.accessToken);
});

describe('methods that send', () => {
  const failing: Record<string, (hook: Auth0ContextInterface) => Promise<unknown>> = {
    createUser: ({ createUser }) => createUser({ email: 'a@b.example', password: 'weak', connection: realm }),
    resetPassword: ({ resetPassword }) => resetPassword({ email: 'a@b.example', connection: 'nowhere' }),
    sendEmailCode: ({ sendEmailCode }) => sendEmailCode({ email: 'no address' }),
    sendSMSCode: ({ sendSMSCode }) => sendSMSCode({ phoneNumber: 'no number' }),
    sendMultifactorChallenge: ({ sendMultifactorChallenge }) => sendMultifactorChallenge({ mfaToken: 'unknown' }),
    revokeRefreshToken: ({ revokeRefreshToken }) => revokeRefreshToken({ refreshToken: null as unknown as string }),
    'mfa.getAuthenticators': ({ mfa }) => mfa.getAuthenticators({ mfaToken: 'unknown' }),
    'mfa.enroll': ({ mfa }) => mfa.enroll({ mfaToken: 'unknown', factorType: 'otp' }),
    'mfa.challenge': ({ mfa }) => mfa.challenge({ mfaToken: 'unknown', authenticatorId: 'totp|1' }),
    'passwordless.challengeWithEmail': ({ passwordless }) =>
      passwordless.challengeWithEmail({ email: 'a@b.example', connection: 'nowhere' }),
    'passwordless.challengeWithPhoneNumber': ({ passwordless }) =>
      passwordless.challengeWithPhoneNumber({ phoneNumber: 'none', connection: realm }),
    'passwordless.loginWithOTP': ({ passwordless }) =>
      passwordless.loginWithOTP({ challenge: { authSession: 'unknown' }, otp: '123456' }),
    getTokenByPasskey: ({ getTokenByPasskey }) => getTokenByPasskey({ authSession: 'unknown', authResponse: '{}' }),
    loginWithPasswordRealm: ({ loginWithPasswordRealm }) =>
      loginWithPasswordRealm({ username: 'nobody@example.com', password, realm }),
    authorizeWithExchange: ({ authorizeWithExchange }) =>
      authorizeWithExchange({ code: 'c', verifier: 'v'.repeat(43), redirectUri: 'http://127.0.0.1/' }),
    authorizeWithExchangeNativeSocial: ({ authorizeWithExchangeNativeSocial }) =>
      authorizeWithExchangeNativeSocial({ subjectToken: 's', subjectTokenType: 'urn:x:y' }),
  };

  it.each(Object.entries(failing))(
    'a failed %s becomes error, and leaves user and credentials alone',
    async (_, call) => {
      const hook = await mount();
      const { email: username, id: sub } = await createPerson(world.tenant);
      const { accessToken } = await act(() => hook.current.loginWithPasswordRealm({ username, password, realm }));
      const error = await act(() => rejection(call(hook.current)));
      expect(hook.current).toMatchObject({ user: { sub }, error });
      expect(await act(() => hook.current.getCredentials())).toMatchObject({ accessToken });
    },
  );

  it.each([
    ['passkeySignupChallenge', ({ passkeySignupChallenge }) => passkeySignupChallenge({ realm: 'nowhere' })],
    ['passkeyLoginChallenge', ({ passkeyLoginChallenge }) => passkeyLoginChallenge({ realm: 'nowhere' })],
    ['myAccount.getFactors', ({ myAccount }) => myAccount.getFactors({ accessToken: 'none' })],
  ] satisfies [string, (hook: Auth0ContextInterface) => Promise<unknown>][])(
    'a failed %s changes nothing at all',
    async (_, call) => {
      const hook = await mount();
      await act(() => rejection(call(hook.current)));
      expect(hook.current).toMatchObject({ user: null, error: null, isLoading: false });
    },
  );

  it('what succeeds signs nobody in', async () => {
    const hook = await mount();
    const email = 'signed-up@example.com';
    await act(() => hook.current.createUser({ email, password, connection: realm }));
    await act(() => hook.current.resetPassword({ email, connection: realm }));
    await act(() => hook.current.sendEmailCode({ email, send: 'code' }));
    expect(hook.current).toMatchObject({ user: null, error: null });
    expect(await hook.current.hasValidCredentials()).toBe(false);
  });
});

it('known failure 1c-25: every method, and each group of them, stays the same through a login', async () => {
  const hook = await mount();
  const { user: _, error: __, isLoading: ___, ...before } = hook.current;
  const { email: username } = await createPerson(world.tenant);
  await act(() => hook.current.loginWithPasswordRealm({ username, password, realm }));
  expect(hook.current.user).not.toBeNull();
  for (const [name, method] of Object.entries(before)) expect(hook.current[name as keyof typeof before]).toBe(method);
});
