/** expo-crypto: randomness of the system. */
import { randomFillSync } from 'node:crypto';
import type * as Crypto from 'expo-crypto';

export const getRandomValues = ((array) => {
  randomFillSync(array as Uint8Array);
  return array;
}) satisfies typeof Crypto.getRandomValues;
