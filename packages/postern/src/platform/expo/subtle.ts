import { hashes, nameOf, unsupported } from './algorithms.ts';
import { type Key, type Material, materials } from './crypto-key.ts';

/**
 * WebCrypto's names over @noble and micro-rsa-dsa-dh, in JavaScript: ES256 keys, and the signatures an ID token may have
 * (RS256 and its kin, PS256 and its kin, ES256). Keys are as safe as the memory of the app is.
 */
export const subtle = {
  digest: async (algorithm: AlgorithmIdentifier, data: BufferSource): Promise<ArrayBuffer> => {
    const digest = hashes[nameOf(algorithm)];
    if (!digest) throw unsupported(nameOf(algorithm));
    return buffer(digest(toBytes(data)));
  },

  generateKey: async (algorithm: Algorithm, extractable: boolean) => {
    requireEs256(algorithm);
    return (await es256()).generate(extractable);
  },

  importKey: async (format: string, jwk: JsonWebKey, algorithm: AlgorithmIdentifier, extractable: boolean) => {
    if (format !== 'jwk') throw unsupported(`the format ${format}`);
    if (nameOf(algorithm).startsWith('RSA'))
      return (await rsa()).importPublic(jwk, algorithm as Algorithm, extractable);
    requireEs256(algorithm);
    return (await es256()).importJwk(jwk, extractable);
  },

  exportKey: async (format: string, key: Key): Promise<JsonWebKey> => {
    if (format !== 'jwk') throw unsupported(`the format ${format}`);
    if (!key.extractable) throw new Error('The key may not be taken out.');
    return (await es256()).exportJwk(materialOf(key));
  },

  sign: async (algorithm: AlgorithmIdentifier, key: Key, data: BufferSource): Promise<ArrayBuffer> => {
    if (nameOf(algorithm) !== 'ECDSA') throw unsupported(nameOf(algorithm));
    return buffer((await es256()).sign(materialOf(key), toBytes(data)));
  },

  verify: async (algorithm: AlgorithmIdentifier, key: Key, signature: BufferSource, data: BufferSource) => {
    const [signed, message, material] = [toBytes(signature), toBytes(data), materialOf(key)];
    if (material.kind === 'rsa') return (await rsa()).verify(algorithm, key, material, signed, message);
    return (await es256()).verify(material, signed, message);
  },
};

const es256 = () => import('./es256.ts');
const rsa = () => import('./rsa.ts');

function requireEs256(algorithm: AlgorithmIdentifier): void {
  const { name, namedCurve } = algorithm as EcKeyAlgorithm;
  if (name !== 'ECDSA' || namedCurve !== 'P-256') throw unsupported(`${nameOf(algorithm)} ${namedCurve ?? ''}`.trim());
}

function materialOf(key: Key): Material {
  const material = materials.get(key);
  if (!material) throw new TypeError('The key was not made here.');
  return material;
}

const toBytes = (data: BufferSource) =>
  data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
