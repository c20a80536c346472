import type { Auth0 } from 'postern/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../src/types/index.ts';
import { codeFor, createPerson, password, realm } from './support/people.ts';
import { rejection } from './support/rejection.ts';
import { audience, createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

/** Every way in that needs nothing but `auth.*`; what it does by itself, and who is in afterwards. */
const ways: Record<
  string,
  (auth0: Auth0, asked: object) => Promise<{ login: () => Promise<Credentials>; who: object }>
> = {
  passwordRealm: async ({ auth }, asked) => {
    const { email: username, id: sub } = await createPerson(world.tenant);
    return { login: () => auth.passwordRealm({ username, password, realm, ...asked }), who: { sub } };
  },
  loginWithEmail: async ({ auth }, asked) => {
    const { email } = await createPerson(world.tenant);
    await auth.passwordlessWithEmail({ email, send: 'code' });
    const code = await codeFor(world.tenant, email);
    return { login: () => auth.loginWithEmail({ email, code, ...asked }), who: { email, emailVerified: true } };
  },
  loginWithSMS: async ({ auth }, asked) => {
    const phoneNumber = '+15550123';
    await auth.passwordlessWithSMS({ phoneNumber });
    const code = await codeFor(world.tenant, phoneNumber);
    return { login: () => auth.loginWithSMS({ phoneNumber, code, ...asked }), who: { name: phoneNumber } };
  },
};

const lastRequest = () => Object.fromEntries(world.tokenRequests.at(-1) ?? []);
const stored = () => [...world.device.records.values()].flatMap((records) => [...records.values()]).join('\n');

describe.each(Object.keys(ways))('%s', (way) => {
  const prepare = async (asked = {}, options = {}) => {
    const { auth0 } = world.open(options);
    await auth0.session.start();
    const found = ways[way];
    if (!found) throw new Error(way);
    return { auth0, ...(await found(auth0, asked)) };
  };

  it('logs in like any login: user set, credentials stored, renewed by getCredentials, cleared by clearSession', async () => {
    const { auth0, login, who } = await prepare();
    const credentials = await auth0.session.login(login);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: who, error: null, isLoading: false });
    expect(credentials).toMatchObject({ tokenType: expect.any(String), refreshToken: expect.any(String) });
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken: credentials.accessToken });

    const renewed = await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(lastRequest()).toMatchObject({ grant_type: 'refresh_token', refresh_token: credentials.refreshToken });
    expect(renewed.accessToken).not.toBe(credentials.accessToken);

    await auth0.webAuth.clearSession();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    expect(stored()).not.toContain(credentials.accessToken);
  });

  it('survives a reload: another client of the same device has the session', async () => {
    const { auth0, login, who } = await prepare();
    await auth0.session.login(login);
    const reloaded = world.open().auth0;
    await reloaded.session.start();
    expect(reloaded.session.getSnapshot().user).toMatchObject(who);
  });

  it('asks for the client’s audience and scope, as authorize does', async () => {
    const { login } = await prepare();
    await login();
    expect(lastRequest()).toMatchObject({ audience, scope: 'openid profile email read:notes offline_access' });
  });

  it('asks for its own audience and scope, and stores the audience with the credentials', async () => {
    const own = `${world.origin}/userinfo`;
    const { auth0, login } = await prepare({ audience: own, scope: 'email' });
    await auth0.session.login(login);
    expect(lastRequest()).toMatchObject({ audience: own, scope: 'openid email offline_access' });
    expect(stored()).toContain(JSON.stringify({ audience: own }).slice(1, -1));
  });

  it('asks for no refresh token where useRefreshTokens is off', async () => {
    const { login } = await prepare({ scope: 'openid' }, { useRefreshTokens: false });
    expect(await login()).not.toHaveProperty('refreshToken');
    expect(lastRequest().scope).toBe('openid');
  });

  it('outside of session.login changes and stores nothing', async () => {
    const { auth0, login } = await prepare();
    const { accessToken } = await login();
    expect(auth0.session.getSnapshot().user).toBeNull();
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    expect(stored()).not.toContain(accessToken);
  });

  it('known failure 1a-8: an answer without an ID token is a login without a user, and no error', async () => {
    const { auth0, login } = await prepare();
    const body = JSON.stringify({ access_token: 'opaque', token_type: 'DPoP', expires_in: 60 });
    const headers = { 'content-type': 'application/json' };
    world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 200, body, headers });
    expect(await auth0.session.login(login)).toMatchObject({ accessToken: 'opaque', idToken: '' });
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken: 'opaque' });
  });

  it.each(['iss', 'aud', 'signature'] as const)(
    'S10: an ID token with a wrong %s is refused, and nothing is stored',
    async (claim) => {
      const { auth0, login } = await prepare();
      world.tenant.control.faults.add({
        kind: 'id_token',
        claim,
        ...(claim === 'signature' ? {} : { value: 'wrong' }),
      });
      const error = await rejection(auth0.session.login(login));
      expect(error).toMatchObject({ code: 'a0.session.invalid_idtoken' });
      expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error });
      expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    },
  );

  it.each([
    ['access_denied', 403, { error: 'access_denied', error_description: 'Only on weekdays.' }],
    [
      'requires_verification',
      401,
      { error: 'requires_verification', error_description: 'Suspicious request requires verification' },
    ],
    ['too_many_attempts', 429, { error: 'too_many_attempts', error_description: 'Blocked.' }],
    ['unauthorized', 401, { error: 'unauthorized', error_description: 'user is blocked' }],
    ['unauthorized_client', 403, { error: 'unauthorized_client', error_description: 'Not allowed.' }],
    ['password_leaked', 401, { error: 'password_leaked', error_description: 'Known from a breach.' }],
    ['something_new', 418, { error: 'something_new', error_description: 'Nobody knows.' }],
  ])('known failure 1b-19: %s (%i) rejects with the server’s code and words', async (code, status, answer) => {
    const { auth0, login } = await prepare();
    world.tenant.control.faults.add({
      kind: 'respond',
      path: '/oauth/token',
      status,
      body: JSON.stringify(answer),
      headers: { 'content-type': 'application/json', 'retry-after': '7' },
    });
    const error = await rejection(auth0.session.login(login));
    expect(error).toMatchObject({ name: code, code, status, message: answer.error_description, retryAfter: 7 });
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error });
    // The way in is as open as before.
    await auth0.session.login(login);
    expect(auth0.session.getSnapshot().error).toBeNull();
  });

  it('a lost answer is a network_error', async () => {
    const { login } = await prepare();
    world.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token' });
    expect(await rejection(login())).toMatchObject({ name: 'NetworkError', code: 'network_error', status: 0 });
  });

  it('S36: neither password nor code nor token is in what an error prints', async () => {
    const { login } = await prepare();
    const body = JSON.stringify({ error: 'x', password, code: 'SECRET', otp: 'SECRET', access_token: 'SECRET' });
    world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 400, body });
    const error = await rejection(login());
    expect(JSON.stringify([error, (error as { json?: unknown }).json])).not.toMatch(`SECRET|${password}`);
  });
});

