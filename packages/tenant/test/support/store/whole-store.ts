import { describe, expect, it } from 'vitest';
import type { StoreDump } from '../../../src/store/store.ts';
import { accessToken, alice, artifact, engine, family, MINUTE, NOW, store } from './stage.ts';

/** Counters and settings, transactions, export, and what is swept. */
export function describeWholeStore(): void {
  it('counts hits in a window, all of 20 at once, and begins anew after it', async () => {
    const hits = await Promise.all(Array.from({ length: 20 }, () => store.counters.hit('k', 1_000, NOW)));
    expect(Math.max(...hits.map((hit) => hit.count))).toBe(20);
    expect(await store.counters.get('k', NOW + 999)).toBe(20);
    expect(await store.counters.get('k', NOW + 1_000)).toBe(0);
    expect(await store.counters.hit('k', 1_000, NOW + 1_000)).toEqual({ count: 1, windowEndsAt: NOW + 2_000 });
    await store.counters.hit('kk:2', 1_000, NOW + 1_500);
    await store.counters.hit('kk:1', 9_000, NOW + 1_500);
    expect(await store.counters.list('kk:', NOW + 1_500)).toEqual([
      { key: 'kk:1', count: 1, windowEndsAt: NOW + 10_500 },
      { key: 'kk:2', count: 1, windowEndsAt: NOW + 2_500 },
    ]);
    expect((await store.counters.list('kk:', NOW + 2_500)).map(({ key }) => key)).toEqual(['kk:1']);
    await store.counters.clear('k');
    expect(await store.counters.get('k', NOW + 1_000)).toBe(0);
  });

  it('drains a bucket to the last try among 20 at once, refills it, and begins anew when the clock went back', async () => {
    const bucket = { capacity: 5, refillMs: 1_000 };
    const take = (now: number) => store.counters.takeFromBucket('bucket', bucket, now);
    const taken = await Promise.all(Array.from({ length: 20 }, () => take(NOW)));
    expect(taken.filter(Boolean)).toHaveLength(5);
    const level = await store.counters.lookAtBucket('bucket', bucket, NOW);
    expect(level).toEqual({ remaining: 0, fullAt: NOW + 5_000, nextAt: NOW + 1_000 });
    expect(await take(NOW + 999)).toBe(false);
    expect(await take(NOW + 1_000)).toBe(true);
    expect((await store.counters.lookAtBucket('bucket', bucket, NOW + 60_000)).remaining).toBe(5);
    expect((await store.counters.lookAtBucket('bucket', bucket, NOW - 60_000)).remaining).toBe(5);
    expect(await take(NOW - 60_000)).toBe(true);
    expect((await store.counters.lookAtBucket('bucket', bucket, NOW - 60_000)).remaining).toBe(4);
  });

  it('leaves an empty bucket empty when the machine’s clock is put right by a second', async () => {
    const bucket = { capacity: 2, refillMs: 60_000 };
    const take = (now: number) => store.counters.takeFromBucket('bucket', bucket, now);
    expect([await take(NOW), await take(NOW)]).toEqual([true, true]);
    for (const now of [NOW - 1, NOW - 1_000]) {
      expect(await take(now)).toBe(false);
      expect(await store.counters.lookAtBucket('bucket', bucket, now)).toEqual({
        remaining: 0,
        fullAt: now + 120_000,
        nextAt: now + 60_000,
      });
    }
  });

  it('lets the first of 20 decide a setting', async () => {
    const name = `name-${engine}`;
    const values = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.settings.setIfAbsent(name, `value-${n}`)),
    );
    expect(new Set(values).size).toBe(1);
    await store.settings.set(name, 'changed');
    expect(await store.settings.setIfAbsent(name, 'x')).toBe('changed');
    expect(await store.settings.get('unknown')).toBeUndefined();
  });

  describe('transactions', () => {
    it('leave nothing behind when the work fails', async () => {
      const failing = store.transaction(async (tx) => {
        await tx.users.create(alice, NOW);
        await tx.transaction((inner) => inner.refreshTokens.createFamily(family(), 't1'));
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await store.users.get(alice.id)).toBeUndefined();
      expect(await store.refreshTokens.find('t1')).toBeUndefined();
    });

    it('are not seen half done by others', async () => {
      const seen: (number | undefined)[] = [];
      await Promise.all([
        store.transaction(async (tx) => {
          await tx.users.create(alice, NOW);
          await new Promise((resolve) => setImmediate(resolve));
          await tx.users.create({ id: 'auth0|bob', connection: 'db' }, NOW);
        }),
        ...Array.from({ length: 5 }, async () => seen.push(await store.users.count())),
      ]);
      expect(seen.filter((count) => count === 1)).toEqual([]);
    });
  });

  it('exports, clears and imports rows of every table there is', async () => {
    const at = { createdAt: NOW, expiresAt: NOW + MINUTE };
    await store.users.create(alice, NOW);
    const times = {
      createdAt: NOW,
      authTime: NOW,
      lastUsedAt: NOW,
      idleExpiresAt: NOW + 1,
      absoluteExpiresAt: NOW + 2,
    };
    await store.sessions.create({ ...times, id: 's1', userId: alice.id, amr: ['pwd'], tokenHash: 'h1' });
    await store.sessions.addClient('s1', 'app', NOW);
    await store.artifacts.insert(artifact);
    const authenticator = { id: 'totp|dev_1', userId: alice.id, factor: 'otp', groupId: 'g', secret: 'S' } as const;
    await store.authenticators.insert([{ ...authenticator, confirmed: true, createdAt: NOW }]);
    const keys = { credentialId: 'c', userHandle: 'h', publicKey: 'k', signCount: 1, relyingPartyId: 'localhost' };
    const copies = { deviceType: 'multi_device', backedUp: true, transports: ['internal'] } as const;
    await store.passkeys.add({ ...keys, ...copies, id: 'passkey|dev_1', userId: alice.id, createdAt: NOW });
    const identity = { connection: 'google', providerUserId: '1', provider: 'google-oauth2', userId: alice.id };
    await store.identities.link({ ...identity, profile: { name: 'Alice' }, createdAt: NOW });
    await store.consents.grant(alice.id, 'app', '', ['openid'], NOW);
    await store.members.add('org_1', alice.id, NOW);
    await store.refreshTokens.createFamily(family(), 't1');
    await store.accessTokens.insert({ ...accessToken, ...at, hash: 'a1' });
    const key = { kid: `all-${engine}`, privateJwk: {}, publicJwk: {}, createdAt: NOW };
    await store.signingKeys.insert({ ...key, state: 'retired', retiredAt: NOW });
    await store.outbox.insert({ at: NOW, channel: 'sms', to: '+1', template: 't', text: '', delivery: 'queued' });
    await store.events.insert([{ at: NOW, type: 'a', outcome: 'success', sentence: 'A.' }]);
    await store.counters.hit('c', MINUTE, NOW);
    await store.settings.set(`all-${engine}`, 'x');

    const emptyOf = (tables: StoreDump) => Object.keys(tables).filter((table) => tables[table]?.length === 0);
    const before = await store.dump();
    // A table that is added needs a row here.
    expect(emptyOf(before)).toEqual([]);
    await store.clear();
    const cleared = await store.dump();
    expect(Object.keys(cleared).filter((table) => cleared[table]?.length !== 0)).toEqual(['signing_keys', 'settings']);
    await store.load(before);
    expect(await store.dump()).toEqual(before);
  });

  it('exports and imports everything: same text, same ids, later ids go on', async () => {
    await store.users.create({ ...alice, userMetadata: { big: 'x'.repeat(200_000) } }, NOW);
    await store.refreshTokens.createFamily(family(), 't1');
    for (let n = 0; n < 150; n += 1) {
      await store.outbox.insert({ at: NOW, channel: 'email', to: 'a@example.com', template: 't', text: `${n}` });
    }
    const before = await store.dump();
    await store.clear();
    await store.load(before);
    expect(JSON.stringify(await store.dump())).toBe(JSON.stringify(before));
    const last = await store.outbox.insert({
      at: NOW,
      channel: 'email',
      to: 'a@example.com',
      template: 't',
      text: '',
    });
    expect(last.id).toBe(Number(before.outbox?.at(-1)?.id) + 1);
  });

  it.each([
    ['a table it does not know', { secrets: [] }],
    ['a column it does not know', { users: [{ id: 'x', shoe_size: 43 }] }],
    ['a row that is not whole', { users: [{ id: 'x' }] }],
  ])('refuses an import with %s and keeps what it has', async (_, dump) => {
    await store.users.create(alice, NOW);
    await expect(store.load(dump)).rejects.toThrow();
    expect(await store.users.count()).toBe(1);
  });

  const DAY = 86_400_000;
  const session = (id: string, expiresAt: number) => ({
    id,
    tokenHash: `hash of ${id}`,
    userId: alice.id,
    createdAt: NOW,
    authTime: NOW,
    lastUsedAt: NOW,
    idleExpiresAt: expiresAt,
    absoluteExpiresAt: expiresAt + DAY,
    amr: ['pwd'],
  });

  it('sweeps what nobody can use any more and nothing else', async () => {
    const later = NOW + 2 * DAY;
    await store.artifacts.insert(artifact);
    await store.artifacts.insert({ ...artifact, hash: 'h2', expiresAt: later + 1 });
    // A proof is no use once it is too old; a spent code is still recognised for a day.
    for (const kind of ['dpop_jti', 'code']) {
      await store.artifacts.insert({ ...artifact, kind, hash: 'h3', expiresAt: later - 1 });
      await store.artifacts.insert({ ...artifact, kind, hash: 'h4', expiresAt: later });
    }
    await store.refreshTokens.createFamily(family(), 't1');
    await store.refreshTokens.createFamily(family({ id: 'f2', absoluteExpiresAt: later + 1 }), 't2');
    await store.accessTokens.insert({ ...accessToken, hash: 'a1' });
    await store.users.create(alice, NOW);
    for (const id of ['idle', 'ended', 'live', 'ended lately']) {
      await store.sessions.create(session(id, id === 'idle' ? later - DAY - 1 : later));
      await store.sessions.addClient(id, 'app', NOW);
    }
    await store.sessions.end('ended', later - DAY - 1);
    await store.sessions.end('ended lately', later - DAY);
    await store.counters.hit('over', 1_000, later - 1_001);
    await store.counters.hit('running', 1_000, later);
    const event = { type: 'a', outcome: 'success', sentence: 'A.' } as const;
    const [, kept] = await store.events.insert([
      { ...event, at: later - 7 * DAY - 1 },
      { ...event, at: later - 7 * DAY },
    ]);
    await store.outbox.insert({ at: NOW, channel: 'sms', to: '+1', template: 'code', text: 'x' });
    await store.sweep(later);
    const isThere = async (kind: string, hash: string) => (await store.artifacts.get(kind, hash)) !== undefined;
    expect(await isThere('code', 'h1')).toBe(false);
    expect(await isThere('code', 'h2')).toBe(true);
    expect(await isThere('code', 'h3')).toBe(true);
    expect(await isThere('dpop_jti', 'h3')).toBe(false);
    expect(await isThere('dpop_jti', 'h4')).toBe(true);
    expect(await store.refreshTokens.find('t1')).toBeUndefined();
    expect(await store.refreshTokens.getFamily('family')).toBeUndefined();
    expect(await store.refreshTokens.find('t2')).toBeDefined();
    expect(await store.accessTokens.find('a1')).toBeUndefined();
    expect((await store.sessions.list()).map(({ id }) => id).sort()).toEqual(['ended lately', 'live']);
    expect(await store.sessions.clients('idle')).toEqual([]);
    expect(await store.sessions.clients('live')).toEqual(['app']);
    const { counters = [] } = await store.dump();
    expect(counters).toMatchObject([{ key: 'running' }]);
    expect(await store.events.list()).toEqual([kept]);
    expect(await store.outbox.list()).toHaveLength(1);
    expect(await store.users.count()).toBe(1);
  });

  it('sweeps all but the newest 50,000 events and messages, and none that has yet to leave', async () => {
    const event = { at: NOW, type: 'a', outcome: 'success', sentence: 'A.' } as const;
    const message = { at: NOW, channel: 'sms', to: '+1', template: 'code', text: 'x' } as const;
    await store.events.insert([event, event, event]);
    await store.outbox.insert({ ...message, delivery: 'queued', attempts: 0 });
    await store.outbox.insert({ ...message, delivery: 'sent' });
    for (let n = 0; n < 3; n += 1) await store.outbox.insert(message);
    const renumber = (rows: StoreDump[string] = [], ids: readonly number[]) =>
      rows.map((row, place) => ({ ...row, id: ids[place] ?? null }));
    const dump = await store.dump();
    await store.load({
      ...dump,
      events: renumber(dump.events, [2, 3, 50_002]),
      outbox: renumber(dump.outbox, [1, 2, 3, 4, 50_003]),
    });
    await store.sweep(NOW);
    expect((await store.events.list()).map(({ id }) => id)).toEqual([3, 50_002]);
    expect((await store.outbox.list()).map(({ id }) => id)).toEqual([1, 4, 50_003]);
  });

  it('sweeps more than one batch holds', async () => {
    const count = 650;
    await store.transaction(async (tx) => {
      for (let n = 0; n < count; n += 1) await tx.artifacts.insert({ ...artifact, hash: `h${n}` });
      await tx.refreshTokens.createFamily(family(), 'first');
      for (let n = 2; n < count; n += 1) {
        await tx.refreshTokens.add({ hash: `t${n}`, familyId: 'family', generation: n, createdAt: NOW });
      }
    });
    await store.sweep(NOW + 2 * DAY);
    const { artifacts, refresh_families, refresh_tokens } = await store.dump();
    expect({ artifacts, refresh_families, refresh_tokens }).toEqual({
      artifacts: [],
      refresh_families: [],
      refresh_tokens: [],
    });
  });
}
