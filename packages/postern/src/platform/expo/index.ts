import { createMapStorage } from '../map-storage.ts';
import { createMemoryKeys } from '../memory-keys.ts';
import { createInProcessMutex } from '../mutex.ts';
import type { Platform } from '../platform.ts';

export function createPlatform(): Platform {
  const clock = {
    now: () => Date.now(),
    setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
    clearTimeout: (handle: unknown) => clearTimeout(handle as never),
  };
  return {
    name: 'expo',
    fetch: (input, init) => fetch(input, init),
    clock,
    random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    lifecycle: {
      isOnline: () => true,
      onWake: () => () => undefined,
      currentUrl: () => undefined,
      replaceUrl: () => undefined,
    },
    userAgent: {
      modes: ['popup'],
      prepare: () => ({
        present: async () => require('expo-web-browser'),
        abandon: () => undefined,
      }),
      cancel: async () => undefined,
      logout: async () => ({ kind: 'left' }),
      defaultRedirectUri: () => undefined,
      defaultReturnTo: () => undefined,
    },
    storage: () => createMapStorage(),
    transactions: () => createMapStorage(),
    mutex: createInProcessMutex(clock),
    channel: () => ({ post: () => undefined, listen: () => () => undefined, close: () => undefined }),
    keys: createMemoryKeys(),
    canTransferSession: true,
  };
}
