import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DuplicateUserError, type RefreshFamily, type Store, type StoreDump } from '../../src/store/store.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

/** What every engine must do the same. */
export function describeStore(engine: string, open: () => Promise<Store>): void {
  describe(`store on ${engine}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    beforeEach(() => store.clear());
    afterAll(() => store?.close());

    const alice = { id: 'auth0|alice', connection: 'db', email: 'Alice@Example.com', username: 'alice' };
    const family = (changes: Partial<RefreshFamily> = {}): Omit<RefreshFamily, 'revokedAt' | 'revokedReason'> => ({
      id: 'family',
      userId: alice.id,
      clientId: 'app',
      audience: 'https://api.example.test',
      scope: ['openid', 'offline_access'],
      authTime: NOW,
      data: { acr: null },
      createdAt: NOW,
      lastUsedAt: NOW,
      idleExpiresAt: NOW + MINUTE,
      absoluteExpiresAt: NOW + 10 * MINUTE,
      ...changes,
    });
    const artifact = {
      kind: 'code',
      hash: 'h1',
      subject: 's',
      data: { a: 1 },
      createdAt: NOW,
      expiresAt: NOW + MINUTE,
    };
    const accessToken = {
      userId: alice.id,
      clientId: 'app',
      audience: '',
      scope: ['openid'],
      data: {},
      createdAt: NOW,
      expiresAt: NOW + MINUTE,
    };

    describe('users', () => {
      it('changes metadata by what is stored at that moment: changes at once all survive', async () => {
        await store.users.create({ ...alice, userMetadata: { kept: 1 }, appMetadata: { plan: 'free' } }, NOW);
        const add = (name: string) =>
          store.users.changeMetadata(
            alice.id,
            ({ userMetadata, appMetadata }) => ({
              userMetadata: { ...userMetadata, [name]: true },
              appMetadata: { ...appMetadata, [name]: true },
            }),
            NOW + 1,
          );
        const names = ['a', 'b', 'c', 'd', 'e', 'f'];
        const changed = await Promise.all(names.map(add));
        expect(changed.every((user) => user?.updatedAt === NOW + 1)).toBe(true);
        const added = Object.fromEntries(names.map((name) => [name, true]));
        expect(await store.users.get(alice.id)).toMatchObject({
          userMetadata: { kept: 1, ...added },
          appMetadata: { plan: 'free', ...added },
        });
        for (const member of ['userMetadata', 'appMetadata'] as const) {
          const more = names.map((name) =>
            store.users.changeMetadata(
              alice.id,
              (now) => ({ [member]: { ...now[member], [`${name}2`]: true } }),
              NOW + 1,
            ),
          );
          await Promise.all(more);
          const stored = await store.users.get(alice.id);
          expect(Object.keys(stored?.[member] ?? {})).toHaveLength(1 + 2 * names.length);
        }
        const change = () => store.users.changeMetadata(alice.id, () => ({ userMetadata: { only: 1 } }), NOW);
        expect(await change()).toMatchObject({
          userMetadata: { only: 1 },
          appMetadata: { plan: 'free', ...added, a2: true },
        });
        expect(await store.users.changeMetadata('nobody', () => ({}), NOW)).toBeUndefined();
      });

      it('gives back what was stored, down to empty and nested values', async () => {
        const stored = await store.users.create(
          {
            ...alice,
            emailVerified: true,
            profile: { name: 'Älice “A” 👩‍🚀', nickname: '' },
            userMetadata: { nested: { list: [1, null, 'x'] } },
            appMetadata: {},
            passwordHash: '$argon2id$x',
            passwordHistory: ['a', 'b'],
          },
          NOW,
        );
        expect(stored).toEqual(await store.users.get(alice.id));
        expect(stored).toMatchObject({
          email: 'Alice@Example.com',
          emailVerified: true,
          phoneVerified: false,
          blocked: false,
          profile: { name: 'Älice “A” 👩‍🚀', nickname: '' },
          userMetadata: { nested: { list: [1, null, 'x'] } },
          passwordHistory: ['a', 'b'],
          createdAt: NOW,
          loginsCount: 0,
          lastLoginAt: undefined,
        });
      });

      it('are found by e-mail and username in any case, within their connection only', async () => {
        await store.users.create(alice, NOW);
        for (const name of ['alice@example.com', ' ALICE@EXAMPLE.COM ', 'Alice']) {
          expect((await store.users.findByIdentifier('db', name))?.id, name).toBe(alice.id);
        }
        expect(await store.users.findByIdentifier('other', 'alice@example.com')).toBeUndefined();
        expect(await store.users.findByIdentifier('db', 'alice@example')).toBeUndefined();
        expect(await store.users.findByIdentifier('db', '')).toBeUndefined();
        expect(await store.users.findByIdentifier('db', "' or 1=1 --")).toBeUndefined();
      });

      it.each([
        ['email', { id: 'auth0|2', email: 'ALICE@example.com' }],
        ['username', { id: 'auth0|2', email: 'x@example.com', username: 'ALICE' }],
        ['phone_number', { id: 'auth0|2', phoneNumber: '+15550100' }],
        ['id', { id: alice.id, email: 'x@example.com' }],
      ])('refuse a second user with the same %s', async (field, second) => {
        await store.users.create({ ...alice, phoneNumber: '+15550100' }, NOW);
        const refusal = await store.users.create({ connection: 'db', ...second }, NOW).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(DuplicateUserError);
        expect(refusal).toMatchObject({ field });
        expect(await store.users.count()).toBe(1);
      });

      it('may share an address in different connections, and are listed by it', async () => {
        await store.users.create(alice, NOW);
        await store.users.create({ ...alice, id: 'email|1', connection: 'email' }, NOW + 1);
        expect((await store.users.findByEmail('alice@example.COM')).map((user) => user.id)).toEqual([
          alice.id,
          'email|1',
        ]);
      });

      it('keep one winner of 20 sign-ups with one address at once', async () => {
        const results = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) => store.users.create({ ...alice, id: `auth0|${n}` }, NOW)),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await store.users.count()).toBe(1);
      });

      it('change only what is named; undefined empties', async () => {
        await store.users.create({ ...alice, passwordHash: 'h', profile: { name: 'A' } }, NOW);
        const changed = await store.users.update(alice.id, { username: undefined, blocked: true }, NOW + 5);
        expect(changed).toMatchObject({ username: undefined, blocked: true, passwordHash: 'h', updatedAt: NOW + 5 });
        expect(changed?.profile).toEqual({ name: 'A' });
        expect(await store.users.findByIdentifier('db', 'alice')).toBeUndefined();
        expect(await store.users.update('auth0|nobody', { blocked: true }, NOW)).toBeUndefined();
      });

      it('refuse to take over an address by an update, and stay as they were', async () => {
        await store.users.create(alice, NOW);
        await store.users.create({ id: 'auth0|bob', connection: 'db', email: 'bob@example.com' }, NOW);
        const refusal = await store.users
          .update('auth0|bob', { email: 'alice@example.com' }, NOW)
          .catch((e: unknown) => e);
        expect(refusal).toMatchObject({ name: 'DuplicateUserError', field: 'email' });
        expect((await store.users.get('auth0|bob'))?.email).toBe('bob@example.com');
      });

      it('count every one of 20 logins at once', async () => {
        await store.users.create(alice, NOW);
        await Promise.all(Array.from({ length: 20 }, () => store.users.recordLogin(alice.id, NOW + 9)));
        expect(await store.users.get(alice.id)).toMatchObject({ loginsCount: 20, lastLoginAt: NOW + 9 });
      });

      it('are searched literally: % and _ are no wildcards', async () => {
        await store.users.create({ ...alice, profile: { name: '100% Alice' } }, NOW);
        await store.users.create({ id: 'auth0|bob', connection: 'db', email: 'b_b@example.com' }, NOW);
        const search = async (text: string) => (await store.users.list({ search: text })).map((user) => user.id);
        expect(await search('%')).toEqual([alice.id]);
        expect(await search('b_b')).toEqual(['auth0|bob']);
        expect(await search('EXAMPLE')).toHaveLength(2);
        expect(await search('\\')).toEqual([]);
        expect(await store.users.list({ limit: 1, offset: 1 })).toHaveLength(1);
      });

      it('are found by a whole address or id alone, and by a part of anything else in pages', async () => {
        await store.users.create(alice, NOW);
        await store.users.create({ id: 'auth0|alice2', connection: 'db', email: 'not-alice@example.com' }, NOW + 1);
        await store.users.create({ id: 'email|3', connection: 'email', email: 'alice@example.com' }, NOW + 2);
        const search = async (text: string, page: { limit?: number; offset?: number } = {}) =>
          (await store.users.list({ search: text, ...page })).map((user) => user.id);
        expect(await search(' ALICE@example.com ')).toEqual([alice.id, 'email|3']);
        expect(await search('alice@example.com', { limit: 1, offset: 1 })).toEqual(['email|3']);
        expect(await search('auth0|alice')).toEqual([alice.id]);
        // Nobody's in full: a part of some.
        expect(await search('alice@example')).toEqual([alice.id, 'auth0|alice2', 'email|3']);
        expect(await search('lice', { limit: 1, offset: 1 })).toEqual(['auth0|alice2']);
        expect(await search('lice', { offset: 3 })).toEqual([]);
        expect(await search('auth0|nobody')).toEqual([]);
      });

      it('are deleted once', async () => {
        await store.users.create(alice, NOW);
        expect(await store.users.delete(alice.id)).toBe(true);
        expect(await store.users.delete(alice.id)).toBe(false);
        expect(await store.users.get(alice.id)).toBeUndefined();
      });
    });

    describe('single-use artifacts', () => {
      it('T6: have one winner among 20 consume calls at once', async () => {
        await store.artifacts.insert(artifact);
        const results = await Promise.all(
          Array.from({ length: 20 }, () => store.artifacts.consume('code', 'h1', NOW + 1)),
        );
        const winners = results.filter((result) => result !== undefined);
        expect(winners).toHaveLength(1);
        expect(winners[0]).toMatchObject({ data: { a: 1 }, consumedAt: NOW + 1, subject: 's' });
        expect(await store.artifacts.consume('code', 'h1', NOW + 2)).toBeUndefined();
        expect((await store.artifacts.get('code', 'h1'))?.consumedAt).toBe(NOW + 1);
      });

      it.each([
        ['unknown', 'code', 'h2', NOW],
        ['of another kind', 'ticket', 'h1', NOW],
        ['expired to the millisecond', 'code', 'h1', NOW + MINUTE],
      ])('are not consumed when %s', async (_, kind, hash, now) => {
        await store.artifacts.insert(artifact);
        expect(await store.artifacts.consume(kind, hash, now)).toBeUndefined();
        expect(await store.artifacts.consume('code', 'h1', NOW + MINUTE - 1)).toBeDefined();
      });

      it('T14: remember a value once: the first writer wins among 20', async () => {
        const results = await Promise.all(Array.from({ length: 20 }, () => store.artifacts.insert(artifact)));
        expect(results.filter(Boolean)).toHaveLength(1);
        expect(await store.artifacts.insert({ ...artifact, kind: 'other' })).toBe(true);
      });

      it('merge patches at once without losing one; null stays null, nested values are replaced', async () => {
        await store.artifacts.insert({ ...artifact, data: { keep: true, nested: { a: 1 }, 'odd "name".x': 0 } });
        await Promise.all([
          ...Array.from({ length: 10 }, (_, n) => store.artifacts.patch('code', 'h1', { [`p${n}`]: n })),
          store.artifacts.patch('code', 'h1', {
            nested: { b: null },
            nothing: null,
            skipped: undefined,
            'odd "name".x': 1,
          }),
        ]);
        const patched = await store.artifacts.get('code', 'h1');
        expect(patched?.data).toEqual({
          keep: true,
          nested: { b: null },
          nothing: null,
          'odd "name".x': 1,
          ...Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`p${n}`, n])),
        });
      });

      it('T32: count every one of 20 attempts at once', async () => {
        await store.artifacts.insert(artifact);
        const counts = await Promise.all(Array.from({ length: 20 }, () => store.artifacts.countAttempt('code', 'h1')));
        expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
        expect(await store.artifacts.countAttempt('code', 'unknown')).toBe(0);
      });

      it('are found by subject, newest first, and all of a subject can be spent', async () => {
        await store.artifacts.insert(artifact);
        await store.artifacts.insert({ ...artifact, hash: 'h2', createdAt: NOW + 1 });
        await store.artifacts.insert({ ...artifact, hash: 'h3', subject: 'other' });
        expect((await store.artifacts.latestForSubject('code', 's'))?.hash).toBe('h2');
        await store.artifacts.consumeForSubject('code', 's', NOW + 2);
        expect(await store.artifacts.consume('code', 'h1', NOW + 3)).toBeUndefined();
        expect(await store.artifacts.consume('code', 'h2', NOW + 3)).toBeUndefined();
        expect(await store.artifacts.consume('code', 'h3', NOW + 3)).toBeDefined();
      });
    });

    it('keeps who was invited to an organization, once', async () => {
      await store.members.add('org_a', 'auth0|1', NOW);
      await store.members.add('org_a', 'auth0|1', NOW + 1);
      await store.members.add('org_b', 'auth0|1', NOW);
      expect(await store.members.list('auth0|1')).toEqual(['org_a', 'org_b']);
      expect(await store.members.has('org_a', 'auth0|1')).toBe(true);
      expect(await store.members.has('org_a', 'auth0|2')).toBe(false);
      await store.members.deleteForUser('auth0|1');
      expect(await store.members.list('auth0|1')).toEqual([]);
    });

    describe('refresh tokens', () => {
      it('T10: have one winner among 20 consume calls at once', async () => {
        await store.refreshTokens.createFamily(family(), 't1');
        const results = await Promise.all(Array.from({ length: 20 }, () => store.refreshTokens.consume('t1', NOW + 1)));
        expect(results.filter(Boolean)).toHaveLength(1);
        expect(await store.refreshTokens.consume('unknown', NOW)).toBe(false);
      });

      it('belong to a family that rotates, is touched and lists its newest token', async () => {
        await store.refreshTokens.createFamily(family(), 't1');
        await store.refreshTokens.add({ hash: 't2', familyId: 'family', generation: 2, createdAt: NOW + 1 });
        await store.refreshTokens.touchFamily('family', { lastUsedAt: NOW + 1, idleExpiresAt: NOW + 2 });
        expect(await store.refreshTokens.newest('family')).toMatchObject({ hash: 't2', generation: 2 });
        expect(await store.refreshTokens.find('t1')).toEqual({
          token: { hash: 't1', familyId: 'family', generation: 1, createdAt: NOW, consumedAt: undefined },
          newest: { hash: 't2', familyId: 'family', generation: 2, createdAt: NOW + 1, consumedAt: undefined },
          family: {
            ...family({ lastUsedAt: NOW + 1, idleExpiresAt: NOW + 2 }),
            sessionId: undefined,
            dpopJkt: undefined,
            revokedAt: undefined,
            revokedReason: undefined,
          },
        });
        expect(await store.refreshTokens.find('unknown')).toBeUndefined();
        expect(await store.refreshTokens.newest('unknown')).toBeUndefined();
      });

      it('take what session transfers made of them: sessions and families, where that cascades', async () => {
        const origin = (cascade: boolean) => ({ origin: { familyId: 'family', cascade } });
        await store.refreshTokens.createFamily(family(), 't1');
        for (const [name, cascade] of [['ends', true] as const, ['stays', false] as const]) {
          await store.refreshTokens.createFamily({ ...family(), id: name, ...origin(cascade) }, name);
          await store.accessTokens.insert({ ...accessToken, hash: name, familyId: name });
          await store.sessions.create({
            id: name,
            tokenHash: name,
            userId: 'auth0|1',
            createdAt: NOW,
            authTime: NOW,
            lastUsedAt: NOW,
            idleExpiresAt: NOW + 10,
            absoluteExpiresAt: NOW + 20,
            amr: ['pwd'],
            ...origin(cascade),
          });
        }
        expect((await store.sessions.get('ends'))?.origin).toEqual({ familyId: 'family', cascade: true });
        expect((await store.refreshTokens.getFamily('stays'))?.origin).toEqual({ familyId: 'family', cascade: false });
        expect((await store.refreshTokens.getFamily('family'))?.origin).toBeUndefined();
        expect(await store.refreshTokens.getFamily('unknown')).toBeUndefined();
        await store.refreshTokens.revokeFamily('family', 'logout', NOW + 1);
        expect((await store.sessions.get('ends'))?.endedAt).toBe(NOW + 1);
        expect((await store.sessions.get('stays'))?.endedAt).toBeUndefined();
        expect((await store.refreshTokens.find('ends'))?.family.revokedAt).toBe(NOW + 1);
        expect((await store.refreshTokens.find('stays'))?.family.revokedAt).toBeUndefined();
        expect((await store.accessTokens.find('ends'))?.revokedAt).toBe(NOW + 1);
        expect((await store.accessTokens.find('stays'))?.revokedAt).toBeUndefined();
      });

      it('takes one access token from many at once, and never brings a revoked one back', async () => {
        const token = { ...accessToken, hash: 'noted-twice' };
        await Promise.all(Array.from({ length: 10 }, () => store.accessTokens.insert(token)));
        await store.accessTokens.revoke({ hash: token.hash }, NOW + 1);
        await store.accessTokens.insert(token);
        expect((await store.accessTokens.find(token.hash))?.revokedAt).toBe(NOW + 1);
      });

      it('T27: take their opaque access tokens with them when the family is revoked, once', async () => {
        await store.refreshTokens.createFamily(family(), 't1');
        await store.accessTokens.insert({ ...accessToken, hash: 'a1', familyId: 'family' });
        await store.accessTokens.insert({ ...accessToken, hash: 'a2' });
        expect(await store.refreshTokens.revokeFamily('family', 'reuse', NOW + 1)).toBe(true);
        expect(await store.refreshTokens.revokeFamily('family', 'again', NOW + 2)).toBe(false);
        expect((await store.refreshTokens.find('t1'))?.family).toMatchObject({
          revokedAt: NOW + 1,
          revokedReason: 'reuse',
        });
        expect((await store.accessTokens.find('a1'))?.revokedAt).toBe(NOW + 1);
        expect((await store.accessTokens.find('a2'))?.revokedAt).toBeUndefined();
      });

      it('T11: are revoked by user, client, audience and session, and no others', async () => {
        await store.refreshTokens.createFamily(family({ id: 'f1', sessionId: 's1' }), 't1');
        await store.refreshTokens.createFamily(family({ id: 'f2', clientId: 'other' }), 't2');
        await store.refreshTokens.createFamily(family({ id: 'f3', userId: 'auth0|bob', sessionId: 's1' }), 't3');
        expect(await store.refreshTokens.revokeWhere({ userId: alice.id, sessionId: 's1' }, 'logout', NOW)).toBe(1);
        expect(await store.refreshTokens.revokeWhere({ userId: alice.id, clientId: 'app' }, 'x', NOW)).toBe(0);
        expect(await store.refreshTokens.revokeWhere({ userId: alice.id }, 'block', NOW)).toBe(1);
        const open = (await store.refreshTokens.list()).filter((one) => one.revokedAt === undefined);
        expect(open.map((one) => one.id)).toEqual(['f3']);
        expect(await store.refreshTokens.has('f1')).toBe(true);
        expect(await store.refreshTokens.has('nope')).toBe(false);
      });
    });

    it('revokes no access token when the filter is empty', async () => {
      await store.accessTokens.insert({ ...accessToken, hash: 'a1' });
      await store.accessTokens.revoke({}, NOW);
      expect((await store.accessTokens.find('a1'))?.revokedAt).toBeUndefined();
      await store.accessTokens.revoke({ userId: alice.id }, NOW + 1);
      expect((await store.accessTokens.find('a1'))?.revokedAt).toBe(NOW + 1);
      expect(await store.accessTokens.find('unknown')).toBeUndefined();
    });

    it('keeps sessions, their clients, and their end', async () => {
      const session = {
        id: 's1',
        userId: alice.id,
        createdAt: NOW,
        authTime: NOW,
        lastUsedAt: NOW,
        idleExpiresAt: NOW + 1,
        absoluteExpiresAt: NOW + 2,
        amr: ['pwd', 'mfa'],
      };
      expect(await store.sessions.create({ ...session, tokenHash: 'h1' })).toEqual({ ...session, endedAt: undefined });
      await store.sessions.update('s1', { lastUsedAt: NOW + 1, tokenHash: 'h2' });
      expect(await store.sessions.findByTokenHash('h1')).toBeUndefined();
      expect(await store.sessions.findByTokenHash('h2')).toMatchObject({ lastUsedAt: NOW + 1, amr: ['pwd', 'mfa'] });
      await Promise.all(['b', 'a', 'b'].map((client) => store.sessions.addClient('s1', client, NOW)));
      expect(await store.sessions.clients('s1')).toEqual(['a', 'b']);
      await store.sessions.end('s1', NOW + 3);
      await store.sessions.endForUser(alice.id, NOW + 4);
      expect((await store.sessions.get('s1'))?.endedAt).toBe(NOW + 3);
      expect(await store.sessions.list({ userId: 'nobody' })).toEqual([]);
    });

    it('adds consents up and forgets them', async () => {
      expect(await store.consents.get('u', 'c', '')).toBeUndefined();
      await store.consents.grant('u', 'c', '', ['a', 'b'], NOW);
      await store.consents.grant('u', 'c', '', ['b', 'c'], NOW + 1);
      expect(await store.consents.get('u', 'c', '')).toEqual(['a', 'b', 'c']);
      expect(await store.consents.get('u', 'c', 'https://api')).toBeUndefined();
      await store.consents.revoke('u', 'other');
      expect(await store.consents.get('u', 'c', '')).toHaveLength(3);
      await store.consents.revoke('u');
      expect(await store.consents.get('u', 'c', '')).toBeUndefined();
    });

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

    it('links further identities to a user, moves and forgets them', async () => {
      const google = {
        connection: 'google',
        providerUserId: '42',
        provider: 'google-oauth2',
        userId: alice.id,
        profile: { name: 'Alice' },
        createdAt: NOW,
      };
      await store.identities.link(google);
      await store.identities.link({ ...google, connection: 'apple', provider: 'apple', createdAt: NOW - 1 });
      expect(await store.identities.find('google', '42')).toEqual(google);
      expect(await store.identities.find('google', '43')).toBeUndefined();
      expect((await store.identities.list(alice.id)).map(({ connection }) => connection)).toEqual(['apple', 'google']);
      await store.identities.link({ ...google, userId: 'auth0|bob' });
      expect((await store.identities.find('google', '42'))?.userId).toBe('auth0|bob');
      await store.identities.deleteForUser(alice.id);
      expect(await store.identities.list(alice.id)).toEqual([]);
      expect(await store.identities.list('auth0|bob')).toHaveLength(1);
    });

    it('finds of two artifacts from the same moment the one that is not spent', async () => {
      for (const hash of ['z', 'a', 'm']) {
        await store.artifacts.consumeForSubject('code', 's', NOW);
        await store.artifacts.insert({ ...artifact, hash });
      }
      expect((await store.artifacts.latestForSubject('code', 's'))?.hash).toBe('m');
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
      expect(Object.keys(cleared).filter((table) => cleared[table]?.length !== 0)).toEqual([
        'signing_keys',
        'settings',
      ]);
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

    it('keeps messages and events apart and in order', async () => {
      const first = await store.outbox.insert({
        at: NOW,
        channel: 'sms',
        to: '+1',
        template: 'code',
        text: 'x',
        code: '1',
      });
      await store.outbox.insert({
        at: NOW,
        channel: 'email',
        to: 'a@b.example',
        template: 'reset',
        text: 'y',
        html: '<p>',
      });
      expect((await store.outbox.list()).map((message) => message.template)).toEqual(['code', 'reset']);
      expect(await store.outbox.list({ afterId: first.id })).toMatchObject([{ template: 'reset', html: '<p>' }]);
      expect(await store.outbox.list({ to: '+1', template: 'reset' })).toEqual([]);
      const events = await store.events.insert([
        { at: NOW, type: 'a', outcome: 'success', sentence: 'A.' },
        { at: NOW, type: 'b', outcome: 'failure', sentence: 'B.', details: { n: 1, flag: false, nothing: null } },
      ]);
      expect(events.map((event) => event.type)).toEqual(['a', 'b']);
      expect(await store.events.list({ type: 'b' })).toEqual([events[1]]);
      expect((await store.events.list({ limit: 1 })).map((event) => event.type)).toEqual(['b']);
      expect(await store.events.insert([])).toEqual([]);
      // More than one statement takes, and no round number of any.
      const many = Array.from({ length: 150 }, (_, n) => ({
        at: NOW + n,
        type: 'many',
        outcome: 'success' as const,
        sentence: `Event ${n}.`,
        userId: n % 2 === 0 ? `user-${n}` : undefined,
      }));
      const stored = await store.events.insert(many);
      expect(stored.map(({ id, ...event }) => event)).toEqual(many);
      expect(await store.events.list({ type: 'many', limit: 1000 })).toEqual(stored);
    });

    it('gives a queued message to one caller at a time, and to none before its time', async () => {
      const content = { at: NOW, channel: 'sms', to: '+2', template: 'code', text: '1' } as const;
      const { id } = await store.outbox.insert({ ...content, delivery: 'queued', attempts: 0 });
      await store.outbox.insert(content);
      expect((await store.outbox.queued()).map((message) => message.id)).toEqual([id]);
      const claims = await Promise.all([1, 2, 3].map(() => store.outbox.claim(id, 0, NOW, NOW + 60_000)));
      expect(claims.filter((claim) => claim !== undefined)).toMatchObject([{ id, delivery: 'queued', attempts: 1 }]);
      expect(await store.outbox.claim(id, 1, NOW + 59_999, NOW + 120_000)).toBeUndefined();
      await store.outbox.settle(id, { delivery: 'queued', lastError: 'No.', nextAttemptAt: NOW + 5 });
      expect(await store.outbox.queued()).toMatchObject([{ id, lastError: 'No.', nextAttemptAt: NOW + 5 }]);
      expect(await store.outbox.claim(id, 1, NOW + 5, NOW + 60_000)).toMatchObject({ attempts: 2 });
      await store.outbox.settle(id, { delivery: 'sent' });
      expect(await store.outbox.queued()).toEqual([]);
      expect(await store.outbox.claim(id, 2, NOW + 999_999, NOW + 999_999)).toBeUndefined();
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
  });
}
