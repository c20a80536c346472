import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Auth0 } from '../../src/auth0.ts';
import type { Storage } from '../../src/platform/platform.ts';
import { createPhone, fault, type Phone } from '../support/phone.ts';
import { rejection } from '../support/rejection.ts';

const namespace = 'postern/tenant.example.com/phone';
const open = (phone: Phone): Storage => phone.start().storage({ location: 'localstorage', namespace });
const long = (letter: string) => `${letter.repeat(5000)} Zoë 山田 😀`;

class AppEnded extends Error {}

/** Runs `work`, and ends the app just before its `n`-th write. True: it was ended. */
async function endAtWrite(phone: Phone, n: number, work: () => Promise<void>): Promise<boolean> {
  let left = n;
  phone.onWrite = () => {
    if (left-- === 0) throw new AppEnded();
  };
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof AppEnded)) throw error;
    return true;
  } finally {
    phone.onWrite = () => undefined;
  }
}

afterEach(() => vi.unstubAllGlobals());

describe('what is kept', () => {
  it('is in items of no more than 2048 ASCII characters, whatever it is', async () => {
    const phone = createPhone();
    const storage = open(phone);
    await storage.set('session', long('a'));
    expect(await storage.get('session')).toBe(long('a'));
    for (const [name, value] of phone.keychain) {
      expect(value).toMatch(/^[\x20-\x7e]{1,2048}$/);
      expect(name).toMatch(/^postern:postern\.records\.[\w.-]+$/);
    }
  });

  it('credentialsManagerStorageKey keeps two clients apart, and logins apart from tokens', async () => {
    const phone = createPhone();
    const platform = phone.start();
    const [one, two] = [namespace, `${namespace}/other`].map((name) =>
      platform.storage({ location: 'localstorage', namespace: name }),
    );
    await one?.set('session', 'of one');
    await platform.transactions({ namespace }).set('session', 'a login');
    expect(await two?.get('session')).toBeUndefined();
    expect(await one?.get('session')).toBe('of one');
    expect(await one?.keys()).toEqual(['session']);
  });

  it('can be read behind a locked screen and goes into no backup: for this device alone, in a place of its own', async () => {
    const phone = createPhone();
    const store = phone.modules['expo-secure-store'];
    const calls = ['getItemAsync', 'setItemAsync', 'deleteItemAsync'] as const;
    const spies = calls.map((name) => vi.spyOn(store, name));
    await open(phone).set('session', long('a'));
    await open(phone).get('session');
    await open(phone).delete('session');
    const given = spies.flatMap((spy) => spy.mock.calls.map((call: readonly unknown[]) => call.at(-1)));
    expect(new Set(given.map((options) => JSON.stringify(options)))).toEqual(
      new Set([
        JSON.stringify({
          keychainService: 'postern',
          keychainAccessible: store.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY,
        }),
      ]),
    );
  });

  it('is the last value alone: neither an older one nor a half-written one lies beside it', async () => {
    const phone = createPhone();
    await open(phone).set('session', long('o'));
    for (let n = 0; await endAtWrite(phone, n, () => open(phone).set('session', long('n'))); n++) {
      await open(phone).set('session', 'x');
      expect([...phone.keychain.values()].join()).not.toMatch(/ooo|nnn/);
      await open(phone).set('session', long('o'));
    }
  });

  it('outlives the app, unless it says cacheLocation memory', async () => {
    const phone = createPhone();
    const inMemory = phone.start({ cacheLocation: 'memory' });
    await inMemory.storage({ location: 'memory', namespace }).set('session', 'x');
    await inMemory.keys.create(namespace);
    expect(phone.keychain.size).toBe(0);
    // The core's own default is `memory`; a native app that says nothing stays signed in.
    await phone.start().storage({ location: 'memory', namespace }).set('session', 'y');
    expect(await open(phone).get('session')).toBe('y');
  });
});

describe('an app that is ended in the middle of a write', () => {
  it.each([
    ['shorter', 'old', long('n')],
    ['longer', long('o'), 'new'],
    ['as long', long('o'), long('n')],
  ])('finds the old value or the new one, at whichever write it was, when the old one is %s', async (_, old, next) => {
    const outcomes = new Set<string>();
    for (let n = 0; ; n++) {
      const phone = createPhone();
      await open(phone).set('session', old);
      const wasEnded = await endAtWrite(phone, n, () => open(phone).set('session', next));
      const found = await open(phone).get('session');
      expect([old, next]).toContain(found);
      outcomes.add(found ?? '');
      // Whatever was left half-done is gone with the record.
      await open(phone).set('session', 'x');
      await open(phone).delete('session');
      expect([...phone.keychain.keys()]).toEqual([]);
      if (!wasEnded) break;
    }
    expect(outcomes.size).toBe(2);
  });

  it('a new record is there or not, and is known of even when it is not', async () => {
    for (let n = 0; ; n++) {
      const phone = createPhone();
      const wasEnded = await endAtWrite(phone, n, () => open(phone).set('credentials.1', long('n')));
      const storage = open(phone);
      expect([undefined, long('n')]).toContain(await storage.get('credentials.1'));
      // As the credential store tidies up: by what keys() tells.
      for (const key of await storage.keys()) await storage.delete(key);
      expect(recordsIn(phone)).toEqual([]);
      if (!wasEnded) break;
    }
  });

  it('a deletion that was begun leaves no token that the next one does not remove', async () => {
    for (let n = 0; ; n++) {
      const phone = createPhone();
      await open(phone).set('credentials.1', long('o'));
      const wasEnded = await endAtWrite(phone, n, () => open(phone).delete('credentials.1'));
      const storage = open(phone);
      expect([undefined, long('o')]).toContain(await storage.get('credentials.1'));
      for (const key of await storage.keys()) await storage.delete(key);
      expect(recordsIn(phone)).toEqual([]);
      if (!wasEnded) break;
    }
  });
});

