import { AuthError } from '../../errors/auth-error.ts';
import type { Storage } from '../platform.ts';
import { appMutex } from './app-mutex.ts';
import { ChunkedRecords } from './chunked-records.ts';
import type { ModuleSource, ReactNativeModule, SecureStoreModule } from './modules.ts';
import { toName } from './record-names.ts';

const WAIT_MS = 30_000;
const INDEX = 'index';

/** Records in the system's secure store, through expo-secure-store. */
export class SecureStorage {
  readonly #modules: ModuleSource;
  #records: Promise<ChunkedRecords> | undefined;

  constructor(modules: ModuleSource) {
    this.#modules = modules;
  }

  /** Records under one prefix, apart from any other. */
  open(area: string, namespace: string): Storage {
    const prefix = `postern.${area}.${toName(namespace)}`;
    const nameOf = (key: string) => `${prefix}.r${toName(key)}`;
    // The secure store lists nothing. A key is in the index before its record is begun and until the record is gone, so that
    // nothing is left behind that nobody knows of.
    const index = `${prefix}.${INDEX}`;
    let isOurs: Promise<void> | undefined;
    const run = <T>(work: (records: ChunkedRecords) => Promise<T>): Promise<T> =>
      // One at a time: the chunks of a record are many writes.
      appMutex.run(prefix, { waitMs: WAIT_MS }, async () => {
        const records = await this.#open();
        isOurs ??= this.#forgetFormerInstallation(records, prefix, index, nameOf);
        await isOurs.catch((error: unknown) => {
          isOurs = undefined;
          throw error;
        });
        return work(records);
      });
    return {
      get: (key) => run((records) => records.get(nameOf(key))),
      set: (key, value) =>
        run(async (records) => {
          const keys = await readIndex(records, index);
          if (!keys.includes(key)) await records.set(index, JSON.stringify([...keys, key]));
          await records.set(nameOf(key), value);
        }),
      delete: (key) =>
        run(async (records) => {
          await records.delete(nameOf(key));
          const keys = await readIndex(records, index);
          const others = keys.filter((other) => other !== key);
          if (others.length === 0) await records.delete(index);
          else if (others.length < keys.length) await records.set(index, JSON.stringify(others));
        }),
      keys: () => run((records) => readIndex(records, index)),
    };
  }

  #open(): Promise<ChunkedRecords> {
    this.#records ??= openRecords(this.#modules.need('expo-secure-store')).catch((error: unknown) => {
      this.#records = undefined;
      throw error;
    });
    return this.#records;
  }

  /**
   * iOS keeps an app's keychain when the app is removed, so that whoever installs it again, on a device that changed hands
   * perhaps, would be signed in. A mark where iOS does remove it (`NSUserDefaults`) tells the installations apart.
   */
  async #forgetFormerInstallation(
    records: ChunkedRecords,
    prefix: string,
    index: string,
    nameOf: (key: string) => string,
  ): Promise<void> {
    const reactNative = this.#modules.find('react-native');
    const settings = reactNative?.Platform.OS === 'ios' ? settingsOf(reactNative) : undefined;
    if (!settings || unreliable.has(settings) || settings.get(prefix) === INSTALLED) return;
    // Read first: before the device is unlocked for the first time neither can be read, and this throws. React Native does
    // not read the settings again in this process.
    const keys = await readIndex(records, index).catch((error: unknown) => {
      unreliable.add(settings);
      throw error;
    });
    for (const key of keys) await records.delete(nameOf(key));
    await records.delete(index);
    settings.set({ [prefix]: INSTALLED });
  }
}

const INSTALLED = '1';
const unreliable = new WeakSet<object>();

/** React Native loads it when it is asked for, and throws where it is not: in Jest, without a native half. */
function settingsOf(reactNative: ReactNativeModule): ReactNativeModule['Settings'] {
  try {
    return reactNative.Settings;
  } catch {
    return undefined;
  }
}

async function openRecords(store: SecureStoreModule): Promise<ChunkedRecords> {
  if (await store.isAvailableAsync()) return new ChunkedRecords(store);
  throw new AuthError('IncompatibleDevice', 'This device has no secure store.', { code: 'INCOMPATIBLE_DEVICE' });
}

/** A damaged index is an empty one: records are found by their names, too. */
async function readIndex(records: ChunkedRecords, index: string): Promise<string[]> {
  try {
    const keys: unknown = JSON.parse((await records.get(index)) ?? '[]');
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  } catch (error) {
    if (error instanceof SyntaxError || (error as AuthError).code === 'CRYPTO_EXCEPTION') return [];
    throw error;
  }
}
