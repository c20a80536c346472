import type { Keys, Storage } from './platform.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const RECORD = 'key';

/**
 * ES256 pairs kept as JWKs with the tokens, where the platform has nowhere else. In memory the private half cannot be read
 * by script; at rest it is as safe as the records are.
 */
export function createStoredKeys(open: (namespace: string) => Promise<Storage>): Keys {
  return {
    get: async (name) => {
      const text = await read(await open(name));
      return text === undefined ? undefined : importPair(text);
    },
    create: async (name) => {
      const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const text = JSON.stringify(await crypto.subtle.exportKey('jwk', pair.privateKey));
      await (await open(name)).set(RECORD, text);
      const kept = await importPair(text);
      if (!kept) throw new Error('The new key could not be read back.');
      return kept;
    },
    delete: async (name) => (await open(name)).delete(RECORD),
  };
}

/** A record that could not be read, and is gone, is none: the login that asks for the key makes another. */
async function read(storage: Storage): Promise<string | undefined> {
  try {
    return await storage.get(RECORD);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'CRYPTO_EXCEPTION') return undefined;
    throw error;
  }
}

/** A damaged key is none; the session it belongs to ends, and the next login makes another. */
async function importPair(text: string): Promise<CryptoKeyPair | undefined> {
  try {
    const { d, ...jwk } = JSON.parse(text) as JsonWebKey & { d: string };
    const [privateKey, publicKey] = await Promise.all([
      crypto.subtle.importKey('jwk', { ...jwk, d, key_ops: ['sign'] }, algorithm, false, ['sign']),
      crypto.subtle.importKey('jwk', { ...jwk, key_ops: ['verify'] }, algorithm, true, ['verify']),
    ]);
    return { privateKey, publicKey };
  } catch {
    return undefined;
  }
}
