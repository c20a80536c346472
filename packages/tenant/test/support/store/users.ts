import { describe, expect, it } from 'vitest';
import { DuplicateUserError } from '../../../src/store/store.ts';
import { alice, NOW, store } from './stage.ts';

/** People, what belongs to them, and where they are members. */
export function describeUsers(): void {
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
}
