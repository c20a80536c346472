import type { Platform, Storage, StorageOptions } from '../../src/platform/platform.ts';
import { expectEqual, expectThat } from './check.ts';
import type { Case, Scene } from './contract.ts';

type Location = StorageOptions['location'];

/** Some 100 kB, and more in UTF-8: larger than a keychain's item, a cookie or a page of SQLite. */
const large = 'Zoë 山田 😀 '.repeat(9000);
const oddKeys = [
  ...['a b', 'a/b', '../up', '.', '..', 'a:b|c', '%2F', 'ü/☃', '__proto__', 'x.tmp', 'A', 'a', 'null'],
  'k'.repeat(200),
];

const openIn =
  (scene: Scene, location: Location, more = '') =>
  (platform: Platform = scene.open()): Storage =>
    platform.storage({ location, namespace: `postern/example.com/${scene.name}${more}` });

/** In memory, and in every location that outlives the app. */
const inEach =
  (act: (open: (platform?: Platform) => Storage, location: Location, scene: Scene) => Promise<void>) =>
  async (scene: Scene): Promise<void> => {
    for (const location of ['memory', ...scene.persistent] as const)
      await act(openIn(scene, location), location, scene);
  };

const clear = async (storage: Storage) => {
  for (const key of await storage.keys()) await storage.delete(key);
};

export const storageCases: readonly Case[] = [
  {
    port: 'storage',
    name: 'a record is absent, there, replaced, empty, and gone',
    run: inEach(async (open, location) => {
      const storage = open();
      expectEqual([await storage.get('a'), await storage.keys()], [undefined, []], `${location}, at first`);
      await storage.set('a', 'first');
      expectEqual(await storage.get('a'), 'first', `${location}, set`);
      await storage.set('a', 'second');
      expectEqual(await storage.get('a'), 'second', `${location}, replaced`);
      await storage.set('a', '');
      expectEqual([await storage.get('a'), await storage.keys()], ['', ['a']], `${location}, the empty text`);
      await storage.delete('a');
      await storage.delete('a');
      expectEqual([await storage.get('a'), await storage.keys()], [undefined, []], `${location}, deleted twice`);
    }),
  },
  {
    port: 'storage',
    name: 'a value of 100 kB beyond ASCII comes back whole',
    run: inEach(async (open, location) => {
      const storage = open();
      await storage.set('large', large);
      expectThat((await storage.get('large')) === large, `${location}: the text is the same`);
      await storage.delete('large');
      expectEqual(await storage.keys(), [], `${location}, what a large record leaves behind`);
    }),
  },
  {
    port: 'storage',
    name: 'a large value may become a small one, and the other way round',
    run: inEach(async (open, location) => {
      const storage = open();
      for (const value of [large, 'small', large, '']) {
        await storage.set('changing', value);
        expectThat((await storage.get('changing')) === value, `${location}: the text is the same`);
        expectEqual(await storage.keys(), ['changing'], `${location}, keys`);
      }
      await clear(storage);
    }),
  },
  {
    port: 'storage',
    name: 'odd keys are told apart, listed as given, and lead nowhere else',
    run: inEach(async (open, location) => {
      const storage = open();
      for (const key of oddKeys) await storage.set(key, `of ${key}`);
      for (const key of oddKeys) expectEqual(await storage.get(key), `of ${key}`, `${location}, ${key}`);
      expectEqual((await storage.keys()).sort(), [...oddKeys].sort(), `${location}, keys()`);
      await clear(storage);
      expectEqual(await storage.keys(), [], `${location}, after deleting them all`);
    }),
  },
  {
    port: 'storage',
    name: 'two namespaces never mix, even when one begins like the other',
    run: inEach(async (open, location, scene) => {
      const platform = scene.open();
      const one = open(platform);
      const others = ['2', '/a', '|a', ' '].map((more) => openIn(scene, location, more)(platform));
      await one.set('a', 'of one');
      for (const other of others) {
        expectEqual([await other.get('a'), await other.keys()], [undefined, []], `${location}, another namespace`);
        await other.set('a', 'of another');
        await other.delete('a');
      }
      expectEqual([await one.get('a'), await one.keys()], ['of one', ['a']], `${location}, the first`);
      await clear(one);
    }),
  },
  {
    port: 'storage',
    name: 'whoever reads while it is being replaced sees the old value or the new one, never a part',
    run: inEach(async (open, location) => {
      const storage = open();
      const values = ['a', 'b'].map((letter) => letter.repeat(100_000));
      await storage.set('session', values[0] ?? '');
      let isWriting = true;
      const writing = (async () => {
        for (let round = 1; round <= 12; round++) await storage.set('session', values[round % 2] ?? '');
        isWriting = false;
      })();
      while (isWriting) {
        const seen = await storage.get('session');
        expectThat(seen !== undefined && values.includes(seen), `${location}: it is one of the two`);
        // A storage that never really waits would let the writer have no turn.
        await new Promise((resolve) => setTimeout(resolve));
      }
      await writing;
      await clear(storage);
    }),
  },
  {
    port: 'storage',
    name: 'several clients may write at once: each record is one that was written, and none is lost',
    run: async (scene) => {
      for (const location of scene.persistent) {
        const clients = [1, 2, 3].map(() => openIn(scene, location)());
        const write = async (storage: Storage, who: number) => {
          for (let round = 0; round < 5; round++) {
            await storage.set('same', `${who} `.repeat(2000));
            await storage.set(`own ${who} ${round}`, String(round));
          }
        };
        await Promise.all(clients.map(write));
        const [reader] = clients;
        const same = await reader?.get('same');
        expectThat(
          [0, 1, 2].some((who) => same === `${who} `.repeat(2000)),
          `${location}: one of the values`,
        );
        expectEqual((await reader?.keys())?.length, 16, `${location}, how many records`);
        if (reader) await clear(reader);
      }
    },
  },
  {
    port: 'storage',
    name: 'what is kept is there for the next client, and after the app was closed; what is in memory is not',
    run: async (scene) => {
      for (const location of scene.persistent) {
        await openIn(scene, location)().set('session', `kept in ${location}`);
        expectEqual(await openIn(scene, location)().get('session'), `kept in ${location}`, 'for another client');
      }
      await openIn(scene, 'memory')().set('session', 'a secret');
    },
    after: async (scene) => {
      for (const location of scene.persistent) {
        const storage = openIn(scene, location)();
        expectEqual(await storage.get('session'), `kept in ${location}`, 'after a restart');
        await clear(storage);
      }
      expectEqual(await openIn(scene, 'memory')().get('session'), undefined, 'in memory, after a restart');
    },
  },
  {
    port: 'transactions',
    name: 'a login under way is kept, found, listed and removed, apart from the tokens',
    run: async (scene) => {
      const platform = scene.open();
      const namespace = `postern/example.com/${scene.name}`;
      const transactions = platform.transactions({ namespace });
      await transactions.set('transaction.st/ate', large);
      expectThat((await transactions.get('transaction.st/ate')) === large, 'it is read back');
      expectEqual(await transactions.keys(), ['transaction.st/ate'], 'keys()');
      const tokens = platform.storage({ location: scene.persistent[0] ?? 'memory', namespace });
      expectEqual(await tokens.get('transaction.st/ate'), undefined, 'among the tokens');
      await transactions.delete('transaction.st/ate');
      expectEqual(await transactions.keys(), [], 'keys() at the end');
    },
  },
];
