/** expo-secure-store as its types and documentation tell it: keys of a few characters only, text, one item a key. */
import type * as SecureStore from 'expo-secure-store';

type Published = Pick<
  typeof SecureStore,
  | 'isAvailableAsync'
  | 'getItemAsync'
  | 'setItemAsync'
  | 'deleteItemAsync'
  | 'getItem'
  | 'setItem'
  | 'AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY'
>;

/** What the device keeps, for tests to look at and to spoil. */
export const keychain = new Map<string, string>();

export const AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY = 0;

function check(key: string, value?: unknown) {
  if (!/^[\w.-]+$/.test(key)) throw new Error(`Invalid key provided to SecureStore: ${key}`);
  if (value !== undefined && typeof value !== 'string') throw new Error('Invalid value provided to SecureStore.');
}

const address = (key: string, options: SecureStore.SecureStoreOptions = {}) =>
  `${options.keychainService ?? 'app:no-auth'}/${key}`;

export const isAvailableAsync: Published['isAvailableAsync'] = async () => true;

export const getItem: Published['getItem'] = (key, options) => {
  check(key);
  return keychain.get(address(key, options)) ?? null;
};

export const setItem: Published['setItem'] = (key, value, options) => {
  check(key, value);
  keychain.set(address(key, options), value);
};

export const getItemAsync: Published['getItemAsync'] = async (key, options) => getItem(key, options);
export const setItemAsync: Published['setItemAsync'] = async (key, value, options) => setItem(key, value, options);
export const deleteItemAsync: Published['deleteItemAsync'] = async (key, options) => {
  check(key);
  keychain.delete(address(key, options));
};
