import { describe, expect, it, vi } from 'vitest';
import { Auth0 } from '../../src/auth0.ts';
import { createControlledClock } from '../../src/platform/memory/clock.ts';
import {
  BiometricPolicy,
  LocalAuthenticationLevel,
  type LocalAuthenticationOptions,
  LocalAuthenticationStrategy,
} from '../../src/types/native.ts';
import type { Auth0Options } from '../../src/types/options.ts';
import { createPhone, type Phone } from '../support/phone.ts';
import { rejection } from '../support/rejection.ts';
import { settled } from '../support/world.ts';

const payload = Buffer.from(JSON.stringify({ sub: 'auth0|1', name: 'Zoë 山田 😀' })).toString('base64url');
const credentials = { accessToken: 'a', tokenType: 'Bearer' as const, idToken: `e30.${payload}.x`, expiresAt: 4e9 };
let clients = 0;

/** An app whose person is signed in, with a prompt before its tokens. */
async function lockedApp(
  local: Partial<LocalAuthenticationOptions> = {},
  phone: Phone = createPhone(),
  more: Partial<Auth0Options> = {},
) {
  const clock = createControlledClock();
  const options: Auth0Options = {
    domain: 'tenant.example.com',
    clientId: `phone-${++clients}`,
    useDPoP: false,
    localAuthenticationOptions: { title: 'Unlock', ...local },
    ...more,
  };
  /** The same client once more: a screen that was mounted again. */
  const open = () => new Auth0({ ...options, platform: phone.start({ ...options, clock }) });
  const auth0 = open();
  await auth0.credentialsManager.saveCredentials(credentials);
  return { auth0, phone, clock, open, options };
}

describe('the prompt stands before', () => {
  it('getCredentials, getApiCredentials and getSSOCredentials; not before hasValidCredentials, nor saving', async () => {
    const { auth0, phone } = await lockedApp();
    phone.finger = () => ({ success: false, error: 'user_cancel' });
    const { credentialsManager } = auth0;
    expect(await credentialsManager.hasValidCredentials()).toBe(true);
    expect(phone.prompts).toEqual([]);
    for (const call of [
      () => credentialsManager.getCredentials(),
      () => credentialsManager.getApiCredentials('https://api.example.com'),
      () => credentialsManager.getSSOCredentials(),
    ])
      expect(await rejection(call())).toMatchObject({
        type: 'BIOMETRICS_FAILED',
        code: 'BIOMETRIC_ERROR_USER_CANCELED',
      });
    expect(phone.prompts).toHaveLength(3);
  });

  it('the user at the start: refused, nobody is shown, and the session stays for whoever is recognised', async () => {
    const { phone, open } = await lockedApp();
    phone.finger = () => ({ success: false, error: 'authentication_failed' });
    const restarted = open();
    await restarted.session.start();
    expect(restarted.session.getSnapshot()).toMatchObject({
      user: null,
      isLoading: false,
      error: { type: 'BIOMETRICS_FAILED', code: 'BIOMETRIC_AUTHENTICATION_FAILED' },
    });
    phone.finger = () => ({ success: true });
    expect(await restarted.credentialsManager.getCredentials()).toMatchObject({ accessToken: 'a' });
    expect(restarted.session.getSnapshot().user?.name).toBe('Zoë 山田 😀');
  });

  it('nothing where nobody is signed in: NO_CREDENTIALS, without a question', async () => {
    const { auth0, phone } = await lockedApp();
    await auth0.credentialsManager.clearCredentials();
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    await auth0.session.start();
    expect(phone.prompts).toEqual([]);
  });

  it('nothing where the app asks for no prompt', async () => {
    const phone = createPhone();
    const auth0 = new Auth0({
      domain: 'tenant.example.com',
      clientId: 'open',
      useDPoP: false,
      platform: phone.start(),
    });
    await auth0.credentialsManager.saveCredentials(credentials);
    await auth0.credentialsManager.getCredentials();
    expect(phone.prompts).toEqual([]);
  });
});

