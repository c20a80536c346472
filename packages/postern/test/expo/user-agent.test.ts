import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExpoPlatformOptions } from '../../src/platform/expo/index.ts';
import type { Platform } from '../../src/platform/platform.ts';
import { systemClock } from '../../src/platform/system-clock.ts';
import { SafariViewControllerPresentationStyle } from '../../src/types/native.ts';
import { createPhone, type Person, type Phone } from '../support/phone.ts';
import { rejection } from '../support/rejection.ts';

const redirectUri = 'com.acme.app.auth0://tenant.example.com/ios/com.acme.app/callback';
const callback = `${redirectUri}?code=c&state=s`;
const domain = 'tenant.example.com';

const present = (
  { userAgent }: Platform,
  options: Record<string, unknown> = {},
  more: { redirectUri?: string; timeoutMs?: number } = {},
) =>
  userAgent.prepare('popup').present({
    url: 'https://tenant.example.com/authorize?state=s',
    redirectUri,
    mode: 'popup',
    state: 's',
    issuerOrigin: 'https://tenant.example.com',
    timeoutMs: 60_000,
    options,
    ...more,
  });

/** So that nobody waits for what is given its time. */
const hasty = {
  ...systemClock,
  setTimeout: (callback: () => void, ms: number) => systemClock.setTimeout(callback, ms / 100),
};

const comesBack: Person = async () => callback;
const gives =
  (type: string): Person =>
  () =>
    Promise.resolve({ type });
const stays: Person = () => new Promise(() => undefined);

let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('where a login returns to', () => {
  const uris = (phone: Phone, options?: object, given?: Partial<ExpoPlatformOptions>) => {
    const { userAgent } = phone.start(given);
    const uri = userAgent.defaultRedirectUri({ domain, options });
    // A logout returns to the same.
    expect(userAgent.defaultReturnTo({ domain, options })).toBe(uri);
    return uri;
  };

  it.each([
    ['ios', {}, 'com.acme.app.auth0://tenant.example.com/ios/com.acme.app/callback'],
    ['android', {}, 'com.acme.app.auth0://tenant.example.com/android/com.acme.app/callback'],
    ['ios', { useLegacyCallbackUrl: true }, 'com.acme.app://tenant.example.com/ios/com.acme.app/callback'],
    ['android', { customScheme: 'https' }, 'https://tenant.example.com/android/com.acme.app/callback'],
    ['ios', { customScheme: 'com.acme.door' }, 'com.acme.door://tenant.example.com/ios/com.acme.app/callback'],
    [
      'ios',
      { customScheme: 'com.acme.door', useLegacyCallbackUrl: true },
      'com.acme.door://tenant.example.com/ios/com.acme.app/callback',
    ],
    ['android', { customScheme: '' }, 'com.acme.app.auth0://tenant.example.com/android/com.acme.app/callback'],
  ] as const)('%s, %j: %s', (system, options, uri) => expect(uris(createPhone(system), options)).toBe(uri));

  it('asks expo-application for the bundle identifier, then the app’s configuration; the option comes first', () => {
    const phone = createPhone('android');
    phone.configured = 'com.acme.configured';
    expect(uris(phone)).toContain('/android/com.acme.app/');
    phone.applicationId = null;
    expect(uris(phone)).toContain('/android/com.acme.configured/');
    expect(uris(phone, {}, { bundleIdentifier: 'com.Acme.Given' })).toContain('/android/com.acme.given/');
    phone.configured = undefined;
    expect(() => uris(phone)).toThrow(expect.objectContaining({ code: 'NO_BUNDLE_IDENTIFIER' }));
  });

  it('in Expo Go is the project’s own address, whatever the scheme', () => {
    const phone = createPhone();
    phone.isExpoGo = true;
    expect(uris(phone, { customScheme: 'com.acme.door' })).toBe('exp://192.168.1.5:8081/--/callback');
  });

  it.each(['myapp', 'http'])('S32: the scheme %s, which has no dot, warns, and once', async (scheme) => {
    const phone = createPhone();
    phone.person = async (_, to) => `${to}?code=c&state=s`;
    for (let i = 0; i < 2; i++) await present(phone.start(), {}, { redirectUri: `${scheme}://tenant.example.com/cb` });
    expect(warn.mock.calls.flat()).toEqual([expect.stringContaining(`"${scheme}"`)]);
  });

  it.each([redirectUri, 'https://app.example.com/callback', 'exp://192.168.1.5:8081/--/callback'])(
    'S32: %s does not',
    async (uri) => {
      const phone = createPhone();
      phone.person = async (_, to) => `${to}?code=c&state=s`;
      await present(phone.start(), {}, { redirectUri: uri });
      expect(warn).not.toHaveBeenCalled();
    },
  );

  it('S32: no web view is opened, only the system’s browser', async () => {
    const phone = createPhone();
    phone.person = comesBack;
    await present(phone.start());
    expect(phone.opened).toEqual([
      { url: 'https://tenant.example.com/authorize?state=s', redirectUrl: redirectUri, options: {} },
    ]);
    expect(() => phone.start().userAgent.prepare('silent')).toThrow(/knows no mode/);
    expect(() => phone.start().userAgent.prepare('redirect')).toThrow(/knows no mode/);
  });
});

