import { decodeProtectedHeader, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, createClock } from '../src/clock.ts';
import { createKeyRing, type PreparedKeyRing } from '../src/keys/key-ring.ts';
import { createMac } from '../src/keys/mac.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Store } from '../src/store/store.ts';

const ISSUER = 'http://localhost:4455/';
const LIFETIME = 3_600_000;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const stores: Store[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

async function makeRing(options: { store?: Store; clock?: Clock; configuredKeys?: JWK[]; issuer?: string } = {}) {
  const store = options.store ?? (await openStore());
  if (!options.store) stores.push(store);
  const clock = options.clock ?? createClock();
  const ring = createKeyRing({
    store,
    clock,
    issuer: () => options.issuer ?? ISSUER,
    longestTokenLifetime: LIFETIME,
    configuredKeys: options.configuredKeys,
  });
  return { store, clock, ring };
}

const kidOf = async (ring: PreparedKeyRing) => decodeProtectedHeader(await ring.sign({ iss: ISSUER })).kid;
const publishedKids = async (ring: PreparedKeyRing) => (await ring.jwks()).keys.map((key) => key.kid);

async function makePrivateJwk(kid?: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), ...(kid === undefined ? {} : { kid }) };
}

describe('key ring', () => {
  it('signs what it verifies, with RS256, a kid that marks a test token, and the typ asked for', async () => {
    const { ring } = await makeRing();
    const jwt = await ring.sign({ iss: ISSUER, sub: 'a' }, { typ: 'at+jwt' });
    expect(decodeProtectedHeader(jwt)).toEqual({
      alg: 'RS256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^postern-test-/),
    });
    expect(await ring.verify(jwt)).toEqual({ iss: ISSUER, sub: 'a' });
    expect(decodeProtectedHeader(await ring.sign({})).typ).toBe('JWT');
  });

  it.each([
    ['no JWT', async () => 'nonsense'],
    ['an empty string', async () => ''],
    ['another issuer', async (ring: PreparedKeyRing) => ring.sign({ iss: 'http://localhost:1/' })],
    ['no issuer', async (ring: PreparedKeyRing) => ring.sign({ sub: 'a' })],
    [
      'a changed payload',
      async (ring: PreparedKeyRing) => {
        const [header, , signature] = (await ring.sign({ iss: ISSUER, sub: 'a' })).split('.');
        const payload = Buffer.from(JSON.stringify({ iss: ISSUER, sub: 'b' })).toString('base64url');
        return [header, payload, signature].join('.');
      },
    ],
    [
      'alg none',
      async (ring: PreparedKeyRing) => {
        const header = { alg: 'none', kid: await kidOf(ring) };
        const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        return `${encode(header)}.${encode({ iss: ISSUER })}.`;
      },
    ],
    [
      'HS256 with the public key as secret',
      async (ring: PreparedKeyRing) => {
        const [key] = (await ring.jwks()).keys;
        return new SignJWT({ iss: ISSUER })
          .setProtectedHeader({ alg: 'HS256', kid: key?.kid ?? '' })
          .sign(new TextEncoder().encode(JSON.stringify(key)));
      },
    ],
    [
      'the kid of ours and the signature of another key',
      async (ring: PreparedKeyRing) => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT({ iss: ISSUER })
          .setProtectedHeader({ alg: 'RS256', kid: (await kidOf(ring)) ?? '' })
          .sign(privateKey);
      },
    ],
  ])('verifies nothing with %s', async (_, forge) => {
    const { ring } = await makeRing();
    expect(await ring.verify(await forge(ring))).toBeUndefined();
  });

  it('T34: publishes current and next, and no private member', async () => {
    const { ring } = await makeRing();
    const { keys } = await ring.jwks();
    expect(keys).toHaveLength(2);
    expect(keys[0]?.kid).toBe(await kidOf(ring));
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
      for (const member of PRIVATE_MEMBERS) expect(key).not.toHaveProperty(member);
    }
  });

  it('T34: after a rotation the published next key signs, and the old one is published until its tokens have expired', async () => {
    const { ring, clock } = await makeRing();
    const [old, next] = await publishedKids(ring);
    const jwt = await ring.sign({ iss: ISSUER, sub: 'a' });
    clock.set(1_800_000_000_000);
    await ring.rotate();
    expect(await kidOf(ring)).toBe(next);
    const after = await publishedKids(ring);
    expect(after).toHaveLength(3);
    expect(after).toContain(old);
    clock.advance(LIFETIME - 1);
    expect(await publishedKids(ring)).toContain(old);
    expect(await ring.verify(jwt)).toMatchObject({ sub: 'a' });
    clock.advance(1);
    expect(await publishedKids(ring)).not.toContain(old);
    expect(await ring.verify(jwt)).toBeUndefined();
  });

  it('is one and the same in two tenants on one database, from the first moment and after a rotation', async () => {
    const { store, clock, ring } = await makeRing();
    const { ring: other } = await makeRing({ store, clock });
    await Promise.all([ring.prepareCurrent(), other.prepareCurrent()]);
    expect(await kidOf(other)).toBe(await kidOf(ring));
    expect(await other.verify(await ring.sign({ iss: ISSUER }))).toBeDefined();
    await Promise.all([ring.prepareNext(), other.prepareNext()]);
    await ring.rotate();
    expect(await other.verify(await ring.sign({ iss: ISSUER }))).toBeDefined();
    expect(await store.signingKeys.list()).toHaveLength(3);
  });

  it('rotates once when two processes rotate at once, and never to a key that is not there', async () => {
    const { store, clock, ring } = await makeRing();
    const [current = '', next = ''] = (await publishedKids(ring)).map(String);
    await expect(store.signingKeys.rotate(current, 'nowhere', clock.now())).rejects.toThrow('nowhere');
    const results = await Promise.all([1, 2].map(() => store.signingKeys.rotate(current, next, clock.now())));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect((await store.signingKeys.list()).map(({ kid, state }) => [kid, state]).sort()).toEqual(
      [
        [current, 'retired'],
        [next, 'current'],
      ].sort(),
    );
  });

  it('signs with the configured keys, and lets a key newly configured take over from a generated one', async () => {
    const configured = [await makePrivateJwk('mine'), await makePrivateJwk()];
    const { ring } = await makeRing({ configuredKeys: configured });
    expect(await kidOf(ring)).toBe('mine');
    expect(await publishedKids(ring)).toHaveLength(2);

    const { store, clock, ring: generated } = await makeRing();
    const before = await kidOf(generated);
    const { ring: later } = await makeRing({ store, clock, configuredKeys: configured });
    expect(await kidOf(later)).toBe('mine');
    expect(await publishedKids(later)).toContain(before);
    await later.rotate();
    const { ring: restarted } = await makeRing({ store, clock, configuredKeys: configured });
    expect(await kidOf(restarted), 'a rotation outlives a restart').not.toBe('mine');
  });
});

describe('keyed hash', () => {
  it('is the same in every process on one database, and different for every purpose, value and database', async () => {
    const { store } = await makeRing();
    const { store: elsewhere } = await makeRing();
    const [a, b, c] = await Promise.all([createMac(store), createMac(store), createMac(elsewhere)]);
    const value = await a.mac('csrf', 'x');
    expect(await b.mac('csrf', 'x')).toBe(value);
    expect(await c.mac('csrf', 'x')).not.toBe(value);
    expect(await a.mac('cookie', 'x')).not.toBe(value);
    expect(await a.mac('csr', 'f:x')).not.toBe(value);
  });
});
