import { beforeEach, describe, expect, it } from 'vitest';
import { AuthError } from '../src/errors/auth-error.ts';
import { createMemoryDevice, createMemoryTab, type MemoryDevice } from '../src/platform/memory/index.ts';
import type { Storage } from '../src/platform/platform.ts';
import { CredentialStore } from '../src/session/credential-store.ts';
import { settled } from './support/world.ts';

/** The store of several tabs, each stopped in the middle of what it does while the others go on. */

/** Nothing here is bound to a key. */
const noKeys = { thumbprint: async () => undefined, require: () => Promise.reject(new Error('no key')) };
const NAMESPACE = 'tenant|client';
let device: MemoryDevice;
beforeEach(() => {
  device = createMemoryDevice();
});

type Step = readonly [keyof Storage, key?: string];

/** A tab's store; `stopBefore` and `stopAfter` make it wait, once, before or after the given step, until `goOn`. */
function openTab() {
  const tab = createMemoryTab(device);
  const stops = new Map<string, { readonly reached: () => void; readonly until: Promise<void> }>();
  const waitAt = async (...at: unknown[]) => {
    const stop = stops.get(JSON.stringify(at));
    stops.delete(JSON.stringify(at));
    stop?.reached();
    await stop?.until;
  };
  const { storage } = tab;
  const pausing = (area: Storage): Storage =>
    new Proxy(area, {
      get: (target, method: keyof Storage) => async (key: string, value: string) => {
        const [record] = key?.split('.') ?? [];
        await waitAt('before', method, record);
        const result = await target[method]?.(key, value);
        await waitAt('after', method, record);
        return result;
      },
    });
  Object.assign(tab, { storage: (options: never) => pausing(storage(options)) });
  const store = new CredentialStore(tab, { location: 'localstorage', namespace: NAMESPACE }, noKeys);
  const stopAt =
    (when: 'before' | 'after') =>
    (...step: Step) => {
      let goOn = () => {};
      const reached = new Promise<void>((resolve) => {
        const until = new Promise<void>((go) => {
          goOn = go;
        });
        stops.set(JSON.stringify([when, ...step]), { reached: resolve, until });
      });
      return { reached, goOn: () => goOn() };
    };
  return { store, stopBefore: stopAt('before'), stopAfter: stopAt('after') };
}

const loginOf = (accessToken: string) => ({
  credentials: { accessToken, tokenType: 'Bearer' as const, idToken: '', expiresAt: 4_000_000_000 },
});
const tokenIn = async (store: CredentialStore) => (await store.read())?.credentials.accessToken ?? null;
const records = () =>
  [...(device.records.get(NAMESPACE)?.keys() ?? [])].filter((key) => key.startsWith('credentials.'));

describe('a login between its record and its pointer', () => {
  it.each(['login', 'sign-out'] as const)('is not swept away by another tab’s %s', async (kind) => {
    const [slow, other] = [openTab(), openTab()];
    const { reached, goOn } = slow.stopBefore('set', 'session');
    const login = slow.store.adopt(loginOf('slow'));
    await reached;
    const meanwhile = kind === 'login' ? other.store.adopt(loginOf('other')) : other.store.clear();
    await settled();
    goOn();
    await Promise.all([login, meanwhile]);
    await settled();
    const token = await tokenIn(slow.store);
    expect(token).not.toBeNull();
    expect(await tokenIn(other.store)).toBe(token);
    expect(records()).toHaveLength(1);
  });
});

it('a reader that was overtaken by another tab’s login finds the new one, rather than nobody', async () => {
  const [reader, other] = [openTab(), openTab()];
  await other.store.adopt(loginOf('first'));
  const { reached, goOn } = reader.stopBefore('get', 'credentials');
  const read = tokenIn(reader.store);
  await reached;
  // The message of it comes too late.
  for (const listeners of device.listeners.values()) listeners.clear();
  await other.store.adopt(loginOf('second'));
  goOn();
  expect(await read).toBe('second');
});

