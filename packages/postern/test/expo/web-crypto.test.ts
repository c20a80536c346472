import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Key } from '../../src/platform/expo/crypto-key.ts';
import * as engine from '../../src/platform/expo/engine.ts';
import { provideRandom } from '../../src/platform/expo/random-bytes.ts';
import { toName } from '../../src/platform/expo/record-names.ts';
import { provideCrypto, webCrypto } from '../../src/platform/expo/web-crypto.ts';
import { createPhone } from '../support/phone.ts';

/** Ours, held to Node's. */
const ours = webCrypto.subtle;
const theirs = crypto.subtle;
const ec = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ecdsa = { name: 'ECDSA', hash: 'SHA-256' } as const;
const message = new TextEncoder().encode('Zoë 山田 😀');

beforeAll(() => provideRandom({ bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) }));

const publicHalf = ({ kty, crv, x, y }: JsonWebKey) => ({ kty, crv, x, y }) as JsonWebKey;

describe('digests', () => {
  it.each(['SHA-256', 'SHA-384', 'SHA-512'])('%s', async (name) => {
    for (const length of [0, 1, 63, 64, 65, 1000]) {
      const data = crypto.getRandomValues(new Uint8Array(length));
      expect(await ours.digest(name, data)).toEqual(await theirs.digest(name, data));
      expect(await ours.digest({ name }, data.buffer)).toEqual(await theirs.digest(name, data));
    }
  });

  it('any other says what it takes', async () => {
    await expect(ours.digest('SHA-1', message)).rejects.toThrow(/option "crypto"/);
  });
});

