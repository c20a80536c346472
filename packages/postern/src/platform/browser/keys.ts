import type { Keys } from '../platform.ts';
import { inStore } from './database.ts';

/**
 * ES256 pairs that script cannot read: `extractable` is false and IndexedDB stores the handle, not the bytes
 * (RFC 9449 section 11.4).
 */
export function createKeys(): Keys {
  return {
    get: (name) => inStore<CryptoKeyPair | undefined>('keys', 'readonly', (store) => store.get(name)),
    create: async (name) => {
      const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
      await inStore('keys', 'readwrite', (store) => store.put(pair, name));
      return pair;
    },
    delete: async (name) => {
      await inStore('keys', 'readwrite', (store) => store.delete(name));
    },
  };
}
