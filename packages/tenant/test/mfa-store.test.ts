import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../src/store/open-store.ts';
import type { Authenticator, Passkey, Store } from '../src/store/store.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

const NOW = 1_800_000_000_000;
const make = (id: string, changes: Partial<Authenticator> = {}): Authenticator => ({
  id,
  userId: 'auth0|ada',
  factor: 'otp',
  groupId: id,
  confirmed: false,
  createdAt: NOW,
  ...changes,
});

describe.each([
  ['SQLite', () => openStore()],
  ['PostgreSQL', async () => openStore({ databaseUrl: await postgres.createDatabase() })],
])('%s', (_engine, open) => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  beforeEach(() => store.clear());
  afterAll(() => store?.close());

  it('keeps authenticators whole, and survives export and import', async () => {
    const whole = make('totp|1', { name: 'App', secret: 'ABC', lastStep: 7, confirmed: true, lastUsedAt: NOW + 1 });
    await store.authenticators.insert([
      whole,
      make('sms|2', { factor: 'sms', phoneNumber: '+1555', userId: 'auth0|eve' }),
    ]);
    expect(await store.authenticators.list('auth0|ada')).toEqual([whole]);
    const dump = await store.dump();
    await store.clear();
    expect(await store.authenticators.get('totp|1')).toBeUndefined();
    await store.load(dump);
    expect(await store.authenticators.get('totp|1')).toEqual(whole);
  });

  it('keeps what people call an authenticator, and which way of a phone they prefer', async () => {
    await store.authenticators.insert([
      make('sms|1', { factor: 'sms', groupId: 'g' }),
      make('voice|1', { factor: 'voice', groupId: 'g' }),
      make('totp|2'),
    ]);
    await store.authenticators.update('g', { label: 'Work', preferred: 'voice' });
    const [sms, otp, voice] = await store.authenticators.list('auth0|ada');
    expect([sms?.label, voice?.label, otp?.label]).toEqual(['Work', 'Work', undefined]);
    expect([sms?.preferred, voice?.preferred, otp?.preferred]).toEqual([undefined, true, undefined]);
  });

  it('T33: keeps passkeys whole, each credential once; a counter only rises, for one of two uses at once', async () => {
    const passkey: Passkey = {
      id: 'passkey|1',
      credentialId: 'Y3JlZA',
      userId: 'auth0|ada',
      userHandle: 'aGFuZGxl',
      publicKey: 'a2V5',
      signCount: 3,
      relyingPartyId: 'localhost',
      deviceType: 'single_device',
      backedUp: false,
      transports: ['usb', 'nfc'],
      createdAt: NOW,
    };
    expect(await store.passkeys.add(passkey)).toBe(true);
    expect(await store.passkeys.add({ ...passkey, id: 'passkey|2', userId: 'auth0|eve' })).toBe(false);
    const dump = await store.dump();
    await store.clear();
    expect(await store.passkeys.find('Y3JlZA')).toBeUndefined();
    await store.load(dump);
    expect(await store.passkeys.find('Y3JlZA')).toEqual(passkey);
    const use = (signCount: number) =>
      store.passkeys.recordUse('passkey|1', { signCount, backedUp: true, now: NOW + 5 });
    expect(await use(3)).toBe(false);
    expect(await use(0)).toBe(false);
    expect((await Promise.all([use(4), use(4), use(4)])).filter(Boolean)).toHaveLength(1);
    await store.passkeys.rename('passkey|1', 'Key ring');
    expect(await store.passkeys.list('auth0|ada')).toEqual([
      { ...passkey, signCount: 4, backedUp: true, lastUsedAt: NOW + 5, label: 'Key ring' },
    ]);
    expect(await store.passkeys.delete('passkey|1')).toBe(true);
    expect(await store.passkeys.delete('passkey|1')).toBe(false);
  });

  it('confirms a group with the recovery code, once, and nothing of others', async () => {
    const eve = make('totp|9', { userId: 'auth0|eve' });
    await store.authenticators.insert([
      make('sms|1', { factor: 'sms', groupId: 'g' }),
      make('voice|1', { factor: 'voice', groupId: 'g' }),
      make('totp|2'),
      make('recovery-code|3', { factor: 'recovery-code', codeHash: 'h' }),
      eve,
    ]);
    const results = await Promise.all(Array.from({ length: 5 }, () => store.authenticators.confirmGroup('g')));
    expect(results.filter(Boolean)).toHaveLength(1);
    const confirmed = (await store.authenticators.list('auth0|ada')).filter((one) => one.confirmed);
    expect(confirmed.map(({ id }) => id).toSorted()).toEqual(['recovery-code|3', 'sms|1', 'voice|1']);
    expect((await store.authenticators.get(eve.id))?.confirmed).toBe(false);
    expect(await store.authenticators.confirmGroup('nobody')).toBe(false);
    await store.authenticators.deleteUnconfirmed('auth0|ada');
    expect(await store.authenticators.get('totp|2')).toBeUndefined();
    expect(await store.authenticators.deleteGroup('g')).toBe(2);
  });

  it('T32: a time step is used by exactly one caller, and steps only go up', async () => {
    await store.authenticators.insert([make('totp|1')]);
    const use = (step: number) => store.authenticators.useStep('totp|1', step, NOW);
    const results = await Promise.all(Array.from({ length: 20 }, () => use(10)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect([await use(9), await use(10), await use(11)]).toEqual([false, false, true]);
    expect(await store.authenticators.useStep('totp|nobody', 1, NOW)).toBe(false);
  });

  it('T32: a recovery code is replaced by exactly one caller', async () => {
    await store.authenticators.insert([make('recovery-code|1', { factor: 'recovery-code', codeHash: 'old' })]);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.authenticators.replaceCode('recovery-code|1', 'old', `new${n}`, NOW)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    const winner = results.indexOf(true);
    expect((await store.authenticators.get('recovery-code|1'))?.codeHash).toBe(`new${winner}`);
  });

  it('T32: a bucket gives its tries once, at once too, and one back per refill', async () => {
    const bucket = { capacity: 10, refillMs: 360_000 };
    const take = (now: number, key = 'k') => store.counters.takeFromBucket(key, bucket, now);
    const results = await Promise.all(Array.from({ length: 30 }, () => take(NOW)));
    expect(results.filter(Boolean)).toHaveLength(10);
    expect(await take(NOW + 359_999)).toBe(false);
    expect([await take(NOW + 360_000), await take(NOW + 360_000)]).toEqual([true, false]);
    expect(await take(NOW, 'other')).toBe(true);
    const later = await Promise.all(Array.from({ length: 12 }, () => take(NOW + 24 * 3_600_000)));
    expect(later.filter(Boolean)).toHaveLength(10);
    await store.counters.clear('k');
    expect(await take(NOW + 24 * 3_600_000)).toBe(true);
  });

  it('merges into a family’s data', async () => {
    const family = {
      id: 'f',
      userId: 'u',
      clientId: 'c',
      audience: '',
      scope: [],
      authTime: NOW,
      data: { tellAuthTime: true, amr: ['pwd'] },
      createdAt: NOW,
      lastUsedAt: NOW,
      idleExpiresAt: NOW + 1,
      absoluteExpiresAt: NOW + 1,
    };
    await store.refreshTokens.createFamily(family, 'hash');
    await store.refreshTokens.patchFamily('f', { amr: ['pwd', 'mfa'] });
    await store.refreshTokens.patchFamily('nobody', { amr: [] });
    const found = await store.refreshTokens.find('hash');
    expect(found?.family.data).toEqual({ tellAuthTime: true, amr: ['pwd', 'mfa'] });
  });
});
