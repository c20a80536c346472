import { act } from '@testing-library/react-native';
import { Linking, Platform } from 'react-native';
import { showFinger, timesAsked } from '../device/modules/local-authentication';
import { keychain } from '../device/modules/secure-store';
import { handTo } from '../device/modules/web-browser';
import { Browser } from '../device/person';
import { letZoeIn, options, redirectUrl, startApp, until, zoe } from './support';

/** What only a device does: it ends apps, locks what it keeps, and opens apps by their URLs. */

/** jest-expo takes itself for Expo Go. */
let mockIsExpoGo = false;
jest.mock('expo', () => ({ ...jest.requireActual('expo'), isRunningInExpoGo: () => mockIsExpoGo }));

beforeEach(() => {
  keychain.clear();
  mockIsExpoGo = false;
});
afterEach(() => jest.restoreAllMocks());

const lock = { localAuthenticationOptions: { title: 'Unlock your session' } };

describe('a callback', () => {
  const askedOf = async (options?: object, parameters: object = {}) => {
    const asked: URL[] = [];
    handTo(async (url) => {
      asked.push(new URL(url));
      return { type: 'cancel' as never };
    });
    const { result } = await startApp();
    await act(() =>
      expect(result.current.authorize(parameters, options)).rejects.toMatchObject({ type: 'USER_CANCELLED' }),
    );
    return asked[0]?.searchParams.get('redirect_uri');
  };
  const rest = `://${options.domain.replace('http://', '')}/${Platform.OS}/com.example.postern/callback`;

  it('is the one of react-native-auth0, byte for byte', async () => {
    expect(await askedOf()).toBe(`com.example.postern.auth0${rest}`);
  });
  it('has the bundle identifier alone as its scheme for older apps', async () => {
    expect(await askedOf({ useLegacyCallbackUrl: true })).toBe(`com.example.postern${rest}`);
  });
  it('has the app’s own scheme', async () => {
    expect(await askedOf({ customScheme: 'com.acme.door' })).toBe(`com.acme.door${rest}`);
  });
  it('is the project’s own address in Expo Go, which has the schemes of no app', async () => {
    mockIsExpoGo = true;
    expect(await askedOf()).toBe('exp://127.0.0.1:8081/--/callback');
  });
  it('is the app’s own altogether', async () => {
    expect(await askedOf({ customScheme: 'com.acme.door' }, { redirectUrl })).toBe(redirectUrl);
  });
});

it('known failure 1d-33: a login goes on in the next start when the system ended the app meanwhile', async () => {
  const browser = new Browser();
  let callback = '';
  handTo(async (url) => {
    callback = await browser.signIn(url, zoe.username, zoe.password);
    return new Promise(() => undefined);
  });
  const first = await startApp();
  first.result.current.authorize({ redirectUrl }).catch(() => undefined);
  await until(() => callback !== '');
  await first.unmount();

  jest.spyOn(Linking, 'getInitialURL').mockResolvedValue(callback);
  const { result } = await startApp();
  await act(() => result.current.resumeSession());
  expect(result.current.user?.name).toBe('Zoë 山田 😀');
  expect(await act(() => result.current.resumeSession())).toBeNull();
});

it('opens by a foreign URL as by none', async () => {
  jest.spyOn(Linking, 'getInitialURL').mockResolvedValue('com.example.postern://callback?code=theirs&state=theirs');
  const { result } = await startApp();
  expect(result.current).toMatchObject({ user: null, error: null });
  expect(await act(() => result.current.resumeSession())).toBeNull();
});

describe('a locked session', () => {
  beforeEach(async () => {
    showFinger(() => ({ success: true }));
    letZoeIn();
    const { result, unmount } = await startApp(lock);
    await act(() => result.current.authorize({ redirectUrl }));
    await unmount();
  });

  it('opens to a finger', async () => {
    showFinger(() => ({ success: true }));
    const { result } = await startApp(lock);
    const { accessToken } = await act(() => result.current.getCredentials());
    expect(accessToken).toEqual(expect.any(String));
    expect(timesAsked()).toBeGreaterThan(0);
  });

  it('stays shut to another finger, and is there for the right one', async () => {
    showFinger(() => ({ success: false, error: 'authentication_failed' }));
    const { result } = await startApp(lock);
    await act(() => expect(result.current.getCredentials()).rejects.toMatchObject({ type: 'BIOMETRICS_FAILED' }));
    showFinger(() => ({ success: true }));
    await act(() => result.current.getCredentials());
    expect(result.current.user?.name).toBe('Zoë 山田 😀');
  });
});

it('leaves no token behind at sign-out', async () => {
  letZoeIn();
  const { result } = await startApp();
  await act(() => result.current.authorize({ redirectUrl }));
  expect(keychain.size).toBeGreaterThan(0);
  await act(() => result.current.clearCredentials());
  expect([...keychain.values()].join()).not.toMatch(/eyJ|refresh/i);
});
