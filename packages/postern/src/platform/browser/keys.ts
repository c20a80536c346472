import type { Keys } from '../platform.ts';
import { inStore } from './database.ts';

/**
 * ES256 pairs that script cannot read: `extractable` is false and IndexedDB stores the handle, not the bytes
 * (RFC 9449 section 11.4).
 */
export function createKeys(): Keys {
  return {
    get: async (name) => {
      const pair: unknown = await inStore('keys', 'readonly', (store) => store.get(name));
      return isKeyPair(pair) ? pair : undefined;
    },
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

function isKeyPair(value: unknown): value is CryptoKeyPair {
  return typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value;
}