describe('whoever was refused at the start is shown nobody', () => {
  const refused = () => ({ success: false, error: 'user_cancel' });
  /** A tenant that renews whatever it is given, for the person it always was. */
  const renews: typeof fetch = async (url) =>
    String(url).endsWith('/oauth/token')
      ? Response.json({ access_token: 'b', token_type: 'Bearer', expires_in: 60, refresh_token: 's' })
      : new Response('', { status: 404 });

  async function refusedApp(fetch: typeof globalThis.fetch = renews) {
    const { auth0, phone, clock, options } = await lockedApp();
    await auth0.credentialsManager.saveCredentials({
      ...credentials,
      refreshToken: 'r',
      expiresAt: clock.now() / 1000 + 3600,
    });
    phone.finger = refused;
    const start = async () => {
      const restarted = new Auth0({ ...options, platform: { ...phone.start({ ...options, clock }), fetch } });
      await restarted.session.start();
      return restarted;
    };
    /** The app ends while the login page is shown; the system starts it again by the callback, which says no. */
    const loseAppToLogin = async () => {
      phone.person = () => new Promise(() => undefined);
      void (await start()).webAuth.authorize();
      await expect.poll(() => phone.opened.length).toBe(1);
      const state = new URL(phone.opened[0]?.url ?? '').searchParams.get('state');
      phone.initialUrl = `${phone.opened[0]?.redirectUrl}?error=access_denied&state=${state}`;
    };
    return { phone, clock, start, loseAppToLogin };
  }
  const userOf = (auth0: Auth0) => auth0.session.getSnapshot().user;

  it('when the app comes to the foreground and its token is renewed', async () => {
    const { phone, clock, start } = await refusedApp();
    const auth0 = await start();
    clock.advance(3_600_000);
    phone.setAppState('background');
    phone.setAppState('active');
    await expect.poll(() => [...phone.keychain.values()].join('').includes('\\"accessToken\\":\\"b\\"')).toBe(true);
    await settled();
    expect(userOf(auth0)).toBeNull();
  });

  it('when the app is started by the callback of a login that failed', async () => {
    const { phone, start, loseAppToLogin } = await refusedApp();
    await loseAppToLogin();
    const auth0 = await start();
    expect(auth0.session.getSnapshot()).toMatchObject({ error: { type: 'ACCESS_DENIED' }, user: null });
    phone.finger = () => ({ success: true });
    await auth0.credentialsManager.getCredentials();
    expect(userOf(auth0)?.name).toBe('Zoë 山田 😀');
  });

  it('but is asked then, and shown the person when it is they', async () => {
    const { phone, start, loseAppToLogin } = await refusedApp();
    await loseAppToLogin();
    phone.finger = () => ({ success: true });
    expect((await start()).session.getSnapshot()).toMatchObject({
      error: { type: 'ACCESS_DENIED' },
      user: { name: 'Zoë 山田 😀' },
    });
  });

  it('is asked once, also where the renewal after it fails', async () => {
    const { phone, clock, start } = await refusedApp(() => Promise.reject(new TypeError('offline')));
    phone.finger = () => ({ success: true });
    clock.advance(3_600_001);
    const auth0 = await start();
    expect(auth0.session.getSnapshot()).toMatchObject({
      error: { type: 'NO_NETWORK' },
      user: { name: 'Zoë 山田 😀' },
    });
    expect(phone.prompts).toHaveLength(1);
  });

  it.each(['com.acme.app.auth0://[', 'not a url', ''])('when the app is opened by %j, which is no URL', async (url) => {
    const { phone, start } = await refusedApp();
    phone.initialUrl = url;
    const auth0 = await start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: { type: 'BIOMETRICS_FAILED' } });
    phone.openApp(url);
    expect(await auth0.webAuth.resumeSession()).toBeNull();
  });

  it('when a screen that held the client was gone, and is back', async () => {
    const { start } = await refusedApp();
    const auth0 = await start();
    auth0.session.dispose();
    await auth0.session.start();
    await settled();
    expect(userOf(auth0)).toBeNull();
  });

  it('until they sign in: who signed in is shown from then on', async () => {
    const { start } = await refusedApp();
    const auth0 = await start();
    await auth0.session.login(async () => ({ ...credentials, accessToken: 'new' }));
    auth0.session.dispose();
    await auth0.session.start();
    await settled();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { name: 'Zoë 山田 😀' }, error: null });
  });

  it('and is told nobody by getWebUser', async () => {
    const { phone, start } = await refusedApp();
    const auth0 = await start();
    await rejection(auth0.webAuth.getWebUser());
    phone.finger = () => ({ success: true });
    expect((await auth0.webAuth.getWebUser())?.name).toBe('Zoë 山田 😀');
  });
});

