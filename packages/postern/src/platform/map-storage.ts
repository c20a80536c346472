import type { Storage } from './platform.ts';

/** Records in memory. */
export function createMapStorage(records = new Map<string, string>()): Storage {
  return {
    get: async (key) => records.get(key),
    set: async (key, value) => {
      records.set(key, value);
    },
    delete: async (key) => {
      records.delete(key);
    },
    keys: async () => [...records.keys()],
  };
}