describe('options of authorize', () => {
  const optionsOf = async (phone: Phone, options: object, uri = redirectUri) => {
    phone.person = async (_, to) => `${to ?? uri}?code=c&state=s`;
    await present(phone.start(), { ...options }, { redirectUri: uri });
    return phone.opened.at(-1)?.options;
  };

  it('ephemeralSession: iOS shares no cookies with Safari; Android is told that it does nothing, once', async () => {
    expect(await optionsOf(createPhone('ios'), { ephemeralSession: true })).toEqual({ preferEphemeralSession: true });
    expect(await optionsOf(createPhone('ios'), { ephemeralSession: false })).toEqual({});
    expect(warn).not.toHaveBeenCalled();
    for (let i = 0; i < 2; i++) expect(await optionsOf(createPhone('android'), { ephemeralSession: true })).toEqual({});
    expect(warn.mock.calls.flat()).toEqual([expect.stringContaining('ephemeralSession')]);
  });

  it('a universal link is handed to iOS as one', async () => {
    const uri = 'https://app.example.com/ios/com.acme.app/callback';
    expect(await optionsOf(createPhone('ios'), {}, uri)).toEqual({ preferUniversalLinks: true });
    expect(await optionsOf(createPhone('android'), {}, uri)).toEqual({});
  });

  it('allowedBrowserPackages: the person’s own browser if it is allowed, or else one that is installed', async () => {
    const phone = createPhone('android');
    phone.installedBrowsers = {
      defaultBrowserPackage: 'org.mozilla.firefox',
      browserPackages: ['org.mozilla.firefox', 'com.brave.browser', 'com.android.chrome'],
    };
    const choose = (allowedBrowserPackages: string[]) => optionsOf(phone, { allowedBrowserPackages });
    expect(await choose(['com.android.chrome', 'org.mozilla.firefox'])).toEqual({
      browserPackage: 'org.mozilla.firefox',
    });
    expect(await choose(['com.microsoft.emmx', 'com.android.chrome'])).toEqual({
      browserPackage: 'com.android.chrome',
    });
    expect(await choose([])).toEqual({});
    const shown = phone.opened.length;
    expect(await rejection(choose(['com.microsoft.emmx']))).toMatchObject({ code: 'a0.browser_not_available' });
    expect(phone.opened).toHaveLength(shown);
  });

  it('what means nothing on a system has no effect, and is told in development alone', async () => {
    vi.stubGlobal('__DEV__', false);
    const options = { useTrustedWebActivity: true, useSFSafariViewController: true, allowedBrowserPackages: ['x'] };
    await optionsOf(createPhone('ios'), { allowedBrowserPackages: ['x'] });
    await optionsOf(createPhone('android'), { ...options, allowedBrowserPackages: undefined });
    expect(warn).not.toHaveBeenCalled();
    vi.stubGlobal('__DEV__', true);
    expect(await optionsOf(createPhone('ios'), { allowedBrowserPackages: ['x'] })).toEqual({});
    expect(await optionsOf(createPhone('android'), { ...options, allowedBrowserPackages: undefined })).toEqual({});
    const said = warn.mock.calls.flat().join('\n');
    for (const name of Object.keys(options)) expect(said).toContain(name);
    expect(warn).toHaveBeenCalledTimes(3);
  });

  describe('useSFSafariViewController (iOS)', () => {
    const safari = async (option: unknown) => {
      const phone = createPhone('ios');
      phone.person = stays;
      const dismissBrowser = vi.spyOn(phone.modules['expo-web-browser'], 'dismissBrowser');
      const login = present(phone.start(), { useSFSafariViewController: option });
      await expect.poll(() => phone.opened.length).toBe(1);
      phone.openApp('com.acme.app://elsewhere');
      phone.openApp(callback);
      expect(await login).toEqual({ kind: 'callback', url: callback });
      expect([phone.dismissals, dismissBrowser.mock.calls.length]).toEqual([1, 1]);
      return phone.opened[0];
    };

    it('shows it there, in the style asked for, and takes it away when the callback came', async () => {
      const { fullScreen, pageSheet, automatic, custom } = SafariViewControllerPresentationStyle;
      expect(await safari(true)).toMatchObject({ options: {} });
      expect(await safari({})).toMatchObject({ options: { presentationStyle: 'fullScreen' } });
      expect(await safari({ presentationStyle: fullScreen })).toMatchObject({
        options: { presentationStyle: 'fullScreen' },
      });
      expect(await safari({ presentationStyle: pageSheet })).toMatchObject({
        options: { presentationStyle: 'pageSheet' },
      });
      expect(await safari({ presentationStyle: automatic })).toMatchObject({
        options: { presentationStyle: 'automatic' },
      });
      expect(await safari({ presentationStyle: custom })).toMatchObject({ options: {} });
    });

    it('closed by the person is USER_CANCELLED', async () => {
      const phone = createPhone('ios');
      phone.person = gives('cancel');
      expect(await rejection(present(phone.start(), { useSFSafariViewController: true }))).toMatchObject({
        code: 'a0.session.user_cancelled',
      });
    });
  });
});