describe('biometricPolicy', () => {
  const ask = ({ auth0 }: { auth0: Auth0 }) => auth0.credentialsManager.getCredentials();

  it.each([undefined, BiometricPolicy.default, BiometricPolicy.always])('%s: asks each time', async (policy) => {
    const app = await lockedApp(policy ? { biometricPolicy: policy } : {});
    for (let i = 1; i <= 3; i++) {
      await ask(app);
      expect(app.phone.prompts).toHaveLength(i);
    }
  });

  it('several calls at once are one question, and one answer for all', async () => {
    const app = await lockedApp({ biometricPolicy: 'always' });
    await Promise.all(Array.from({ length: 5 }, () => ask(app)));
    expect(app.phone.prompts).toHaveLength(1);
    app.phone.finger = () => ({ success: false, error: 'user_cancel' });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => ask(app)));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect(app.phone.prompts).toHaveLength(2);
  });

  it('of two clients with the same options, too: the system shows one prompt at a time', async () => {
    const app = await lockedApp({ biometricPolicy: 'session' });
    await Promise.all([ask(app), ask({ auth0: app.open() }), app.open().session.start()]);
    expect(app.phone.prompts).toHaveLength(1);
  });

  it.each([BiometricPolicy.session, BiometricPolicy.appLifecycle])(
    '%s: asks again after biometricTimeout, 3600 s by default',
    async (biometricPolicy) => {
      for (const [seconds, given] of [
        [3600, {}],
        [60, { biometricTimeout: 60 }],
      ] as const) {
        const app = await lockedApp({ biometricPolicy, ...given });
        await ask(app);
        app.clock.advance(seconds * 1000 - 1000);
        await ask(app);
        expect(app.phone.prompts).toHaveLength(1);
        app.clock.advance(1001);
        await ask(app);
        expect(app.phone.prompts).toHaveLength(2);
        // A clock that was put back proves nothing.
        app.clock.advance(-5000);
        await ask(app);
        expect(app.phone.prompts).toHaveLength(3);
      }
    },
  );

  it('an answer counts for the client that is made anew with the same options, and for no other', async () => {
    const app = await lockedApp({ biometricPolicy: 'session' });
    await ask(app);
    await app.open().credentialsManager.getCredentials();
    expect(app.phone.prompts).toHaveLength(1);
    const other = await lockedApp({ biometricPolicy: 'session' }, app.phone);
    await ask(other);
    expect(app.phone.prompts).toHaveLength(2);
  });

  it('signing out forgets the answer', async () => {
    const app = await lockedApp({ biometricPolicy: 'appLifecycle' });
    await ask(app);
    await app.auth0.credentialsManager.clearCredentials();
    await app.auth0.credentialsManager.saveCredentials(credentials);
    await ask(app);
    expect(app.phone.prompts).toHaveLength(2);
  });

  it('a refusal is no answer', async () => {
    const app = await lockedApp({ biometricPolicy: 'session' });
    app.phone.finger = () => ({ success: false, error: 'lockout' });
    await rejection(ask(app));
    app.phone.finger = () => ({ success: true });
    await ask(app);
    expect(app.phone.prompts).toHaveLength(2);
  });
});

describe('what the system is told', () => {
  const promptOf = async (local: Partial<LocalAuthenticationOptions>, phone: Phone) => {
    const { auth0 } = await lockedApp(local, phone);
    await auth0.credentialsManager.getCredentials();
    return phone.prompts[0];
  };
  const { deviceOwner, deviceOwnerWithBiometrics } = LocalAuthenticationStrategy;
  const { strong, weak, deviceCredential } = LocalAuthenticationLevel;

  it('the words', async () => {
    const words = { subtitle: 's', description: 'd', cancelTitle: 'c', fallbackTitle: 'f' };
    expect(await promptOf(words, createPhone())).toMatchObject({
      promptMessage: 'Unlock',
      promptSubtitle: 's',
      promptDescription: 'd',
      cancelLabel: 'c',
      fallbackLabel: 'f',
    });
    expect(Object.keys((await promptOf({}, createPhone())) ?? {}).sort()).toEqual([
      'biometricsSecurityLevel',
      'disableDeviceFallback',
      'promptMessage',
    ]);
  });

  it.each([
    ['ios', {}, { disableDeviceFallback: true }],
    ['ios', { evaluationPolicy: deviceOwnerWithBiometrics }, { disableDeviceFallback: true }],
    ['ios', { evaluationPolicy: deviceOwner }, { disableDeviceFallback: false }],
    ['ios', { deviceCredentialFallback: true, authenticationLevel: deviceCredential }, { disableDeviceFallback: true }],
    ['android', {}, { disableDeviceFallback: true, biometricsSecurityLevel: 'strong' }],
    ['android', { authenticationLevel: strong }, { disableDeviceFallback: true, biometricsSecurityLevel: 'strong' }],
    ['android', { authenticationLevel: weak }, { disableDeviceFallback: true, biometricsSecurityLevel: 'weak' }],
    ['android', { authenticationLevel: deviceCredential }, { disableDeviceFallback: false }],
    [
      'android',
      { deviceCredentialFallback: true },
      { disableDeviceFallback: false, biometricsSecurityLevel: 'strong' },
    ],
    ['android', { evaluationPolicy: deviceOwner }, { disableDeviceFallback: true }],
  ] as const)('%s, %j: %j', async (system, local, told) =>
    expect(await promptOf(local, createPhone(system))).toMatchObject(told),
  );
});

