import type { Platform, Random } from '../platform.ts';
import { systemClock } from '../system-clock.ts';
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
    clock: systemClock,
    random,
    lifecycle: createLifecycle(),
    userAgent: createUserAgent(),
    storage: openStorage,
    transactions: openTransactions,
    notes: openTransactions,
    mutex: createMutex(),
    channel: openChannel,
    keys: createKeys(),
    canTransferSession: false,
  };
}

const random: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