describe('wrong credentials', () => {
  it('a wrong password and an unknown user get the same answer', async () => {
    const { auth } = world.open().auth0;
    const { email: username } = await createPerson(world.tenant);
    const wrong = await rejection(auth.passwordRealm({ username, password: 'wrong', realm }));
    const unknown = await rejection(auth.passwordRealm({ username: 'nobody@example.com', password, realm }));
    expect(wrong).toMatchObject({ code: 'invalid_grant', status: 403, message: 'Wrong email or password.' });
    expect(unknown).toMatchObject({ code: wrong.code, status: wrong.status, message: wrong.message });
  });

  it('an unknown realm, and a person who was blocked', async () => {
    const { auth } = world.open().auth0;
    const { email: username, id } = await createPerson(world.tenant);
    expect(await rejection(auth.passwordRealm({ username, password, realm: 'nowhere' }))).toMatchObject({
      code: 'invalid_request',
    });
    await world.tenant.control.users.block(id);
    expect(await rejection(auth.passwordRealm({ username, password, realm }))).toMatchObject({ code: 'unauthorized' });
  });

  it('ten wrong passwords in a row block: 429 too_many_attempts', async () => {
    const { auth } = world.open().auth0;
    const { email: username } = await createPerson(world.tenant);
    for (let i = 0; i < 10; i++) await rejection(auth.passwordRealm({ username, password: `wrong ${i}`, realm }));
    const blocked = await rejection(auth.passwordRealm({ username, password, realm }));
    expect(blocked).toMatchObject({ code: 'too_many_attempts', status: 429 });
  });

  it.each([
    ['loginWithEmail', { email: 'user@example.com', code: '000000' }, 'Wrong email or verification code.'],
    ['loginWithSMS', { phoneNumber: '+15550199', code: '000000' }, 'Wrong phone number or verification code.'],
  ] as const)('%s with a code that was never sent', async (method, parameters, message) => {
    const { auth } = world.open().auth0;
    const call = auth[method] as (parameters: object) => Promise<unknown>;
    expect(await rejection(call(parameters))).toMatchObject({ code: 'invalid_grant', status: 403, message });
  });

  it('a code works once, and only the newest', async () => {
    const { auth } = world.open().auth0;
    const { email } = await createPerson(world.tenant);
    await auth.passwordlessWithEmail({ email, send: 'code' });
    const old = await codeFor(world.tenant, email);
    await auth.passwordlessWithEmail({ email, send: 'code' });
    const code = await codeFor(world.tenant, email);
    if (old !== code)
      expect(await rejection(auth.loginWithEmail({ email, code: old }))).toMatchObject({ code: 'invalid_grant' });
    await auth.loginWithEmail({ email, code });
    expect(await rejection(auth.loginWithEmail({ email, code }))).toMatchObject({ code: 'invalid_grant' });
  });
});