describe.each(['ios', 'android'] as const)('a login on %s', (system) => {
  it.each([
    ['cancel', 'a0.session.user_cancelled'],
    ['dismiss', 'a0.session.user_cancelled'],
    ['locked', 'TRANSACTION_ACTIVE_ALREADY'],
    ['opened', 'a0.session.user_cancelled'],
  ])('that ends with %s is %s, and the next one works', async (type, code) => {
    const phone = createPhone(system);
    const platform = phone.start({ clock: hasty });
    phone.person = gives(type);
    expect(await rejection(present(platform))).toMatchObject({ code });
    phone.person = comesBack;
    expect(await present(platform)).toEqual({ kind: 'callback', url: callback });
    expect(phone.listeners()).toBe(0);
  });

  it('TRANSACTION_ACTIVE_ALREADY: a second one at once is refused and disturbs nothing, of this client or another', async () => {
    const phone = createPhone(system);
    let arrive: (url: string) => void = () => undefined;
    phone.person = () => new Promise((resolve) => (arrive = resolve));
    const platform = phone.start();
    const first = present(platform);
    await expect.poll(() => phone.opened.length).toBe(1);
    expect(await rejection(present(platform))).toMatchObject({ code: 'TRANSACTION_ACTIVE_ALREADY' });
    expect(await rejection(present(phone.start()))).toMatchObject({ code: 'TRANSACTION_ACTIVE_ALREADY' });
    arrive(callback);
    expect(await first).toEqual({ kind: 'callback', url: callback });
  });

  it('refusing a second one leaves the first to be cancelled', async () => {
    const phone = createPhone(system);
    phone.person = stays;
    const platform = phone.start();
    const first = present(platform);
    await expect.poll(() => phone.opened.length).toBe(1);
    await rejection(present(platform));
    await platform.userAgent.cancel();
    expect(await rejection(first)).toMatchObject({ code: 'a0.session.user_cancelled' });
  });

  it('INVALID_CALLBACK_URL: a URL that is not the callback is not taken for it', async () => {
    const phone = createPhone(system);
    for (const url of [
      'com.evil://x?code=c&state=s',
      `${redirectUri}er?code=c`,
      'com.acme.app.auth0://tenant.example.com/',
    ]) {
      phone.person = async () => url;
      expect(await rejection(present(phone.start()))).toMatchObject({ code: 'INVALID_CALLBACK_URL' });
    }
    phone.person = async () => callback.replace('com.acme', 'COM.ACME');
    expect(await present(phone.start())).toMatchObject({ kind: 'callback' });
  });

  it.each([
    ['a0.browser_not_available', { code: 'ERR_NO_MATCHING_ACTIVITY', message: 'No matching browser activity found' }],
    [
      'a0.browser_not_available',
      { code: 'PREFERRED_PACKAGE_NOT_FOUND', message: 'Cannot determine preferred package' },
    ],
    ['a0.session.failed_load', { code: 'ERR_UNEXPECTED', message: 'Something else' }],
  ])('%s: the browser’s own fault %j', async (code, details) => {
    const phone = createPhone(system);
    phone.person = () => Promise.reject(Object.assign(new Error(details.message), { code: details.code }));
    const error = await rejection(present(phone.start()));
    expect(error).toMatchObject({ code, message: expect.stringContaining(details.message), cause: expect.anything() });
    phone.person = comesBack;
    expect(await present(phone.start())).toMatchObject({ kind: 'callback' });
  });

  it('cancelWebAuth ends it by USER_CANCELLED; iOS’s browser goes at once', async () => {
    const phone = createPhone(system);
    const platform = phone.start();
    phone.person = stays;
    const login = present(platform);
    await expect.poll(() => phone.opened.length).toBe(1);
    await platform.userAgent.cancel();
    expect(await rejection(login)).toMatchObject({ code: 'a0.session.user_cancelled' });
    expect(phone.dismissals).toBe(system === 'ios' ? 1 : 0);
    expect(phone.listeners()).toBe(0);
    await platform.userAgent.cancel();
  });

  it('ends by timeout when nobody finishes it', async () => {
    const phone = createPhone(system);
    phone.person = stays;
    expect(await rejection(present(phone.start(), {}, { timeoutMs: 20 }))).toMatchObject({ code: 'timeout' });
    expect(phone.listeners()).toBe(0);
  });

  it('logs out by the same browser: cancelled, it is an error, so that the session stays', async () => {
    const phone = createPhone(system);
    const { userAgent } = phone.start({ clock: hasty });
    const request = { url: 'https://tenant.example.com/v2/logout', returnTo: redirectUri };
    phone.person = async () => redirectUri;
    expect(await userAgent.logout(request)).toEqual({ kind: 'callback', url: redirectUri });
    phone.person = gives('cancel');
    expect(await rejection(userAgent.logout(request))).toMatchObject({ code: 'a0.session.user_cancelled' });
  });
});