describe('the end of an old session, which the server refused to renew', () => {
  /** As on Android, where the browser closes: the app wakes, and tries the old session, while the new one is stored. */
  it.each([
    ['this tab', 'credentials'],
    ['this tab', 'session'],
    ['another tab', 'credentials'],
    ['another tab', 'session'],
  ] as const)('ends no login that %s is just storing, before it writes its %s', async (where, step) => {
    const slow = openTab();
    const old = await slow.store.adopt(loginOf('old'));
    const ending = where === 'this tab' ? slow : openTab();
    await ending.store.get();
    const { reached, goOn } = slow.stopBefore('set', step);
    const login = slow.store.adopt(loginOf('new'));
    await reached;
    const end = ending.store.end(old.id);
    await settled();
    goOn();
    await Promise.all([login, end]);
    await settled();
    for (const { store } of [slow, ending, openTab()]) expect((await store.get())?.credentials.accessToken).toBe('new');
    expect(records()).toHaveLength(1);
  });

  it('ends no login that another tab stores between the look and the deletion', async () => {
    const [slow, other] = [openTab(), openTab()];
    const old = await slow.store.adopt(loginOf('old'));
    const { reached, goOn } = slow.stopBefore('delete', 'session');
    const end = slow.store.end(old.id);
    await reached;
    const login = other.store.adopt(loginOf('new'));
    await settled();
    goOn();
    await Promise.all([login, end]);
    expect(await tokenIn(openTab().store)).toBe('new');
  });
});

it.each(['credentials', 'session'] as const)(
  'a sign-out while a login writes its %s has the last word',
  async (step) => {
    const tab = openTab();
    const { reached, goOn } = tab.stopBefore('set', step);
    const login = tab.store.adopt(loginOf('late'));
    await reached;
    const signOut = tab.store.clear();
    await settled();
    goOn();
    await Promise.all([login, signOut]);
    expect(await tab.store.get()).toBeNull();
    expect([...(device.records.get(NAMESPACE)?.keys() ?? [])]).toEqual([]);
  },
);

it('a tab that does not let go of the records keeps no other from storing a login', async () => {
  let letGo = () => {};
  const held = device.mutex.run(`${NAMESPACE}/records`, { waitMs: 0 }, () => new Promise<void>((go) => (letGo = go)));
  const { store } = openTab();
  const login = store.adopt(loginOf('new'));
  await settled();
  device.clock.advance(5001);
  await login;
  expect(await tokenIn(store)).toBe('new');
  letGo();
  await held;
});

it('a login whose key is gone by the time that it is stored is none', async () => {
  const gone = () => Promise.reject(new AuthError('DPoPError', 'gone', { code: 'DPOP_KEY_MISSING' }));
  const binding = { thumbprint: async () => 'jkt', require: gone };
  const store = new CredentialStore(
    createMemoryTab(device),
    { location: 'localstorage', namespace: NAMESPACE },
    binding,
  );
  const { credentials } = loginOf('new');
  await expect(store.adopt({ credentials: { ...credentials, tokenType: 'DPoP' } })).rejects.toMatchObject({
    code: 'DPOP_KEY_MISSING',
  });
  expect(await store.get()).toBeNull();
  expect(records()).toEqual([]);
});

it('a slow read of the session before a login does not bring it back after it', async () => {
  const tab = openTab();
  await tab.store.adopt(loginOf('old'));
  const writing = tab.stopBefore('set', 'session');
  const login = tab.store.adopt(loginOf('new'));
  await writing.reached;
  const reading = tab.stopAfter('get', 'credentials');
  const read = tab.store.read();
  await reading.reached;
  writing.goOn();
  await login;
  reading.goOn();
  expect((await read)?.credentials.accessToken).toBe('new');
  expect((await tab.store.get())?.credentials.accessToken).toBe('new');
});

it('a sign-out leaves no record behind, of however many logins at once', async () => {
  const tabs = Array.from({ length: 5 }, openTab);
  await Promise.all(tabs.map(({ store }, at) => store.adopt(loginOf(`t${at}`))));
  expect(records()).toHaveLength(1);
  await tabs[0]?.store.clear();
  await tabs[0]?.store.tidy();
  expect([...(device.records.get(NAMESPACE)?.keys() ?? [])]).toEqual([]);
});