describe('passwordless', () => {
  it('a link goes on to the app with the parameters it was asked for', async () => {
    const { auth } = world.open().auth0;
    const { email } = await createPerson(world.tenant);
    const redirect_uri = 'http://127.0.0.1/callback';
    await auth.passwordlessWithEmail({
      email,
      send: 'link',
      authParams: { redirect_uri, state: 's', response_type: 'code' },
    });
    const { link } = await world.tenant.control.outbox.lastMessage({ to: email });
    expect(link).toContain('/passwordless/verify_redirect');
    expect(new URL(link ?? '').searchParams.get('email')).toBe(email);
  });

  it.each([
    ['passwordlessWithEmail', { email: 'no address' }, 'bad.email'],
    ['passwordlessWithEmail', { email: 'user@example.com', send: 'pigeon' }, 'bad.send'],
    ['passwordlessWithEmail', { email: 'user@example.com', authParams: 'text' }, 'bad.authParams'],
    ['passwordlessWithSMS', { phoneNumber: '5550100' }, 'bad.phone_number'],
    ['passwordlessWithSMS', { phoneNumber: '+15550100', send: 'link' }, 'bad.send'],
  ] as const)('%s %j rejects with %s', async (method, parameters, code) => {
    const { auth0 } = world.open();
    const call = auth0.auth[method] as (parameters: object) => Promise<unknown>;
    expect(await rejection(call(parameters))).toMatchObject({ name: code, code, status: 400 });
  });
});

describe('exchangeNativeSocial', () => {
  it('sends what the provider gave, and takes what the tenant answers', async () => {
    const { auth0 } = world.open({ audience: '' });
    const body = JSON.stringify({ access_token: 'a', token_type: 'DPoP', expires_in: 60 });
    world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 200, body });
    const given = { subjectToken: 't', subjectTokenType: 'http://auth0.com/oauth/token-type/apple-authz-code' };
    const userProfile = JSON.stringify({ name: { firstName: 'Zoë' } });
    await auth0.session.login(() => auth0.auth.exchangeNativeSocial({ ...given, userProfile }));
    expect(lastRequest()).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'postern-spa',
      subject_token: 't',
      subject_token_type: given.subjectTokenType,
      user_profile: userProfile,
      scope: 'openid profile email read:notes offline_access',
    });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
  });
});

describe('parameters', () => {
  const required = {
    passwordRealm: ['username', 'password', 'realm'],
    exchange: ['code', 'verifier', 'redirectUri'],
    exchangeNativeSocial: ['subjectToken', 'subjectTokenType'],
    createUser: ['email', 'password', 'connection'],
    resetPassword: ['email', 'connection'],
    passwordlessWithEmail: ['email'],
    passwordlessWithSMS: ['phoneNumber'],
    loginWithEmail: ['email', 'code'],
    loginWithSMS: ['phoneNumber', 'code'],
    loginWithOTP: ['mfaToken', 'otp'],
    loginWithOOB: ['mfaToken', 'oobCode'],
    loginWithRecoveryCode: ['mfaToken', 'recoveryCode'],
    multifactorChallenge: ['mfaToken'],
    refreshToken: ['refreshToken'],
    userInfo: ['token'],
    revoke: ['refreshToken'],
  } as const;

  const sent: string[] = [];
  const open = () => {
    const { auth0, tab } = world.open();
    const { fetch } = tab;
    Object.assign(tab, {
      fetch: (...args: Parameters<typeof fetch>) => {
        sent.push(String(args[0]));
        return fetch(...args);
      },
    });
    return auth0.auth as unknown as Record<string, (parameters?: unknown) => Promise<unknown>>;
  };

  describe.each(Object.entries(required))('%s', (method, names) => {
    it.each([[undefined], [null], ['text'], [{}], [Object.fromEntries(names.map((name) => [name, null]))]])(
      'given %j rejects with missing_parameters that names all, before any request',
      async (parameters) => {
        const call = open()[method];
        const before = sent.length;
        expect(await rejection(Promise.resolve(call?.(parameters)))).toMatchObject({
          name: 'MissingParameters',
          code: 'missing_parameters',
          message: `Missing required parameters: ${names.join(', ')}`,
          json: { missing: names },
        });
        expect(sent).toHaveLength(before);
      },
    );

    it.each([[{}], [['a']], [true], [() => 'a']])('given %o rejects with invalid_parameters', async (value) => {
      const call = open()[method];
      const before = sent.length;
      const parameters = Object.fromEntries(names.map((name) => [name, value]));
      expect(await rejection(Promise.resolve(call?.(parameters)))).toMatchObject({
        name: 'InvalidParameters',
        code: 'invalid_parameters',
        json: { invalid: names },
      });
      expect(sent).toHaveLength(before);
    });
  });

  it('a code may be a number', async () => {
    const { auth } = world.open().auth0;
    await rejection(auth.loginWithEmail({ email: 'user@example.com', code: 123456 as unknown as string }));
    expect(lastRequest().otp).toBe('123456');
  });
});