describe('ES256', () => {
  const generate = async (extractable = true) =>
    (await ours.generateKey(ec, extractable, ['sign', 'verify'])) as CryptoKeyPair;

  it('signs what WebCrypto verifies, and verifies what it signs', async () => {
    const mine = await generate();
    const jwk = await ours.exportKey('jwk', mine.publicKey);
    const imported = await theirs.importKey('jwk', jwk, ec, true, ['verify']);
    const signature = await ours.sign(ecdsa, mine.privateKey, message);
    expect(signature.byteLength).toBe(64);
    expect(await theirs.verify(ecdsa, imported, signature, message)).toBe(true);

    const other = (await theirs.generateKey(ec, true, ['sign', 'verify'])) as CryptoKeyPair;
    const theirKey = await ours.importKey('jwk', await theirs.exportKey('jwk', other.publicKey), ec, true, ['verify']);
    // Theirs are not of a low s, half of the time: sixteen are some of both.
    for (let i = 0; i < 16; i++) {
      const signed = await theirs.sign(ecdsa, other.privateKey, message);
      expect(await ours.verify(ecdsa, theirKey, signed, message)).toBe(true);
      expect(await ours.verify(ecdsa, theirKey, signed, message.slice(1))).toBe(false);
    }
  });

  it('a private key comes back from its JWK, and no longer out of it where it may not', async () => {
    const jwk = await ours.exportKey('jwk', (await generate()).privateKey);
    expect(Object.keys(jwk).sort()).toEqual(['crv', 'd', 'kty', 'x', 'y']);
    const kept = await ours.importKey('jwk', jwk, ec, false, ['sign']);
    const publicKey = await theirs.importKey('jwk', publicHalf(jwk), ec, true, ['verify']);
    expect(await theirs.verify(ecdsa, publicKey, await ours.sign(ecdsa, kept, message), message)).toBe(true);
    await expect(ours.exportKey('jwk', kept)).rejects.toThrow(/may not be taken out/);
  });

  it('S27: a key shows nothing of its bytes', async () => {
    const { privateKey } = await generate(false);
    expect(privateKey).toBeInstanceOf(Key);
    expect(privateKey).toBeInstanceOf(engine.CryptoKey);
    expect(privateKey).toMatchObject({ type: 'private', extractable: false, algorithm: ec });
    expect(JSON.stringify(privateKey)).toBe('{}');
    expect(Object.getOwnPropertyNames(privateKey)).toEqual([]);
  });

  it('refuses what is no key', async () => {
    const jwk = await ours.exportKey('jwk', (await generate()).privateKey);
    const other = await ours.exportKey('jwk', (await generate()).privateKey);
    for (const bad of [
      { ...jwk, x: other.x },
      { ...jwk, d: other.d },
      { ...jwk, d: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
      { ...jwk, y: '!' },
      { ...jwk, y: jwk.y?.slice(2) },
      { ...jwk, crv: 'P-384' },
      {},
    ])
      await expect(ours.importKey('jwk', bad as JsonWebKey, ec, true, ['sign'])).rejects.toThrow();
    await expect(ours.importKey('jwk', jwk, { ...ec, namedCurve: 'P-384' }, true, [])).rejects.toThrow(
      /option "crypto"/,
    );
    await expect(ours.importKey('jwk', jwk, 'Ed25519', true, [])).rejects.toThrow(/Ed25519 takes/);
    await expect(ours.sign(ecdsa, (await generate()).publicKey, message)).rejects.toThrow(/signs nothing/);
  });
});

describe('RSA signatures of ID tokens', () => {
  it.each([
    ['RS256', 'RSASSA-PKCS1-v1_5', 'SHA-256'],
    ['RS384', 'RSASSA-PKCS1-v1_5', 'SHA-384'],
    ['RS512', 'RSASSA-PKCS1-v1_5', 'SHA-512'],
    ['PS256', 'RSA-PSS', 'SHA-256'],
    ['PS384', 'RSA-PSS', 'SHA-384'],
    ['PS512', 'RSA-PSS', 'SHA-512'],
  ] as const)('%s: verifies WebCrypto’s, and nothing that was changed', async (_, name, hash) => {
    const facts = { name, hash, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const pair = (await theirs.generateKey(facts, true, ['sign', 'verify'])) as CryptoKeyPair;
    const how = name === 'RSA-PSS' ? { name, saltLength: Number(hash.slice(-3)) / 8 } : name;
    const key = await ours.importKey(
      'jwk',
      await theirs.exportKey('jwk', pair.publicKey),
      { name, hash } as never,
      true,
      ['verify'],
    );
    expect(key.algorithm).toMatchObject({ name, modulusLength: 2048, hash: { name: hash } });
    const signature = new Uint8Array(await theirs.sign(how, pair.privateKey, message));
    const check = (signed: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>) =>
      ours.verify(how, key, signed, data);
    expect(await check(signature, message)).toBe(true);
    expect(await check(signature, message.slice(1))).toBe(false);
    for (const at of [0, 100, 255]) {
      const changed = signature.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await check(changed, message)).toBe(false);
    }
    expect(await check(signature.slice(1), message)).toBe(false);
    expect(await check(new Uint8Array(256).fill(255), message)).toBe(false);
    const other = (await theirs.generateKey(facts, true, ['sign', 'verify'])) as CryptoKeyPair;
    expect(await check(new Uint8Array(await theirs.sign(how, other.privateKey, message)), message)).toBe(false);
  });

  it('signs nothing, and takes no private key', async () => {
    const name = 'RSASSA-PKCS1-v1_5';
    const facts = { name, hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const pair = (await theirs.generateKey(facts, true, ['sign', 'verify'])) as CryptoKeyPair;
    const jwk = await theirs.exportKey('jwk', pair.privateKey);
    await expect(ours.importKey('jwk', jwk, facts, true, ['sign'])).rejects.toThrow(/option "crypto"/);
  });
});

it('a WebCrypto of the app’s own is used from then on; keys made before stay ours', async () => {
  const before = (await ours.generateKey(ec, true, ['sign', 'verify'])) as CryptoKeyPair;
  const called: string[] = [];
  const given = new Proxy(theirs, {
    get: (target, name) => {
      // A promise looks whether it is one itself.
      if (name === 'then') return undefined;
      called.push(String(name));
      return (target[name as 'sign'] as (...all: unknown[]) => unknown).bind(target);
    },
  });
  provideCrypto({ subtle: given });
  const after = (await ours.generateKey(ec, true, ['sign', 'verify'])) as CryptoKeyPair;
  expect(after.privateKey).toBeInstanceOf(CryptoKey);
  const signature = await ours.sign(ecdsa, after.privateKey, message);
  expect(await ours.verify(ecdsa, after.publicKey, signature, message)).toBe(true);
  expect(called).toEqual(['generateKey', 'sign', 'verify']);
  expect((await ours.sign(ecdsa, before.privateKey, message)).byteLength).toBe(64);
  expect(called).toHaveLength(3);
  provideCrypto(undefined);
});

it('the option "crypto" of a client is what makes its keys; a client without it changes nothing', async () => {
  const generateKey = vi.fn(theirs.generateKey.bind(theirs));
  createPhone().start({ crypto: { subtle: { generateKey } } });
  createPhone().start();
  await ours.generateKey(ec, false, ['sign', 'verify']);
  expect(generateKey).toHaveBeenCalledExactlyOnceWith(ec, false, ['sign', 'verify']);
  provideCrypto(undefined);
});

describe('known failure 1d-38: UTF-8 on an engine without TextDecoder', () => {
  it('is read all the same', () => {
    const decoder = new engine.Utf8Decoder();
    expect(decoder.decode(message)).toBe('Zoë 山田 😀');
    expect(decoder.decode(message.buffer)).toBe('Zoë 山田 😀');
    expect(decoder.decode(message.subarray(4))).toBe(new TextDecoder().decode(message.subarray(4)));
    expect(() => decoder.decode(new Uint8Array([0xc3, 0x28]))).toThrow();
  });
});

it('base64 as browsers have it, on an engine without', () => {
  for (const length of [0, 1, 2, 3, 255, 256]) {
    const binary = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(length)));
    expect(engine.encodeBinary(binary)).toBe(btoa(binary));
    expect(engine.decodeBinary(btoa(binary))).toBe(binary);
  }
  expect(() => engine.decodeBinary('!')).toThrow();
});

it('every key and namespace has a name of its own that the secure store takes', () => {
  const texts = ['a.b', 'a_b', 'a-b', 'a/b', 'a%2Fb', 'a_2fb', 'A', 'a', '山', 'credentials.x', "!'()*~", ''];
  const names = texts.map(toName);
  expect(new Set(names).size).toBe(texts.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]*$/);
});