describe('iOS', () => {
  it('before 17.4 opens the app by a universal link, and leaves the page where it is: the login has its callback', async () => {
    const phone = createPhone('ios');
    phone.person = stays;
    const uri = 'https://app.example.com/ios/com.acme.app/callback';
    const login = present(phone.start(), { customScheme: 'https' }, { redirectUri: uri });
    await expect.poll(() => phone.opened.length).toBe(1);
    phone.openApp(`${uri}?code=c&state=theirs`);
    phone.openApp(`${uri}?code=c&state=s`);
    expect(await login).toEqual({ kind: 'callback', url: `${uri}?code=c&state=s` });
    expect([phone.dismissals, phone.listeners()]).toEqual([1, 0]);
  });

  it('is believed at once when it says that the person gave up', async () => {
    const phone = createPhone('ios');
    phone.person = gives('cancel');
    const platform = phone.start({ clock: { ...systemClock, setTimeout: () => undefined } });
    expect(await rejection(present(platform))).toMatchObject({ code: 'a0.session.user_cancelled' });
  });

  it('may take its time to put a page away: the next login waits for it', async () => {
    const phone = createPhone('ios');
    const browser = phone.modules['expo-web-browser'];
    const slowly = { ...browser, dismissAuthSession: () => setTimeout(() => browser.dismissAuthSession(), 50) };
    const platform = phone.start({}, { 'expo-web-browser': slowly });
    phone.person = stays;
    const login = present(platform);
    await expect.poll(() => phone.opened.length).toBe(1);
    await platform.userAgent.cancel();
    expect(await rejection(login)).toMatchObject({ code: 'a0.session.user_cancelled' });
    phone.person = comesBack;
    expect(await present(platform)).toEqual({ kind: 'callback', url: callback });
  });
});

