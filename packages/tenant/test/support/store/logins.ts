import { describe, expect, it } from 'vitest';
import { accessToken, alice, artifact, family, MINUTE, NOW, store } from './stage.ts';

/** What logins leave behind: codes, sessions, tokens, consents. */
export function describeLogins(): void {
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

  it.each([
    ['stands still', 0],
    ['goes back', -1000],
  ])('finds the artifact that replaced the others, also while the clock %s', async (_what, step) => {
    for (const [n, hash] of ['z', 'a', 'm'].entries()) {
      await store.artifacts.consumeForSubject('code', 's', NOW + n * step);
      await store.artifacts.insert({ ...artifact, hash, createdAt: NOW + n * step });
    }
    expect((await store.artifacts.latestForSubject('code', 's'))?.hash).toBe('m');
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
}
