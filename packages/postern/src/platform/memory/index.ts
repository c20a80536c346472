import { AuthError, TimeoutError } from '../../errors/auth-error.ts';
import { type Listeners, openInProcessChannel } from '../in-process-channel.ts';
import { createMapStorage } from '../map-storage.ts';
import { createMemoryKeys } from '../memory-keys.ts';
import { createInProcessMutex } from '../mutex.ts';
import type {
  Channel,
  ChannelMessage,
  Keys,
  Lifecycle,
  Mutex,
  Platform,
  PresentRequest,
  Storage,
} from '../platform.ts';
import { type ControlledClock, createControlledClock } from './clock.ts';
import { plainFetch } from './plain-fetch.ts';

export { type ControlledClock, createControlledClock } from './clock.ts';
export { plainFetch } from './plain-fetch.ts';

type WakeReason = Parameters<Parameters<Lifecycle['onWake']>[0]>[0];

/** What the tabs of one imaginary browser have in common: storage, locks, messages and time. */
export interface MemoryDevice {
  readonly clock: ControlledClock;
  readonly mutex: Mutex;
  /** Persistent records by namespace; write to it to see what a damaged store does. */
  readonly records: Map<string, Map<string, string>>;
  /** Keys, by the namespace of the client; delete one to see what an evicted key does. */
  readonly keys: Keys;
  /** Every message posted between tabs, in order. */
  readonly messages: ChannelMessage[];
  readonly listeners: Listeners;
}

export interface MemoryTab extends Platform {
  /** Does what the login page and the person do: takes the URL, gives the callback's. Rejects when they give up. */
  visit: (request: PresentRequest) => Promise<string> | string;
  /** What the logout page does; rejects when the person cancels. */
  leave: (url: string) => Promise<void> | void;
  /** Pages that were shown, the logout's included. */
  readonly visited: string[];
  /** The URL the app is at. */
  url: string | undefined;
  isOnline: boolean;
  fetch: typeof globalThis.fetch;
  /** Tells the app that it is online, visible or restored. */
  wake(reason: WakeReason): void;
  /** The same tab after a reload: its transactions live on, its memory does not. */
  reload(): MemoryTab;
}

export interface MemoryTabOptions {
  /** Ways of showing a page, the first being the default. Default `popup` and `silent`. */
  readonly modes?: Platform['userAgent']['modes'];
  readonly url?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Default true, as in a native app. */
  readonly canTransferSession?: boolean;
}

export function createMemoryDevice(): MemoryDevice {
  const clock = createControlledClock();
  return {
    clock,
    mutex: createInProcessMutex(clock),
    records: new Map(),
    keys: createMemoryKeys(),
    messages: [],
    listeners: new Map(),
  };
}

/**
 * A platform of plain memory, with the person and the browser played by the test.
 *
 * @example
 * const device = createMemoryDevice();
 * const tab = createMemoryTab(device);
 * tab.visit = async ({ url }) => (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
 * const auth0 = new Auth0({ domain: 'http://localhost:4455', clientId: 'abc', platform: tab });
 */
export function createMemoryTab(
  device: MemoryDevice = createMemoryDevice(),
  options: MemoryTabOptions = {},
): MemoryTab {
  return openTab(device, options, new Map(), new Map());
}

function openTab(
  device: MemoryDevice,
  options: MemoryTabOptions,
  transactions: Map<string, Map<string, string>>,
  notes: Map<string, Map<string, string>>,
): MemoryTab {
  const { clock, mutex } = device;
  const ownRecords = new Map<string, Map<string, string>>();
  const wakeListeners = new Set<(reason: WakeReason) => void>();
  const present = async (request: PresentRequest) => {
    tab.visited.push(request.url);
    if (request.mode === 'redirect') {
      void Promise.resolve(tab.visit(request)).then((url) => {
        tab.url = url;
      });
      return { kind: 'left' } as const;
    }
    return { kind: 'callback', url: await untilGivenUp(request.timeoutMs, async () => tab.visit(request)) } as const;
  };
  const onScreen = new Set<(reason: AuthError) => void>();
  const untilGivenUp = (timeoutMs: number, visit: () => Promise<string>) =>
    new Promise<string>((resolve, reject) => {
      const end = (settle: () => void) => {
        clock.clearTimeout(timer);
        onScreen.delete(fail);
        settle();
      };
      const fail = (reason: unknown) => end(() => reject(reason));
      const timer = clock.setTimeout(() => fail(new TimeoutError(timeoutMs)), timeoutMs);
      onScreen.add(fail);
      visit().then((url) => end(() => resolve(url)), fail);
    });
  const tab: MemoryTab = {
    name: 'memory',
    visited: [],
    url: options.url,
    isOnline: true,
    visit: () => {
      throw new AuthError('BrowserNotAvailable', 'Give this tab a `visit`.', { code: 'a0.browser_not_available' });
    },
    leave: () => undefined,
    wake: (reason) => {
      for (const listener of [...wakeListeners]) listener(reason);
    },
    reload: () =>
      openTab(device, { ...options, ...(tab.url ? { url: tab.url } : {}), fetch: tab.fetch }, transactions, notes),
    fetch: options.fetch ?? plainFetch,
    clock,
    mutex,
    random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    lifecycle: {
      isOnline: () => tab.isOnline,
      onWake: (listener) => {
        wakeListeners.add(listener);
        return () => wakeListeners.delete(listener);
      },
      currentUrl: () => tab.url,
      replaceUrl: (url) => {
        tab.url = url;
      },
    },
    userAgent: {
      modes: options.modes ?? ['popup', 'silent'],
      prepare: () => ({ present, abandon: () => undefined }),
      cancel: async () => {
        for (const end of [...onScreen])
          end(new AuthError('UserCancelled', 'The login was cancelled.', { code: 'a0.session.user_cancelled' }));
      },
      logout: async ({ url }) => {
        tab.visited.push(url);
        await tab.leave(url);
        return { kind: 'left' };
      },
      defaultRedirectUri: () => 'http://127.0.0.1/callback',
      defaultReturnTo: () => 'http://127.0.0.1/',
    },
    storage: ({ location, namespace }) => {
      if (location === 'memory') return storageOver(ownRecords, namespace);
      const storage = storageOver(device.records, namespace);
      return { ...storage, glance: storage.get };
    },
    transactions: ({ namespace }) => storageOver(transactions, namespace),
    notes: ({ namespace }) => storageOver(notes, namespace),
    channel: (name) => openChannel(device, name),
    keys: device.keys,
    canTransferSession: options.canTransferSession ?? true,
  };
  return tab;
}

function storageOver(areas: Map<string, Map<string, string>>, namespace: string): Storage {
  const records = areas.get(namespace) ?? new Map<string, string>();
  areas.set(namespace, records);
  return createMapStorage(records);
}

/** It keeps a record of what was said; messages are copied, as between real tabs. */
function openChannel(device: MemoryDevice, name: string): Channel {
  const channel = openInProcessChannel(device.listeners, name);
  return {
    ...channel,
    post: (message) => {
      device.messages.push(message);
      channel.post(structuredClone(message));
    },
  };
}
