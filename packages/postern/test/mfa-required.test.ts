import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuthError, isAuthError, isCredentialsManagerError, isWebAuthError } from '../src/errors/index.ts';
import { codeFor, createPerson, enrolled, password, realm } from './support/people.ts';
import { rejection } from './support/rejection.ts';
import { audience, clientId, createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

const requirements = { challenge: expect.arrayContaining([{ type: 'otp' }, { type: 'phone' }]) };
const isTheOneThing = (error: Error): AuthError => {
  if (!isAuthError(error)) throw error;
  expect(error).toMatchObject({
    code: 'mfa_required',
    message: 'Multifactor authentication required',
    mfaRequired: {
      error: 'mfa_required',
      errorDescription: 'Multifactor authentication required',
      mfaToken: expect.any(String),
      mfaRequirements: requirements,
    },
  });
  const { mfaToken = '' } = error.mfaRequired ?? {};
  expect(JSON.stringify(error)).not.toContain(mfaToken);
  return error;
};

const answerOnce = (body: object) =>
  world.tenant.control.faults.add({
    kind: 'respond',
    path: '/oauth/token',
    status: 403,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

describe('known failure 1b-20: mfa_required is one typed thing', () => {
  it('from a password', async () => {
    const { auth0 } = world.open();
    const { email } = await createPerson(world.tenant, enrolled);
    const login = auth0.auth.passwordRealm({ username: email, password, realm });
    isTheOneThing(await rejection(auth0.session.login(() => login)));
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: { code: 'mfa_required' } });
  });

  it('from a code by SMS', async () => {
    const { auth0 } = world.open();
    const phoneNumber = '+15550155';
    const logIn = async () => {
      await auth0.auth.passwordlessWithSMS({ phoneNumber });
      return auth0.auth.loginWithSMS({ phoneNumber, code: await codeFor(world.tenant, phoneNumber) });
    };
    await logIn();
    answerOnce({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      mfa_token: 'MFA-TOKEN',
      mfa_requirements: { challenge: [{ type: 'otp' }, { type: 'phone' }] },
    });
    isTheOneThing(await rejection(logIn()));
  });

  it('from a renewal: RENEW_FAILED, the session stays', async () => {
    const { auth0 } = world.open();
    const { id, email } = await createPerson(world.tenant);
    await auth0.session.login(() => auth0.auth.passwordRealm({ username: email, password, realm }));
    const before = await auth0.credentialsManager.getCredentials();
    answerOnce({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      mfa_token: 'MFA-TOKEN',
      mfa_requirements: { challenge: [{ type: 'otp' }, { type: 'phone' }] },
    });
    const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
    expect(isCredentialsManagerError(isTheOneThing(error))).toBe(true);
    expect(error.type).toBe('RENEW_FAILED');
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { sub: id }, error });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
    expect(await auth0.credentialsManager.getCredentials()).toEqual(before);
  });

  it('a renewal that a second factor finishes keeps the refresh token its answer leaves out, and the audience', async () => {
    const fixed = await createWorld({
      clients: [
        {
          clientId,
          name: 'Without rotation',
          type: 'spa',
          allowLoopbackCallbacks: true,
          grantTypes: [
            'refresh_token',
            'http://auth0.com/oauth/grant-type/password-realm',
            'http://auth0.com/oauth/grant-type/mfa-recovery-code',
          ],
          refreshToken: { rotation: 'non-rotating' },
          mfaPolicy: 'enrolled',
        },
      ],
    } as never);
    try {
      const { auth0 } = fixed.open();
      const { id } = await createPerson(fixed.tenant, enrolled);
      // Signed in before there was a second factor to be asked for.
      const given = await fixed.tenant.control.signIn({
        user: id,
        clientId,
        audience,
        scope: 'openid offline_access read:notes',
      });
      const { access_token: accessToken, id_token: idToken = '', refresh_token: refreshToken = '' } = given;
      await auth0.credentialsManager.saveCredentials({
        accessToken,
        idToken,
        refreshToken,
        tokenType: 'Bearer',
        expiresAt: 1,
        scope: 'openid offline_access read:notes',
      });
      const error = await rejection(auth0.credentialsManager.getCredentials());
      expect(error).toMatchObject({ code: 'mfa_required', type: 'RENEW_FAILED' });
      const { mfaToken = '' } = (error as AuthError).mfaRequired ?? {};
      const { recoveryCode } = enrolled.mfa;
      const proved = await auth0.session.login(() => auth0.mfa.verify({ mfaToken, recoveryCode }));
      expect(proved).not.toHaveProperty('refreshToken');
      expect(auth0.session.getSnapshot()).toMatchObject({ user: { sub: id }, error: null });
      const held = await auth0.credentialsManager.getCredentials();
      expect(held).toMatchObject({ accessToken: proved.accessToken, refreshToken });
    } finally {
      await fixed.close();
    }
  });

  it('from the token request of a login page: WebAuthError with the same payload', async () => {
    const { auth0 } = world.open();
    answerOnce({
      error: 'mfa_required',
      error_description: 'Multifactor authentication required',
      mfa_token: 'MFA-TOKEN',
      mfa_requirements: { challenge: [{ type: 'otp' }, { type: 'phone' }] },
    });
    const error = await rejection(auth0.webAuth.authorize());
    expect(isWebAuthError(isTheOneThing(error))).toBe(true);
  });

  it('from a callback that says so', async () => {
    const { auth0, tab } = world.open();
    tab.visit = async ({ redirectUri, state }) =>
      `${redirectUri}?${new URLSearchParams({ error: 'mfa_required', error_description: 'Now.', state, iss: `${world.origin}/`, mfa_token: 'MFA-TOKEN', mfa_requirements: 'text' })}`;
    const error = await rejection(auth0.webAuth.authorize());
    expect(error).toMatchObject({
      code: 'mfa_required',
      mfaRequired: { mfaToken: 'MFA-TOKEN', errorDescription: 'Now.' },
    });
    expect((error as AuthError).mfaRequired).not.toHaveProperty('mfaRequirements');
  });
});

