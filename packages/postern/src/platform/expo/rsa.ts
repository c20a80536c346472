import { mgf1, PKCS1_SHA256, PKCS1_SHA384, PKCS1_SHA512, PSS } from 'micro-rsa-dsa-dh/rsa.js';
import { hashes, nameOf, unsupported } from './algorithms.ts';
import { decodeBase64Url } from './base64url-bytes.ts';
import { Key, type Material } from './crypto-key.ts';

/** Signatures are only checked here, with public keys: nothing is secret, and time tells nothing. */
const schemes = { 'SHA-256': PKCS1_SHA256, 'SHA-384': PKCS1_SHA384, 'SHA-512': PKCS1_SHA512 } as const;

type RsaMaterial = Extract<Material, { kind: 'rsa' }>;

export function importPublic({ n, e, d }: JsonWebKey, algorithm: Algorithm, extractable: boolean): Key {
  if (d !== undefined) throw unsupported('A private RSA key');
  const hash = (algorithm as RsaHashedImportParams).hash;
  const [modulus, exponent] = [decodeBase64Url(n ?? ''), decodeBase64Url(e ?? '')];
  const facts = { name: algorithm.name, hash: { name: nameOf(hash) }, modulusLength: modulus.length * 8 };
  return new Key(
    { type: 'public', extractable, algorithm: facts, usages: ['verify'] },
    { kind: 'rsa', n: toNumber(modulus), e: toNumber(exponent) },
  );
}

export function verify(
  algorithm: AlgorithmIdentifier,
  key: Key,
  { n, e }: RsaMaterial,
  signature: Uint8Array,
  message: Uint8Array,
): boolean {
  const { hash } = key.algorithm as RsaHashedKeyAlgorithm;
  const digest = hashes[hash.name];
  if (!digest) throw unsupported(hash.name);
  const scheme =
    nameOf(algorithm) === 'RSA-PSS'
      ? PSS(digest, mgf1(digest), digest.outputLen)
      : schemes[hash.name as keyof typeof schemes];
  return scheme.verify({ n, e }, message, signature);
}

const toNumber = (bytes: Uint8Array): bigint =>
  BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
