import { p256 } from '@noble/curves/nist.js';
import { encodeBase64Url } from '../../encoding/base64url.ts';
import { decodeBase64Url } from './base64url-bytes.ts';
import { Key, type Material } from './crypto-key.ts';
import { randomBytes } from './random-bytes.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
/** Bytes of a coordinate; and of the seed, so that every key is as likely as another (FIPS 186-5, A.2.1). */
const SIZE = 32;
const SEED_SIZE = 48;

type EcMaterial = Extract<Material, { kind: 'ec' }>;

export function generate(extractable: boolean): { publicKey: Key; privateKey: Key } {
  const { secretKey: secret, publicKey: compressed } = p256.keygen(randomBytes(SEED_SIZE));
  const publicKey = p256.Point.fromBytes(compressed).toBytes(false);
  return {
    publicKey: toPublic(publicKey, true),
    privateKey: toPrivate(publicKey, secret, extractable),
  };
}

/** @throws Error for what is no key: a point off the curve, a secret of nought. */
export function importJwk({ crv, x, y, d }: JsonWebKey, extractable: boolean): Key {
  if (crv !== algorithm.namedCurve) throw new Error('The key is not of P-256.');
  const publicKey = Uint8Array.from([4, ...coordinate(x), ...coordinate(y)]);
  p256.Point.fromBytes(publicKey).assertValidity();
  if (d === undefined) return toPublic(publicKey, extractable);
  const secret = coordinate(d);
  const own = p256.getPublicKey(secret, false);
  if (own.some((byte, i) => byte !== publicKey[i])) throw new Error('The halves of the key belong to two keys.');
  return toPrivate(publicKey, secret, extractable);
}

export function exportJwk(material: Material): JsonWebKey {
  const { publicKey, secret } = ec(material);
  const text = (bytes: Uint8Array) => encodeBase64Url(bytes);
  return {
    kty: 'EC',
    crv: algorithm.namedCurve,
    x: text(publicKey.subarray(1, SIZE + 1)),
    y: text(publicKey.subarray(SIZE + 1)),
    ...(secret ? { d: text(secret) } : {}),
  };
}

/** As WebCrypto gives it, and JWS wants it: r and s, 32 bytes each. */
export function sign(material: Material, message: Uint8Array): Uint8Array {
  const { secret } = ec(material);
  if (!secret) throw new TypeError('A public key signs nothing.');
  return p256.sign(message, secret, { lowS: false });
}

export function verify(material: Material, signature: Uint8Array, message: Uint8Array): boolean {
  return p256.verify(signature, message, ec(material).publicKey, { lowS: false });
}

function ec(material: Material): EcMaterial {
  if (material.kind !== 'ec') throw new TypeError('The key is not of P-256.');
  return material;
}

function coordinate(text: string | undefined): Uint8Array {
  const bytes = decodeBase64Url(text ?? '');
  if (bytes.length !== SIZE) throw new Error('The key has a number of another length.');
  return bytes;
}

const toPublic = (publicKey: Uint8Array, extractable: boolean) =>
  new Key({ type: 'public', extractable, algorithm, usages: ['verify'] }, { kind: 'ec', publicKey });

const toPrivate = (publicKey: Uint8Array, secret: Uint8Array, extractable: boolean) =>
  new Key({ type: 'private', extractable, algorithm, usages: ['sign'] }, { kind: 'ec', publicKey, secret });