describe('from a silent login, which has no way to tell it but login_required with these words', () => {
  const answerSilently = (tab: ReturnType<World['open']>['tab'], error_description: string) => {
    tab.visit = async ({ redirectUri, state }) =>
      `${redirectUri}?${new URLSearchParams({ error: 'login_required', error_description, state, iss: `${world.origin}/` })}`;
  };
  const signedIn = async () => {
    const opened = world.open({ useRefreshTokens: false });
    await opened.auth0.webAuth.authorize();
    expect((await opened.auth0.credentialsManager.getCredentials()).refreshToken).toBeUndefined();
    return opened;
  };

  it('a renewal is mfa_required, and the session stays', async () => {
    const { auth0, tab } = await signedIn();
    const before = await auth0.credentialsManager.getCredentials();
    answerSilently(tab, 'Multifactor authentication required');
    const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
    expect(error).toMatchObject({ code: 'mfa_required', type: 'RENEW_FAILED' });
    // There is no token to go on with: the login page is the way.
    expect((error as AuthError).mfaRequired).toBeUndefined();
    expect(await auth0.credentialsManager.getCredentials()).toEqual(before);
  });

  it('login_required with other words ends it', async () => {
    const { auth0, tab } = await signedIn();
    answerSilently(tab, 'Login required');
    const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
    expect(error).toMatchObject({ code: 'login_required', type: 'NO_CREDENTIALS' });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('at a start it says no more than that nobody is signed in yet', async () => {
    const { auth0, tab } = world.open();
    answerSilently(tab, 'Multifactor authentication required');
    await auth0.webAuth.checkWebSession();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
  });
});

describe('shapes of mfa_requirements', () => {
  it.each([
    [{ challenge: [{ type: 'otp' }] }, { challenge: [{ type: 'otp' }] }],
    [{ enroll: [{ type: 'otp' }] }, { enroll: [{ type: 'otp' }] }],
    [{ challenge_types: ['otp', 'oob'] }, { challenge: [{ type: 'otp' }, { type: 'oob' }] }],
    [{ challenge_types: 'otp' }, {}],
    [undefined, undefined],
    [null, undefined],
    ['otp', undefined],
  ])('%j is read as %j', async (mfa_requirements, expected) => {
    const { auth } = world.open().auth0;
    answerOnce({ error: 'mfa_required', error_description: 'Now.', mfa_token: 'MFA-TOKEN', mfa_requirements });
    const error = await rejection(auth.passwordRealm({ username: 'a', password: 'b', realm: 'c' }));
    expect((error as AuthError).mfaRequired?.mfaRequirements).toEqual(expected);
  });

  it('without an mfa_token there is nothing to go on with', async () => {
    const { auth } = world.open().auth0;
    answerOnce({ error: 'mfa_required', error_description: 'Now.' });
    const error = await rejection(auth.passwordRealm({ username: 'a', password: 'b', realm: 'c' }));
    expect(error).toMatchObject({ code: 'mfa_required', mfaRequired: undefined });
  });
});
