import { act } from '@testing-library/react-native';
import { letZoeIn, redirectUrl, startApp } from './support';

/** known failure 1d-31: an app without Expo's packages starts, and hears which one is missing when it is needed. */

const absent = (name: string) => {
  throw new Error(`Cannot find module '${name}'`);
};
jest.mock('expo-crypto', () => absent('expo-crypto'));
jest.mock('expo-local-authentication', () => absent('expo-local-authentication'));
let mockHasStore = true;
jest.mock('expo-secure-store', () =>
  mockHasStore ? jest.requireActual('../device/modules/secure-store') : absent('expo-secure-store'),
);

it('starts, signed out and without an error, as long as nothing of it is needed', async () => {
  const { result } = await startApp();
  expect(result.current).toMatchObject({ user: null, error: null, isLoading: false });
});

it('names the package that a login needs, and how to get it; no secret is made without randomness', async () => {
  letZoeIn();
  const random = jest.spyOn(Math, 'random');
  const { result } = await startApp();
  await act(() =>
    expect(result.current.authorize({ redirectUrl })).rejects.toMatchObject({
      message: expect.stringContaining('npx expo install expo-crypto'),
    }),
  );
  expect(random).not.toHaveBeenCalled();
  random.mockRestore();
});

it('says at the start that there is nowhere to keep a session', async () => {
  mockHasStore = false;
  jest.resetModules();
  const { createExpoPlatform } = jest.requireActual<typeof import('postern/expo')>('postern/expo');
  const platform = createExpoPlatform({ domain: 'tenant.example.com', clientId: 'device' });
  await expect(platform.storage({ location: 'localstorage', namespace: 'n' }).get('k')).rejects.toMatchObject({
    code: 'missing_native_module',
    message: expect.stringContaining('npx expo install expo-secure-store'),
  });
});
