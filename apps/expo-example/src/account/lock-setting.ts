import * as SecureStore from 'expo-secure-store';
import { useSyncExternalStore } from 'react';
import { Platform } from 'react-native';

const key = 'postern-example.lock';
const listeners = new Set<() => void>();

/** Browsers have no fingerprint sensor to ask, and no secure store. */
export const canLock = Platform.OS !== 'web';

let isOn = canLock && SecureStore.getItem(key) === 'on';

/** Whether the stored session opens only to a fingerprint, a face or the device's code. Kept between starts. */
export const useLockSetting = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isOn,
    () => false,
  );

export function setLock(wanted: boolean) {
  SecureStore.setItem(key, wanted ? 'on' : 'off');
  isOn = wanted;
  for (const listener of listeners) listener();
}
