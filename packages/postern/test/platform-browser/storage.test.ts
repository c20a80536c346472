import 'fake-indexeddb/auto';
import { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeys } from '../../src/platform/browser/keys.ts';
import { openStorage, openTransactions } from '../../src/platform/browser/storage.ts';

beforeEach(() => {
  vi.stubGlobal('window', new Window({ url: 'https://app.example/' }));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(['memory', 'localstorage', 'indexeddb'] as const)('records in %s', (location) => {
  const open = (namespace: string) => openStorage({ location, namespace });

  it('are read back, replaced, listed and deleted', async () => {
    const storage = open(`${location} one`);
    expect(await storage.get('a')).toBeUndefined();
    await storage.set('a', 'Zoë 山田 😀');
    await storage.set('a', 'second');
    await storage.set('b', '');
    expect(await storage.get('a')).toBe('second');
    expect(await storage.get('b')).toBe('');
    expect((await storage.keys()).sort()).toEqual(['a', 'b']);
    await storage.delete('a');
    await storage.delete('never there');
    expect(await storage.keys()).toEqual(['b']);
  });

  it('web peers 25: of two namespaces never mix, even when one begins like the other', async () => {
    const tenant = open(`${location} tenant`);
    const other = open(`${location} tenant2`);
    await tenant.set('session', 'of tenant');
    expect(await other.get('session')).toBeUndefined();
    expect(await other.keys()).toEqual([]);
    await other.delete('session');
    expect(await tenant.get('session')).toBe('of tenant');
  });

  it('are the same for two clients of one page', async () => {
    await open(`${location} shared`).set('session', 'here');
    expect(await open(`${location} shared`).get('session')).toBe('here');
  });
});

it('S35: memory records are nobody else’s on a server', async () => {
  vi.stubGlobal('window', undefined);
  await openStorage({ location: 'memory', namespace: 'server' }).set('session', 'of one request');
  expect(await openStorage({ location: 'memory', namespace: 'server' }).get('session')).toBeUndefined();
});

it('transactions live in sessionStorage, not where tokens live', async () => {
  await openTransactions({ namespace: 'ns' }).set('state', 'pending');
  expect(window.sessionStorage.length).toBe(1);
  expect(window.localStorage.length).toBe(0);
});

describe('localStorage whose copy in this process is behind', () => {
  const other = 'another tab wrote this';
  /** What another tab's write looks like from here before it has arrived. */
  const behind = async () => {
    const storage = openStorage({ location: 'localstorage', namespace: 'behind' });
    await storage.set('session', other);
    window.localStorage.setItem('behind|session', 'before');
    return storage;
  };

  it('is waited for', async () => {
    const storage = await behind();
    const reading = storage.get('session');
    setTimeout(() => {
      window.localStorage.setItem('behind|session', other);
      window.dispatchEvent(new window.Event('storage'));
    }, 20);
    expect(await reading).toBe(other);
  });

  it('is waited for after a deletion, too', async () => {
    const storage = await behind();
    await storage.delete('session');
    window.localStorage.setItem('behind|session', 'before');
    setTimeout(() => window.localStorage.removeItem('behind|session'), 20);
    expect(await storage.get('session')).toBeUndefined();
  });

  it('is believed after a second: the app itself may have changed it', async () => {
    const storage = await behind();
    expect(await storage.get('session')).toBe('before');
  });

  it('is read at once when the last write is not recent', async () => {
    const storage = await behind();
    const { now } = Date;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 11_000);
    const waits = vi.spyOn(window, 'addEventListener');
    expect(await storage.get('session')).toBe('before');
    expect(waits).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it.each([-6, 6])('a clock that is put %i hours on meanwhile keeps no read waiting', async (hours) => {
    const storage = await behind();
    const { now } = Date;
    let moved = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + moved);
    const read = storage.get('session');
    moved = hours * 3_600_000;
    expect(await read).toBe('before');
    expect(await storage.get('session')).toBe('before');
    vi.restoreAllMocks();
  });
});

it.each(['InvalidStateError', 'UnknownError'])(
  'a connection that the browser lost (%s) is opened anew',
  async (name) => {
    const storage = openStorage({ location: 'indexeddb', namespace: 'lost' });
    await storage.set('session', 'kept');
    const lost = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
      throw new DOMException('Connection to Indexed Database server lost.', name);
    });
    expect(await storage.get('session')).toBe('kept');
    expect(lost).toHaveBeenCalledTimes(2);
    lost.mockRestore();
  },
);

describe('storage that the browser refuses', () => {
  const refusing = (name: string) => ({
    get localStorage(): never {
      throw new DOMException('refused', name);
    },
  });

  it.each([
    ['SecurityError', /refused access.*cacheLocation: 'memory'/],
    ['QuotaExceededError', /no room left.*free some/],
  ])('%s is STORE_FAILED with its cause', async (name, message) => {
    vi.stubGlobal('window', refusing(name));
    const storage = openStorage({ location: 'localstorage', namespace: 'private mode' });
    for (const attempt of [storage.set('a', 'secret'), storage.get('a'), storage.delete('a'), storage.keys()]) {
      await expect(attempt).rejects.toMatchObject({ code: 'STORE_FAILED', cause: { name } });
      await expect(attempt).rejects.toThrow(message);
    }
  });

  it('says STORE_FAILED where IndexedDB does not exist', async () => {
    vi.resetModules();
    vi.stubGlobal('indexedDB', undefined);
    const fresh = await import('../../src/platform/browser/storage.ts');
    const storage = fresh.openStorage({ location: 'indexeddb', namespace: 'none' });
    await expect(storage.set('a', 'b')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});

it('S27: the private half of a DPoP key cannot be exported, and each name has its own', async () => {
  const keys = createKeys();
  expect(await keys.get('client one')).toBeUndefined();
  const created = await keys.create('client one');
  expect(created.privateKey.extractable).toBe(false);
  expect(created.privateKey.algorithm).toMatchObject({ name: 'ECDSA', namedCurve: 'P-256' });
  for (const format of ['jwk', 'pkcs8'] as const) {
    await expect(crypto.subtle.exportKey(format, created.privateKey)).rejects.toThrow();
  }
  expect(await keys.get('client two')).toBeUndefined();
  await keys.delete('client one');
  expect(await keys.get('client one')).toBeUndefined();
});
