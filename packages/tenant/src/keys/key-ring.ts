import {
  CompactSign,
  calculateJwkThumbprint,
  compactVerify,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
} from 'jose';
import type { Clock } from '../clock.ts';
import type { Store, StoredSigningKey } from '../store/store.ts';

export interface KeyRing {
  /** Signs with the current RS256 key; `kid` is always set. `header` may replace `typ`, which is `JWT` otherwise. */
  sign(payload: JWTPayload, header?: { typ?: string }): Promise<string>;
  /** Verifies a JWT this tenant made (any key still published), or undefined. Checks signature and `iss` only. */
  verify(jwt: string): Promise<JWTPayload | undefined>;
  /** Public keys only: current, next, and retired ones until their tokens have expired. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** Makes the next key current; the old one stays published. */
  rotate(): Promise<void>;
}

export interface PreparedKeyRing extends KeyRing {
  /** Resolves when there is a current key to sign with. */
  prepareCurrent(): Promise<void>;
  /** Makes the next key, so that a rotation need not wait and clients may know it beforehand. */
  prepareNext(): Promise<void>;
  /** Forgets what was read from the store, after an import replaced it. */
  reload(): void;
}

export interface KeyRingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly issuer: () => string;
  /** Longest life of any signed token, in milliseconds: so long a retired key stays published. */
  readonly longestTokenLifetime: number;
  /** Private JWKs from the configuration; the first becomes current, the second next. */
  readonly configuredKeys?: readonly JWK[] | Promise<readonly JWK[]> | undefined;
}

/** For so long another process's rotation may go unnoticed. Harmless: the replaced key is still published. */
const CACHE_MS = 1_000;

/** RSA keys kept in the store, so that every process on one database signs with and publishes the same ones. */
export function createKeyRing({
  store,
  clock,
  issuer,
  longestTokenLifetime,
  configuredKeys = [],
}: KeyRingOptions): PreparedKeyRing {
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();
  let cached: { readonly keys: StoredSigningKey[]; readonly at: number } | undefined;
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const readKeys = async (fresh = false): Promise<StoredSigningKey[]> => {
    if (!fresh && cached && performance.now() - cached.at < CACHE_MS) return cached.keys;
    const keys = await store.signingKeys.list();
    cached = { keys, at: performance.now() };
    return keys;
  };

  /** When another process fills the place first, its key is the tenant's key and ours is forgotten. */
  const fillPlace = async (state: 'current' | 'next') => {
    if ((await readKeys(true)).some((key) => key.state === state)) return;
    await store.signingKeys.insert({ ...(await generateKey()), state, createdAt: clock.now() });
    await readKeys(true);
  };

  const adoptConfiguredKeys = async () => {
    for (const [position, jwk] of (await configuredKeys).entries()) {
      const key = await toStoredKey(jwk);
      const stored = await readKeys(true);
      if (stored.some(({ kid }) => kid === key.kid)) continue;
      const places = (['current', 'next'] as const).filter((state) => !stored.some((other) => other.state === state));
      const place =
        position < 2 ? places.find((state) => state === (['current', 'next'] as const)[position]) : undefined;
      const now = clock.now();
      const retired = place === undefined ? { retiredAt: now } : {};
      await store.signingKeys.insert({ ...key, state: place ?? 'retired', createdAt: now, ...retired });
      const replaced = stored.find(({ state }) => state === 'current');
      // A key newly written into the configuration replaces the generated one of an earlier run.
      if (position === 0 && replaced) await store.signingKeys.rotate(replaced.kid, key.kid, now);
    }
  };

  const once = (promise: Promise<void>, forget: () => void) =>
    promise.catch((error: unknown) => {
      forget();
      throw error;
    });

  const prepareCurrent = () => {
    current ??= once(
      adoptConfiguredKeys().then(() => fillPlace('current')),
      () => {
        current = undefined;
      },
    );
    return current;
  };

  const prepareNext = () => {
    next ??= once(
      prepareCurrent().then(() => fillPlace('next')),
      () => {
        next = undefined;
      },
    );
    return next;
  };

  const importKey = (kid: string, jwk: Readonly<Record<string, unknown>>, use: 'sign' | 'verify') => {
    const name = `${use} ${kid}`;
    const known = imported.get(name) ?? importJWK(jwk as JWK, 'RS256');
    imported.set(name, known);
    return known;
  };

  const isPublished = (key: StoredSigningKey) =>
    key.retiredAt === undefined || key.state !== 'retired' || key.retiredAt + longestTokenLifetime > clock.now();

  const findKey = async (kid: string): Promise<StoredSigningKey | undefined> => {
    const matches = (key: StoredSigningKey) => key.kid === kid && isPublished(key);
    return (await readKeys()).find(matches) ?? (await readKeys(true)).find(matches);
  };

  return {
    prepareCurrent,
    prepareNext,

    reload() {
      cached = undefined;
      current = undefined;
      next = undefined;
    },

    async sign(payload, { typ = 'JWT' } = {}) {
      await prepareCurrent();
      const key = (await readKeys()).find(({ state }) => state === 'current');
      if (!key) throw new Error('The tenant has no current signing key.');
      const privateKey = await importKey(key.kid, key.privateJwk, 'sign');
      return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg: 'RS256', typ, kid: key.kid })
        .sign(privateKey);
    },

    async verify(jwt) {
      try {
        const { kid } = decodeProtectedHeader(jwt);
        const key = kid === undefined ? undefined : await findKey(kid);
        if (!key) return undefined;
        const publicKey = await importKey(key.kid, key.publicJwk, 'verify');
        const { payload } = await compactVerify(jwt, publicKey, { algorithms: ['RS256'] });
        const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
        return isClaims(claims) && claims.iss === issuer() ? claims : undefined;
      } catch {
        return undefined;
      }
    },

    async jwks() {
      await prepareNext();
      const order = { current: 0, next: 1, retired: 2 };
      const keys = (await readKeys()).filter(isPublished).sort((a, b) => order[a.state] - order[b.state]);
      return { keys: keys.map(({ publicJwk }) => publicJwk as JWK) };
    },

    async rotate() {
      await prepareNext();
      const keys = await readKeys(true);
      const old = keys.find(({ state }) => state === 'current');
      const successor = keys.find(({ state }) => state === 'next');
      if (old && successor) await store.signingKeys.rotate(old.kid, successor.kid, clock.now());
      await store.signingKeys.deleteRetired(clock.now() - longestTokenLifetime);
      next = undefined;
      await prepareNext();
      await readKeys(true);
    },
  };
}

type KeyMaterial = Pick<StoredSigningKey, 'kid' | 'privateJwk' | 'publicJwk'>;

async function generateKey(): Promise<KeyMaterial> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return toStoredKey(await exportJWK(privateKey));
}

/** The public half is built member by member: nothing private can slip into the JWKS (RFC 7517 section 9.2). */
async function toStoredKey(jwk: JWK): Promise<KeyMaterial> {
  // The prefix marks every token of a local tenant, wherever it is pasted.
  const kid = jwk.kid ?? `postern-test-${(await calculateJwkThumbprint(jwk)).slice(0, 22)}`;
  const { kty, n, e } = jwk;
  return {
    kid,
    privateJwk: { ...jwk, kid, alg: 'RS256', use: 'sig' },
    publicJwk: { kty, use: 'sig', alg: 'RS256', kid, n, e },
  };
}

function isClaims(value: unknown): value is JWTPayload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