describe('known failure 1d-34: what cannot be read', () => {
  const damaged: [string, (phone: Phone) => void][] = [
    ['a head of random bytes', (phone) => rewrite(phone, /\.r[a-z]+$/, () => '\u0000\u0007ï¿½')],
    ['an empty head', (phone) => rewrite(phone, /\.r[a-z]+$/, () => '')],
    ['a head that promises more', (phone) => rewrite(phone, /\.r[a-z]+$/, (text) => text.replace(/\d+$/, '99999'))],
    ['a missing chunk', (phone) => rewrite(phone, /\.r[a-z]+\.a1$/, () => undefined)],
    ['a truncated chunk', (phone) => rewrite(phone, /\.r[a-z]+\.a0$/, (text) => text.slice(0, 100))],
    ['a chunk of something else', (phone) => rewrite(phone, /\.r[a-z]+\.a1$/, (text) => '"'.repeat(text.length))],
  ];

  it.each(damaged)('%s: says so once, is gone, and the next one is kept', async (_, damage) => {
    const phone = createPhone();
    await open(phone).set('session', long('o'));
    damage(phone);
    expect(await rejection(open(phone).get('session'))).toMatchObject({ code: 'CRYPTO_EXCEPTION' });
    expect(await open(phone).get('session')).toBeUndefined();
    await open(phone).set('session', 'new');
    expect(await open(phone).get('session')).toBe('new');
    await open(phone).delete('session');
    expect([...phone.keychain.keys()]).toEqual([]);
  });

  it('S36: nothing of it is in the error that tells of it', async () => {
    const phone = createPhone();
    await open(phone).set('session', 'token-a-token-b-token-c');
    // As long as before. Engines like to repeat what they cannot read.
    rewrite(phone, /\.rsession\.a0$/, (text) => text.replace('"', 'x'));
    const error = await rejection(open(phone).get('session'));
    expect(error).toMatchObject({ code: 'CRYPTO_EXCEPTION' });
    expect(inspect(error, { depth: 9 })).not.toContain('token');
  });

  it.each([
    ['Android’s key is gone', fault('ERR_DECRYPT', 'Could not decrypt the value for key')],
    ['Android’s key store is damaged', fault('ERR_KEY_STORE', 'An error occurred when accessing the keystore')],
    ['iOS’s item is damaged', fault('ERR_KEY_CHAIN', 'Unable to decode the provided data.')],
  ])('%s: the record is given up', async (_, error) => {
    const phone = createPhone('android');
    await open(phone).set('session', 'old');
    phone.onRead = () => {
      throw error;
    };
    // Even what says what there is to remove cannot be read then.
    expect(await rejection(open(phone).get('session'))).toMatchObject({ code: 'CRYPTO_EXCEPTION' });
    phone.onRead = () => undefined;
    expect(await open(phone).get('session')).toBeUndefined();
  });

  it('a key store that is only busy costs no session', async () => {
    const phone = createPhone('android');
    await open(phone).set('session', 'kept');
    let isBusy = true;
    phone.onRead = () => {
      if (!isBusy) return;
      isBusy = false;
      throw fault('ERR_DECRYPT', 'Keystore operation failed');
    };
    expect(await open(phone).get('session')).toBe('kept');
  });

  it('a locked device costs no session: the error is passed on, and nothing is removed', async () => {
    const phone = createPhone();
    await open(phone).set('session', 'kept');
    const before = new Map(phone.keychain);
    phone.onRead = () => {
      throw fault('ERR_KEY_CHAIN', 'User interaction is not allowed.');
    };
    expect(await rejection(open(phone).get('session'))).toMatchObject({ message: 'User interaction is not allowed.' });
    phone.onRead = () => undefined;
    expect(phone.keychain).toEqual(before);
    expect(await open(phone).get('session')).toBe('kept');
  });

  it('a device that is locked while something is written keeps the old value, and what is to be removed is found later', async () => {
    const phone = createPhone();
    const lockFor = (items: RegExp) => {
      phone.onRead = (name) => {
        if (items.test(name)) throw fault('ERR_KEY_CHAIN', 'User interaction is not allowed.');
      };
    };
    await open(phone).set('session', 'old');
    const before = new Map(phone.keychain);
    lockFor(/\.rsession$/);
    await rejection(open(phone).set('session', 'new'));
    phone.onRead = () => undefined;
    expect(phone.keychain).toEqual(before);

    await endAtWrite(phone, 3, () => open(phone).set('session', long('n')));
    lockFor(/\.rsession\.b0$/);
    await rejection(open(phone).delete('session'));
    phone.onRead = () => undefined;
    await open(phone).delete('session');
    expect([...phone.keychain.keys()]).toEqual([]);
  });

  it('a store that is not there at first is asked again', async () => {
    const phone = createPhone();
    await open(phone).set('session', 'kept');
    vi.spyOn(phone.modules['expo-secure-store'], 'isAvailableAsync').mockRejectedValueOnce(new Error('not yet'));
    const storage = open(phone);
    expect(await rejection(storage.get('session'))).toMatchObject({ message: 'not yet' });
    expect(await storage.get('session')).toBe('kept');
  });

  it('a store that takes nothing says so by CRYPTO_EXCEPTION, one that is not there by INCOMPATIBLE_DEVICE', async () => {
    const phone = createPhone('android');
    phone.onWrite = () => {
      throw fault('ERR_ENCRYPT', 'Could not encrypt the value');
    };
    expect(await rejection(open(phone).set('session', 'x'))).toMatchObject({ code: 'CRYPTO_EXCEPTION' });
    const store = { ...phone.modules['expo-secure-store'], isAvailableAsync: async () => false };
    const without = phone.start({}, { 'expo-secure-store': store });
    expect(await rejection(without.storage({ location: 'localstorage', namespace }).get('session'))).toMatchObject({
      code: 'INCOMPATIBLE_DEVICE',
    });
  });

  it('a damaged index loses no record, and heals', async () => {
    const phone = createPhone();
    await open(phone).set('session', 'kept');
    rewrite(phone, /\.index\.a0$/, () => '{');
    expect(await open(phone).keys()).toEqual([]);
    expect(await open(phone).get('session')).toBe('kept');
    await open(phone).set('session', 'again');
    expect(await open(phone).keys()).toEqual(['session']);
  });

  it('a damaged session never fails the start: an error that says so, then a clean login’s place', async () => {
    const phone = createPhone();
    const client = () =>
      new Auth0({ domain: 'tenant.example.com', clientId: 'phone', useDPoP: false, platform: phone.start() });
    const first = client();
    const credentials = { accessToken: 'a', tokenType: 'Bearer', idToken: '', expiresAt: 4e9 } as const;
    await first.credentialsManager.saveCredentials(credentials as never);
    rewrite(phone, /\.rsession\.a0$/, () => '\u0001');
    const second = client();
    await second.session.start();
    expect(second.session.getSnapshot()).toMatchObject({
      user: null,
      isLoading: false,
      error: { type: 'CRYPTO_EXCEPTION' },
    });
    expect(await rejection(second.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    await second.credentialsManager.saveCredentials(credentials as never);
    expect(await client().credentialsManager.hasValidCredentials()).toBe(true);
  });
});

describe('known failure 1d-46: an app that was removed and installed again', () => {
  const reinstall = (phone: Phone) => phone.settings.clear();

  it('iOS: finds nothing of what the keychain still has', async () => {
    const phone = createPhone('ios');
    await open(phone).set('session', long('o'));
    await open(phone).set('key', 'secret');
    expect(await open(phone).get('session')).toBe(long('o'));
    reinstall(phone);
    expect(await open(phone).get('session')).toBeUndefined();
    expect([...phone.keychain.keys()]).toEqual([]);
    await open(phone).set('session', 'new');
    expect(await open(phone).get('session')).toBe('new');
  });

  it('iOS: is not taken for one while the device is locked and says nothing of either', async () => {
    const phone = createPhone('ios');
    await open(phone).set('session', 'kept');
    const marks = new Map(phone.settings);
    reinstall(phone);
    phone.onRead = () => {
      throw fault('ERR_KEY_CHAIN', 'User interaction is not allowed.');
    };
    await rejection(open(phone).get('session'));
    phone.onRead = () => undefined;
    for (const [key, value] of marks) phone.settings.set(key, value);
    expect(await open(phone).get('session')).toBe('kept');
  });

  it('Android: removes the items by itself, and no mark is needed', async () => {
    const phone = createPhone('android');
    await open(phone).set('session', 'kept');
    expect(await open(phone).get('session')).toBe('kept');
    expect(phone.settings.size).toBe(0);
  });
});

/** Names of the items that hold a part of a record, and not only its name. */
const recordsIn = (phone: Phone) => [...phone.keychain.keys()].filter((name) => !name.includes('.index'));

function rewrite(phone: Phone, name: RegExp, change: (text: string) => string | undefined): void {
  const found = [...phone.keychain].filter(([key]) => name.test(key));
  expect(found).not.toEqual([]);
  for (const [key, value] of found) {
    const next = change(value);
    if (next === undefined) phone.keychain.delete(key);
    else phone.keychain.set(key, next);
  }
}
