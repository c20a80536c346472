import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

type Hash = typeof sha256 | typeof sha384 | typeof sha512;

export const hashes: Readonly<Record<string, Hash>> = { 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 };

export const nameOf = (algorithm: AlgorithmIdentifier): string =>
  typeof algorithm === 'string' ? algorithm : algorithm.name;

export const unsupported = (what: string) =>
  new Error(`${what} takes a whole WebCrypto: give one as the option "crypto" (react-native-quick-crypto has it).`);
