/** expo-crypto: randomness and digests of the system. */
import { createHash, randomFillSync } from 'node:crypto';
import type * as Crypto from 'expo-crypto';

export const getRandomValues = ((array) => {
  randomFillSync(array as Uint8Array);
  return array;
}) satisfies typeof Crypto.getRandomValues;

export const CryptoDigestAlgorithm = { SHA256: 'SHA-256' } as const;
export const CryptoEncoding = { BASE64: 'base64', HEX: 'hex' } as const;
/** Postern makes its own; expo-auth-session asks for these. */
export const digestStringAsync: typeof Crypto.digestStringAsync = async (
  _,
  text,
  { encoding } = { encoding: 'hex' as never },
) => createHash('sha256').update(text).digest(encoding);
