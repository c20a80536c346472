import type { Random } from '../platform.ts';
import type { ModuleSource } from './modules.ts';

/** As much as `getRandomValues` gives at a time. */
const MOST = 65_536;

/**
 * Of expo-crypto alone. Not its `getRandomBytes`, which falls back to `Math.random` in development; this one asks the system or
 * throws.
 */
export function createRandom(modules: ModuleSource): Random {
  return {
    bytes: (length) => {
      const { getRandomValues } = modules.need('expo-crypto');
      const bytes = new Uint8Array(length);
      for (let from = 0; from < length; from += MOST) getRandomValues(bytes.subarray(from, from + MOST));
      // A native half that fills nothing would make every secret the same.
      if (length >= 16 && bytes.every((byte) => byte === 0)) throw new Error('expo-crypto gave no random bytes.');
      return bytes;
    },
  };
}
