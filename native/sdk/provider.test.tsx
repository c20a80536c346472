import { act } from '@testing-library/react-native';
import type { WebAuthError } from 'postern';
import { keychain } from '../device/modules/secure-store';
import { handTo } from '../device/modules/web-browser';
import { letZoeIn, redirectUrl, startApp } from './support';

/** The provider and the hook on a device's globals, at a real tenant. */

beforeEach(() => keychain.clear());

it('starts signed out, without an error', async () => {
  const { result } = await startApp();
  expect(result.current).toMatchObject({ user: null, error: null, isLoading: false });
});

it('signs in by the system’s browser, with a key of its own, and reads names as they are written', async () => {
  letZoeIn();
  const { result } = await startApp();
  const credentials = await act(() => result.current.authorize({ redirectUrl }));
  expect(result.current.user).toMatchObject({ name: 'Zoë 山田 😀', email: 'zoe@example.com' });
  expect(credentials.tokenType).toBe('DPoP');
});

it('is still signed in when the app starts anew, and renews once for many', async () => {
  letZoeIn();
  const first = await startApp();
  await act(() => first.result.current.authorize({ redirectUrl }));
  const before = await act(() => first.result.current.getCredentials());
  await first.unmount();

  const { result } = await startApp();
  expect(result.current.user?.name).toBe('Zoë 山田 😀');
  const renewed = await act(() =>
    Promise.all([1, 2, 3].map(() => result.current.getCredentials(undefined, 0, {}, true))),
  );
  expect(renewed.every(({ accessToken }) => accessToken !== before.accessToken)).toBe(true);
  expect(result.current.error).toBeNull();
});

it('makes proofs for requests', async () => {
  letZoeIn();
  const { result } = await startApp();
  const { accessToken, tokenType } = await act(() => result.current.authorize({ redirectUrl }));
  const url = 'https://api.example.com/notes';
  const headers = await act(() => result.current.getDPoPHeaders({ url, method: 'GET', accessToken, tokenType }));
  expect(headers.Authorization).toBe(`DPoP ${accessToken}`);
  const payload = JSON.parse(atob((headers.DPoP ?? '').split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/') ?? ''));
  expect(payload).toMatchObject({ htm: 'GET', htu: url });
});

it('signs out, and forgets', async () => {
  const browser = letZoeIn();
  const { result, unmount } = await startApp();
  await act(() => result.current.authorize({ redirectUrl }));
  handTo(async (url) => ({ type: 'success', url: (await browser.open(url)).url }));
  await act(() => result.current.clearSession({ returnToUrl: redirectUrl }));
  expect(result.current.user).toBeNull();
  await unmount();
  expect((await startApp()).result.current.user).toBeNull();
});

it('known failure 1c-27: a logout sheet that is closed leaves the person signed in', async () => {
  letZoeIn();
  const { result } = await startApp();
  await act(() => result.current.authorize({ redirectUrl }));
  handTo(async () => ({ type: 'cancel' as never }));
  await act(() =>
    expect(result.current.clearSession({ returnToUrl: redirectUrl })).rejects.toMatchObject({ type: 'USER_CANCELLED' }),
  );
  expect(result.current.user?.name).toBe('Zoë 山田 😀');
});

it('tells a login that was given up', async () => {
  handTo(async () => ({ type: 'cancel' as never }));
  const { result } = await startApp();
  await act(() => expect(result.current.authorize({ redirectUrl })).rejects.toMatchObject({ type: 'USER_CANCELLED' }));
  expect((result.current.error as WebAuthError).type).toBe('USER_CANCELLED');
  expect(result.current.user).toBeNull();
});

it('ends a login on screen', async () => {
  handTo(() => new Promise(() => undefined));
  const { result } = await startApp();
  await act(async () => {
    const login = expect(result.current.authorize({ redirectUrl })).rejects.toMatchObject({ type: 'USER_CANCELLED' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await result.current.cancelWebAuth();
    await login;
  });
});

it('refuses a callback of another login', async () => {
  handTo(async () => ({ type: 'success', url: `${redirectUrl}?code=theirs&state=theirs` }));
  const { result } = await startApp();
  await act(() => expect(result.current.authorize({ redirectUrl })).rejects.toMatchObject({ type: 'INVALID_STATE' }));
  expect(result.current.user).toBeNull();
});

it('known failure 1d-34: random bytes in the secure store do not stop the start', async () => {
  letZoeIn();
  const first = await startApp();
  await act(() => first.result.current.authorize({ redirectUrl }));
  await first.unmount();
  for (const key of keychain.keys()) keychain.set(key, '\u0000\ufffd{"half":');
  const { result } = await startApp();
  expect(result.current.user).toBeNull();
  letZoeIn();
  await act(() => result.current.authorize({ redirectUrl }));
  expect(result.current.user?.name).toBe('Zoë 山田 😀');
});