describe('a device that cannot', () => {
  const refusal = async (phone: Phone, local: Partial<LocalAuthenticationOptions> = {}) => {
    const { auth0 } = await lockedApp(local, phone);
    return rejection(auth0.credentialsManager.getCredentials());
  };
  const phoneWith = (enrolled: number, hasHardware = true, system: 'ios' | 'android' = 'android') =>
    Object.assign(createPhone(system), { enrolled, hasHardware });

  it.each([
    ['no sensor', phoneWith(1, false), {}, 'INCOMPATIBLE_DEVICE', 'INCOMPATIBLE_DEVICE'],
    ['nobody enrolled', phoneWith(1), {}, 'BIOMETRIC_ERROR_NONE_ENROLLED', 'BIOMETRICS_FAILED'],
    ['weak biometrics alone', phoneWith(2), {}, 'BIOMETRIC_ERROR_NONE_ENROLLED', 'BIOMETRICS_FAILED'],
    ['iOS, no sensor', phoneWith(1, false, 'ios'), {}, 'INCOMPATIBLE_DEVICE', 'INCOMPATIBLE_DEVICE'],
    [
      'not even a passcode',
      phoneWith(0, false),
      { deviceCredentialFallback: true },
      'BIOMETRIC_ERROR_NO_DEVICE_CREDENTIAL',
      'BIOMETRICS_FAILED',
    ],
  ] as const)('%s: a typed error, and no prompt', async (_, phone, local, code, type) => {
    expect(await refusal(phone, local)).toMatchObject({ code, type });
    expect(phone.prompts).toEqual([]);
  });

  it.each([
    ['not_enrolled', 'BIOMETRIC_ERROR_NONE_ENROLLED'],
    ['lockout', 'BIOMETRIC_ERROR_LOCKOUT'],
  ])('iOS, where after too many failures nobody counts as enrolled: its prompt says which, %s', async (error, code) => {
    const phone = phoneWith(1, true, 'ios');
    phone.finger = () => ({ success: false, error });
    expect(await refusal(phone)).toMatchObject({ code, type: 'BIOMETRICS_FAILED' });
  });

  it('weak biometrics do where they are enough; a passcode does where it is', async () => {
    const weak = await lockedApp({ authenticationLevel: LocalAuthenticationLevel.weak }, phoneWith(2));
    await weak.auth0.credentialsManager.getCredentials();
    const passcode = await lockedApp(
      { evaluationPolicy: LocalAuthenticationStrategy.deviceOwner },
      phoneWith(1, false, 'ios'),
    );
    await passcode.auth0.credentialsManager.getCredentials();
  });

  it.each([
    ['not_enrolled', 'BIOMETRIC_ERROR_NONE_ENROLLED'],
    ['not_available', 'BIOMETRIC_ERROR_HW_UNAVAILABLE'],
    ['lockout', 'BIOMETRIC_ERROR_LOCKOUT'],
    ['user_cancel', 'BIOMETRIC_ERROR_USER_CANCELED'],
    ['system_cancel', 'BIOMETRIC_ERROR_CANCELED'],
    ['passcode_not_set', 'BIOMETRIC_ERROR_NO_DEVICE_CREDENTIAL'],
    ['something new', 'BIOMETRICS_FAILED'],
  ])('%s is %s of type BIOMETRICS_FAILED, and the next try works', async (error, code) => {
    const { auth0, phone } = await lockedApp();
    phone.finger = () => ({ success: false, error });
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({
      code,
      type: 'BIOMETRICS_FAILED',
    });
    phone.finger = () => ({ success: true });
    await auth0.credentialsManager.getCredentials();
  });

  it('a module that throws is BIOMETRICS_FAILED with its reason', async () => {
    const { auth0, phone } = await lockedApp();
    vi.spyOn(phone.modules['expo-local-authentication'], 'authenticateAsync').mockRejectedValue(
      new Error('No activity'),
    );
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({
      type: 'BIOMETRICS_FAILED',
      message: 'No activity',
    });
  });
});

it('BIOMETRICS_CONFIGURATION_ERROR: a prompt without a title is refused when the client is made', () => {
  const phone = createPhone();
  for (const title of ['', undefined as unknown as string])
    expect(() => phone.start({ localAuthenticationOptions: { title } })).toThrow(
      expect.objectContaining({ name: 'InitializationError', code: 'BIOMETRICS_CONFIGURATION_ERROR' }),
    );
});
