import { createMapStorage } from '../map-storage.ts';
import type { Storage, StorageOptions } from '../platform.ts';
import { inStore, storeFailed } from './database.ts';
import { noteWrite, readInStep } from './recent-writes.ts';

const SEPARATOR = '|';

/**
 * In-memory records by namespace: two clients with the same configuration in one page share a session, as two tabs do
 * with a persistent location. Never filled on a server, where one process serves many people.
 */
const pages = new Map<string, Map<string, string>>();

export function openStorage(options: StorageOptions): Storage {
  switch (options.location) {
    case 'memory':
      return memoryStorage(options.namespace);
    case 'localstorage':
      return sharedStorage(
        webStorage(() => window.localStorage, options.namespace),
        options.namespace,
      );
    case 'indexeddb':
      return indexedDbStorage(options.namespace);
  }
}

/** Logins under way: `sessionStorage` belongs to this tab, and survives the trip to the login page and back. */
export function openTransactions(options: { readonly namespace: string }): Storage {
  return webStorage(() => window.sessionStorage, options.namespace);
}

function memoryStorage(namespace: string): Storage {
  return createMapStorage(typeof window === 'undefined' ? new Map() : recordsOf(namespace));
}

function recordsOf(namespace: string): Map<string, string> {
  let records = pages.get(namespace);
  if (records === undefined) {
    records = new Map();
    pages.set(namespace, records);
  }
  return records;
}

/** `localStorage` or `sessionStorage`. Even reading the property throws where the person blocked storage. */
function webStorage(area: () => globalThis.Storage, namespace: string): Storage {
  const prefix = namespace + SEPARATOR;
  return {
    get: async (key) => attempt(() => area().getItem(prefix + key) ?? undefined),
    set: async (key, value) => attempt(() => area().setItem(prefix + key, value)),
    delete: async (key) => attempt(() => area().removeItem(prefix + key)),
    keys: async () =>
      attempt(() => {
        const storage = area();
        return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
          .filter((name) => name.startsWith(prefix))
          .map((name) => name.slice(prefix.length));
      }),
  };
}

/** With the other tabs' latest writes in view; see `recent-writes.ts`. */
function sharedStorage(area: Storage, namespace: string): Storage {
  const nameOf = (key: string) => namespace + SEPARATOR + key;
  return {
    get: (key) => readInStep(nameOf(key), () => area.get(key)),
    glance: area.get,
    set: async (key, value) => {
      await area.set(key, value);
      await noteWrite(nameOf(key), value);
    },
    delete: async (key) => {
      await area.delete(key);
      await noteWrite(nameOf(key), undefined);
    },
    keys: area.keys,
  };
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFailed(error);
  }
}

function indexedDbStorage(namespace: string): Storage {
  const prefix = namespace + SEPARATOR;
  return {
    get: async (key) => {
      const value: unknown = await inStore('records', 'readonly', (store) => store.get(prefix + key));
      return typeof value === 'string' ? value : undefined;
    },
    set: async (key, value) => {
      await inStore('records', 'readwrite', (store) => store.put(value, prefix + key));
    },
    delete: async (key) => {
      await inStore('records', 'readwrite', (store) => store.delete(prefix + key));
    },
    keys: async () => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const names = await inStore('records', 'readonly', (store) => store.getAllKeys(range));
      return names.map((name) => String(name).slice(prefix.length));
    },
  };
}