describe('Android', () => {
  it('that shows the app before it hands over the callback has not cancelled the login', async () => {
    const phone = createPhone('android');
    phone.person = gives('dismiss');
    const login = present(phone.start());
    await expect.poll(() => phone.opened.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    phone.openApp('com.acme.app://some/screen');
    phone.openApp(callback);
    expect(await login).toEqual({ kind: 'callback', url: callback });
    expect(phone.listeners()).toBe(0);
  });
});

describe('the life of the app', () => {
  it('known failure 1d-33: knows the URL it was started by, once asked', async () => {
    const phone = createPhone('android');
    phone.initialUrl = callback;
    const { lifecycle } = phone.start();
    expect(lifecycle.currentUrl()).toBeUndefined();
    await lifecycle.ready?.();
    expect(lifecycle.currentUrl()).toBe(callback);
    lifecycle.replaceUrl('com.acme.app://cleaned');
    await lifecycle.ready?.();
    expect(lifecycle.currentUrl()).toBe('com.acme.app://cleaned');
  });

  it('keeps a callback that came before the system said by what the app was started, and whatever is no URL', async () => {
    const phone = createPhone('android');
    const { lifecycle } = phone.start();
    const stop = lifecycle.onWake(() => undefined);
    const asked = lifecycle.ready?.();
    phone.openApp(callback);
    phone.initialUrl = 'com.acme.app://home';
    await asked;
    expect(lifecycle.currentUrl()).toBe(callback);
    for (const text of ['com.acme.app://[', 'not a url', '']) phone.openApp(text);
    expect(lifecycle.currentUrl()).toBe(callback);
    stop();
  });

  it('starts by none when the system fails, or does not answer', async () => {
    const phone = createPhone();
    const { Linking } = phone.modules['react-native'];
    vi.spyOn(Linking, 'getInitialURL')
      .mockRejectedValueOnce(new Error('no'))
      .mockReturnValueOnce(new Promise(() => undefined));
    for (let i = 0; i < 2; i++) {
      const { lifecycle } = phone.start({ clock: hasty });
      await lifecycle.ready?.();
      expect(lifecycle.currentUrl()).toBeUndefined();
    }
  });

  it('wakes when it comes back from the background, not after a prompt of the system; takes URLs; lets go', () => {
    const phone = createPhone();
    const { lifecycle } = phone.start();
    const woken = vi.fn();
    const stop = lifecycle.onWake(woken);
    phone.setAppState('inactive');
    phone.setAppState('active');
    expect(woken).not.toHaveBeenCalled();
    phone.setAppState('background');
    phone.setAppState('active');
    expect(woken.mock.calls).toEqual([['visible']]);
    phone.openApp(callback);
    expect(lifecycle.currentUrl()).toBe(callback);
    stop();
    stop();
    expect(phone.listeners()).toBe(0);
  });
});
