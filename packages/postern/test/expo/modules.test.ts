import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Auth0 } from '../../src/auth0.ts';
import { createModuleSource, type GivenModules, type ModuleName } from '../../src/platform/expo/modules.ts';
import type { Auth0Options } from '../../src/types/options.ts';
import { createPhone } from '../support/phone.ts';
import { rejection } from '../support/rejection.ts';

const install = (name: string) => expect.stringContaining(`npx expo install ${name}`);
const base = { domain: 'tenant.example.com', clientId: 'phone' };
const credentials = { accessToken: 'a', tokenType: 'Bearer' as const, idToken: '', expiresAt: 4e9 };

function clientWithout(missing: GivenModules, options: Partial<Auth0Options> = {}) {
  const phone = createPhone();
  phone.person = (url) => Promise.reject(new Error(`It shows ${url}.`));
  const all = { ...base, useDPoP: false, ...options };
  const platform = { ...phone.start(all, missing), fetch: async () => new Response('{}', { status: 404 }) };
  return { phone, auth0: new Auth0({ ...all, platform }) };
}

describe('known failure 1d-31: an app without a package', () => {
  it('imports, constructs and starts without any of them', async () => {
    const none = Object.fromEntries(
      ['expo-web-browser', 'expo-crypto', 'expo-linking', 'expo-local-authentication', 'expo-application'].map(
        (name) => [name, null],
      ),
    ) as GivenModules;
    const { auth0 } = clientWithout({ ...none, 'expo-constants': null, expo: null });
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null, isLoading: false });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('expo-web-browser: a login names it and the command that installs it', async () => {
    const { auth0 } = clientWithout({ 'expo-web-browser': null });
    expect(await rejection(auth0.webAuth.authorize())).toMatchObject({
      code: 'missing_native_module',
      type: 'INVALID_CONFIGURATION',
      message: install('expo-web-browser'),
    });
    expect(await rejection(auth0.webAuth.clearSession())).toMatchObject({ message: install('expo-web-browser') });
  });

  it('expo-secure-store: whatever keeps or reads credentials names it', async () => {
    const { auth0 } = clientWithout({ 'expo-secure-store': null });
    const { credentialsManager } = auth0;
    const named = {
      code: 'missing_native_module',
      type: 'CREDENTIAL_MANAGER_ERROR',
      message: install('expo-secure-store'),
    };
    expect(await rejection(credentialsManager.getCredentials())).toMatchObject(named);
    expect(await rejection(credentialsManager.saveCredentials(credentials))).toMatchObject(named);
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, isLoading: false, error: named });
  });

  it('expo-crypto: a login names it, and nothing is made up without it (never by Math.random)', async () => {
    const random = vi.spyOn(Math, 'random');
    for (const useDPoP of [true, false]) {
      const { auth0, phone } = clientWithout({ 'expo-crypto': null }, { useDPoP });
      expect(await rejection(auth0.webAuth.authorize())).toMatchObject({ message: install('expo-crypto') });
      expect(phone.opened).toEqual([]);
    }
    expect(random).not.toHaveBeenCalled();
    random.mockRestore();
  });

  it('expo-crypto: of its functions only the one is used that never falls back to Math.random', () => {
    const getRandomValues = vi.fn((array: Uint8Array) => array.fill(7));
    const { random } = createPhone().start({}, { 'expo-crypto': { getRandomValues } });
    expect([...random.bytes(32)]).toEqual(Array(32).fill(7));
    // 65 536 bytes are what it gives at a time.
    expect(random.bytes(70_000)).toHaveLength(70_000);
    expect(getRandomValues.mock.calls.map(([array]) => array.length)).toEqual([32, 65_536, 4464]);
  });

  it('expo-crypto: a native half that fills nothing is noticed', () => {
    const { random } = createPhone().start({}, { 'expo-crypto': { getRandomValues: (array) => array } });
    expect(() => random.bytes(32)).toThrow(/no random bytes/);
  });

  it('expo-local-authentication: the prompt names it, and no token is handed out', async () => {
    const { auth0 } = clientWithout(
      { 'expo-local-authentication': null },
      { localAuthenticationOptions: { title: 'Unlock' } },
    );
    await auth0.credentialsManager.saveCredentials(credentials);
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({
      code: 'missing_native_module',
      message: install('expo-local-authentication'),
    });
  });

  it('expo-linking: Expo Go names it', async () => {
    const { auth0, phone } = clientWithout({ 'expo-linking': null });
    phone.isExpoGo = true;
    expect(await rejection(auth0.webAuth.authorize())).toMatchObject({ message: install('expo-linking') });
  });

  it('expo-application and expo-constants: NO_BUNDLE_IDENTIFIER, with the option that does instead', async () => {
    const { auth0 } = clientWithout({ 'expo-application': null, 'expo-constants': null });
    const error = await rejection(auth0.webAuth.authorize());
    expect(error).toMatchObject({ type: 'NO_BUNDLE_IDENTIFIER', message: install('expo-application') });
    expect(error.message).toContain('bundleIdentifier');
  });

  it('is asked for once, and when it is needed', () => {
    const modules = createModuleSource({ 'expo-crypto': null });
    expect(modules.find('expo-crypto')).toBeUndefined();
    expect(() => modules.need('expo-crypto')).toThrow(expect.objectContaining({ code: 'missing_native_module' }));
  });

  it.each<ModuleName>(['expo-web-browser', 'expo-secure-store', 'expo'])(
    '%s: not to be found in Node is a typed error',
    (name) =>
      expect(() => createModuleSource().need(name)).toThrow(expect.objectContaining({ code: 'missing_native_module' })),
  );
});

it('a package whose native half is not in the app is not loaded: loading it would crash the app', () => {
  // Metro's `require` is what does it.
  vi.stubGlobal('__r', () => undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const asked: string[] = [];
  const requireOptionalNativeModule = (name: string) => {
    asked.push(name);
    return null;
  };
  const modules = createModuleSource({ expo: { isRunningInExpoGo: () => false, requireOptionalNativeModule } });
  const error = (() => {
    try {
      return modules.need('expo-secure-store');
    } catch (thrown) {
      return thrown as Error;
    }
  })();
  expect(error).toMatchObject({
    code: 'missing_native_module',
    message: expect.stringContaining('build the app again'),
  });
  expect(error).toHaveProperty('cause.message', 'The app has no native module ExpoSecureStore.');
  expect(asked).toEqual(['ExpoSecureStore']);
});

it('S34: no client secret is accepted', () => {
  const phone = createPhone();
  for (const secret of [{ clientSecret: 's' }, { client_secret: 's' }])
    expect(() => new Auth0({ ...base, ...secret, platform: phone.start() } as Auth0Options)).toThrow(
      expect.objectContaining({ code: 'invalid_configuration' }),
    );
});
