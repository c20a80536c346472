import type { Clock, Platform, Random } from '../platform.ts';
import { openChannel } from './channel.ts';
import { createKeys } from './keys.ts';
import { createLifecycle } from './lifecycle.ts';
import { createMutex } from './mutex.ts';
import { openStorage, openTransactions } from './storage.ts';
import { createUserAgent } from './user-agent.ts';

/** Touches no global: a server that renders the page may import and create it. */
export function createPlatform(): Platform {
  return {
    name: 'browser',
    fetch: (input, init) => fetch(input, init),
    clock,
    random,
    lifecycle: createLifecycle(),
    userAgent: createUserAgent(),
    storage: openStorage,
    transactions: openTransactions,
    mutex: createMutex(),
    channel: openChannel,
    keys: createKeys(),
    canTransferSession: false,
  };
}

/** Browsers keep timer delays in 32 bits: a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

const clock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, Math.min(ms, LONGEST_DELAY_MS)),
  clearTimeout: (handle) => globalThis.clearTimeout(handle as ReturnType<typeof globalThis.setTimeout>),
};

const random: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
