import type { KeyPair, Keys } from './platform.ts';

/** Keys for as long as the process runs; script cannot read them. */
export function createMemoryKeys(): Keys {
  const pairs = new Map<string, KeyPair>();
  return {
    get: async (name) => pairs.get(name),
    create: async (name) => {
      const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
      pairs.set(name, pair);
      return pair;
    },
    delete: async (name) => {
      pairs.delete(name);
    },
  };
}
