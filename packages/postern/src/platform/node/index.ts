import { AuthError } from '../../errors/auth-error.ts';
import { createMapStorage } from '../map-storage.ts';
import { createMemoryKeys } from '../memory-keys.ts';
import { createInProcessMutex } from '../mutex.ts';
import type { Clock, Platform } from '../platform.ts';

/**
 * Node, and the server side of server-rendered apps. Everything is kept in memory and belongs to one client alone: two
 * requests of a server never share a session. There is no login page to show here; the direct methods of `auth` work.
 */
export function createPlatform(): Platform {
  const clock: Clock = {
    now: () => Date.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  };
  return {
    name: 'node',
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
      modes: [],
      prepare: () => {
        throw noBrowser();
      },
      cancel: async () => undefined,
      logout: async () => {
        throw noBrowser();
      },
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

const noBrowser = () =>
  new AuthError(
    'BrowserNotAvailable',
    'Postern cannot show a login page in Node. Use the methods of `auth` and `credentialsManager`, or give the ' +
      '`platform` option a user agent of your own.',
    { code: 'a0.browser_not_available' },
  );
