import { createMapStorage } from '../map-storage.ts';
import { createMemoryKeys } from '../memory-keys.ts';
import { createInProcessMutex } from '../mutex.ts';
import type { CreatePlatform, Platform, Storage } from '../platform.ts';
import { silentChannel } from '../silent-channel.ts';
import { createStoredKeys } from '../stored-keys.ts';
import { systemClock } from '../system-clock.ts';
import type { Keychain } from './keychain.ts';
import type { Protection } from './record-files.ts';
import { createUserAgent } from './user-agent.ts';

export interface NodePlatformOptions {
  /**
   * Folder of the sessions that outlive the process. Default: `postern` in the user's folder for settings (`~/.config`,
   * `~/Library/Application Support`, `%APPDATA%`).
   */
  readonly directory?: string;
  /**
   * `off`: the system's keychain is never asked, and sessions are protected by the permissions of their files alone.
   * Default: the keychain of `@napi-rs/keyring`, where that is installed and works.
   */
  readonly keychain?: 'off' | Keychain;
  /**
   * Shows a page in the person's own browser; rejects where it cannot, and the login with `BROWSER_NOT_AVAILABLE`. Electron has
   * `shell.openExternal`. Default: the command that `BROWSER` names, else the system's.
   */
  readonly open?: (url: string) => Promise<void>;
}

export interface NodePlatform extends Platform {
  /** Where sessions are kept that outlive the process, and how they are protected. Asks the keychain. */
  describeStorage(): Promise<{ readonly directory: string; readonly protection: Protection }>;
}

/**
 * Node for one person: command-line tools and Electron's main process.
 *
 * With `cacheLocation: 'memory'` (the default) nothing touches a file. Any other `cacheLocation` keeps the session in the
 * user's folder, for every process of theirs; modules of Node are loaded then, and not before.
 */
export function createNodePlatform(options: NodePlatformOptions = {}): NodePlatform {
  const inProcess = createInProcessMutex(systemClock);
  let isShared = false;
  let loading: Promise<Awaited<ReturnType<typeof loadShared>>> | undefined;
  const shared = () => {
    loading ??= loadShared(options);
    return loading;
  };
  const openShared = async (namespace: string) => (await shared()).records.open(namespace);
  const storedKeys = createStoredKeys(openShared);
  const memoryKeys = createMemoryKeys();
  const keys = () => (isShared ? storedKeys : memoryKeys);
  return {
    name: 'node',
    fetch: (input, init) => fetch(input, init),
    clock: systemClock,
    random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    lifecycle: {
      isOnline: () => true,
      onWake: () => () => undefined,
      currentUrl: () => undefined,
      replaceUrl: () => undefined,
    },
    userAgent: createUserAgent(options.open),
    storage: ({ location, namespace }) => {
      if (location === 'memory') return createMapStorage();
      isShared = true;
      return opened(() => openShared(namespace));
    },
    // The callback comes back to the process that waits for it.
    transactions: () => createMapStorage(),
    mutex: {
      run: (name, { waitMs }, work) =>
        inProcess.run(name, { waitMs }, async () => (isShared ? (await shared()).lock(name, waitMs, work) : work())),
    },
    channel: () => silentChannel,
    keys: {
      get: (name) => keys().get(name),
      create: (name) => keys().create(name),
      delete: (name) => keys().delete(name),
    },
    canTransferSession: true,
    describeStorage: async () => {
      const { directory, records } = await shared();
      return { directory, protection: await records.protection() };
    },
  };
}

/**
 * What a client in Node gets that names no platform. It may be the server side of an app whose options say `localstorage`
 * to the browser: everything stays in memory and belongs to one client, so that two requests never share a session. Who
 * wants one kept says so with `createNodePlatform`.
 */
export const createPlatform: CreatePlatform = () => ({ ...createNodePlatform(), storage: () => createMapStorage() });

async function loadShared({ directory: named, keychain }: NodePlatformOptions) {
  const [{ RecordFiles }, { createSharedLock }, { defaultDirectory }] = await Promise.all([
    import('./record-files.ts'),
    import('./shared-lock.ts'),
    import('./directory.ts'),
  ]);
  const directory = named ?? defaultDirectory();
  return { directory, records: new RecordFiles({ directory, keychain }), lock: createSharedLock(directory) };
}

/** A storage whose own is loaded by its first use. */
function opened(open: () => Promise<Storage>): Storage {
  return {
    get: async (key) => (await open()).get(key),
    set: async (key, value) => (await open()).set(key, value),
    delete: async (key) => (await open()).delete(key),
    keys: async () => (await open()).keys(),
  };
}
