import { AuthError } from '../errors/auth-error.ts';
import { createMemoryDevice, createMemoryTab, type MemoryTab } from '../platform/memory/index.ts';
import type { Platform } from '../platform/platform.ts';
import type { Answers } from './answers.ts';
import { createScriptedUserAgent, type ScriptedUserAgent } from './scripted-user-agent.ts';

/** What the kit asks of a tenant; `createTestTenant()` of `@postern/tenant/testing` gives one, and so may others. */
export interface TenantUnderTest {
  /** `http://localhost:PORT`, or the `domain` of a hosted tenant. */
  readonly origin: string;
  readonly clientId?: string;
  readonly audience?: string;
  /** The client goes by its time. */
  readonly clock?: { now(): number };
}

export interface TestDeviceOptions {
  readonly tenant?: TenantUnderTest;
  /** Who answers the pages of logins: a person, or just what they answer. */
  readonly userAgent?: ScriptedUserAgent | Answers;
  /** The URL the app was opened with. */
  readonly url?: string;
}

/** A phone or browser of one test: storage, keys, network, and the person who holds it. */
export interface TestDevice {
  /** For the option `platform` of a client. */
  readonly platform: Platform;
  readonly userAgent: ScriptedUserAgent;
  /** Pages that were shown, the logout's included. */
  readonly visited: readonly string[];
  /** No request of the client leaves it until `goOnline`, and login pages do not load. */
  goOffline(): void;
  /** And tells the app, as the system would. */
  goOnline(): void;
  /** The app comes back to the foreground. */
  show(): void;
  /**
   * The same device after the app was closed and opened again: what was stored is there, what was in memory is not. It is
   * offline if it was.
   */
  restart(): TestDevice;
}

export interface SeededDevice extends TestDevice {
  /** Holds up every read of the storage until `work` is done. */
  seed(work: (platform: Platform) => Promise<void>): void;
}

export function createTestDevice(options: TestDeviceOptions = {}): SeededDevice {
  const { tenant, userAgent = {}, url } = options;
  const { clock } = tenant ?? {};
  const memory = createMemoryDevice();
  const device = clock ? { ...memory, clock: { ...memory.clock, now: () => clock.now() } } : memory;
  const person = 'visit' in userAgent ? userAgent : createScriptedUserAgent(userAgent);
  const tab = createMemoryTab(device, url === undefined ? {} : { url });
  return overTab(tab, person, tenant !== undefined);
}

function overTab(tab: MemoryTab, userAgent: ScriptedUserAgent, hasTenant: boolean): SeededDevice {
  let ready: Promise<void> = Promise.resolve();
  const refuse = (what: string) =>
    new AuthError('BrowserNotAvailable', `${what} needs a tenant: give \`tenant: await createTestTenant()\`.`, {
      code: 'a0.browser_not_available',
    });
  const connected = tab.fetch;
  tab.fetch = async (input, init) => {
    if (!tab.isOnline) throw new TypeError('fetch failed', { cause: new Error('The test took the device offline.') });
    if (!hasTenant) throw refuse(`A request to ${String(input)}`);
    return connected(input, init);
  };
  tab.visit = (request) => {
    if (!tab.isOnline)
      throw new AuthError('NetworkError', 'The test took the device offline: the page does not load.', {
        code: 'network_error',
      });
    if (!hasTenant) throw refuse('A login');
    return userAgent.visit(request);
  };
  tab.leave = (url) => (hasTenant && tab.isOnline ? userAgent.leave(url) : undefined);
  const openStorage = tab.storage;
  const platform: Platform = {
    ...tab,
    storage: (options) => {
      const storage = openStorage(options);
      return {
        get: async (key) => ready.then(() => storage.get(key)),
        set: async (key, value) => ready.then(() => storage.set(key, value)),
        delete: async (key) => ready.then(() => storage.delete(key)),
        keys: async () => ready.then(() => storage.keys()),
      };
    },
  };
  return {
    platform,
    userAgent,
    visited: tab.visited,
    seed(work) {
      ready = work(tab);
      // Whoever reads hears of a failure.
      ready.catch(() => undefined);
    },
    goOffline() {
      tab.isOnline = false;
    },
    goOnline() {
      tab.isOnline = true;
      tab.wake('online');
    },
    show: () => tab.wake('visible'),
    restart() {
      const again = tab.reload();
      again.fetch = connected;
      again.isOnline = tab.isOnline;
      return overTab(again, userAgent, hasTenant);
    },
  };
}
