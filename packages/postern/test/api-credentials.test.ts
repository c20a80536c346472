import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Auth0 } from '../src/core.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, type World } from './support/world.ts';

const FILES = 'https://files.postern.test';
const DAY = 86_400;

describe.each([true, false])('further APIs, with useDPoP %s', (useDPoP) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(() => world.renew());
  afterAll(() => world.close());

  const signIn = () => world.openSignedIn({ useMrrt: true, useDPoP });
  const refreshes = () => world.tokenRequests.filter((request) => request.get('grant_type') === 'refresh_token');
  const counting = async (work: () => Promise<unknown>) => {
    const before = refreshes().length;
    await work();
    return refreshes().length - before;
  };
  const files = (auth0: Auth0, scope?: string, minTtl?: number) =>
    auth0.credentialsManager.getApiCredentials(FILES, scope, minTtl);
  const reuse = async () => (await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).length;

  it('gives a token for that API, keeps it, and leaves the login’s as it was', async () => {
    const { auth0 } = await signIn();
    const before = await auth0.credentialsManager.getCredentials();
    const api = await files(auth0);
    expect([decodeJwt(api.accessToken).aud].flat()).toContain(FILES);
    expect(api).toEqual({
      accessToken: expect.any(String),
      tokenType: useDPoP ? 'DPoP' : 'Bearer',
      expiresAt: expect.any(Number),
      scope: expect.stringContaining('read:files'),
    });
    expect(await counting(() => files(auth0))).toBe(0);
    const after = await auth0.credentialsManager.getCredentials();
    expect(after).toEqual({ ...before, refreshToken: expect.any(String), idToken: expect.any(String) });
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(refreshes().at(-1)?.has('scope')).toBe(false);
  });

  it('the login’s own API is the stored access token', async () => {
    const { auth0 } = await signIn();
    const { accessToken } = await auth0.credentialsManager.getCredentials();
    const own = await auth0.credentialsManager.getApiCredentials('https://api.postern.test');
    expect(own.accessToken).toBe(accessToken);
    expect(own).not.toHaveProperty('refreshToken');
  });

  it.each(['', undefined, null])(
    'for the audience %j it is missing_parameters, and no token of another’s is given',
    async (none) => {
      const { auth0 } = await signIn();
      const { getApiCredentials } = auth0.credentialsManager;
      expect(await rejection(getApiCredentials(none as unknown as string))).toMatchObject({
        code: 'missing_parameters',
      });
    },
  );

  it('known failure 1a-3: two APIs at once are two calls in sequence, the second with the refresh token of the first', async () => {
    const { auth0 } = await signIn();
    world.advance(2 * DAY);
    const first = (await auth0.credentialsManager.hasValidCredentials()) && refreshes().length;
    await Promise.all([auth0.credentialsManager.getCredentials(), files(auth0), files(auth0), files(auth0)]);
    const sent = refreshes().slice(Number(first));
    expect(sent).toHaveLength(2);
    expect(sent[0]?.get('refresh_token')).not.toBe(sent[1]?.get('refresh_token'));
    expect(await reuse()).toBe(0);
  });

  it('known failure 1a-3: several tabs, both APIs, again and again: no reuse at the tenant', async () => {
    const first = await signIn();
    const tabs = [first, world.open({ useMrrt: true, useDPoP }), world.open({ useMrrt: true, useDPoP })];
    for (let round = 0; round < 5; round++) {
      world.advance(2 * DAY);
      const before = refreshes().length;
      await Promise.all(
        tabs.flatMap(({ auth0 }) => [auth0.credentialsManager.getCredentials(), files(auth0), files(auth0)]),
      );
      expect(refreshes().length - before).toBe(2);
    }
    expect(await reuse()).toBe(0);
  });

  it('a subset of the scopes is a hit; others are asked for together with those', async () => {
    const { auth0 } = await signIn();
    const one = await files(auth0, 'read:files');
    expect(one.scope?.split(' ')).toContain('read:files');
    expect(one.scope).not.toContain('write:files');
    expect(await counting(() => files(auth0, 'read:files'))).toBe(0);
    expect(await counting(() => files(auth0))).toBe(0);
    const both = await files(auth0, 'write:files');
    expect(both.scope?.split(' ')).toEqual(expect.arrayContaining(['read:files', 'write:files']));
    expect(await counting(() => files(auth0, 'write:files  read:files'))).toBe(0);
    expect(await counting(() => files(auth0, 'READ:FILES'))).toBe(1);
  });

  it('a scope the tenant leaves out is not asked for again and again', async () => {
    const { auth0 } = await signIn();
    const { scope } = await files(auth0, 'read:files admin:files');
    expect(scope).not.toContain('admin:files');
    expect(await counting(() => files(auth0, 'read:files admin:files'))).toBe(0);
  });

  it('with openid among the scopes the answer renews the user, too', async () => {
    const { auth0 } = await signIn();
    await world.tenant.control.users.update('auth0|sample', { profile: { name: 'Robin Twice' } });
    await files(auth0, 'read:files');
    expect(auth0.session.getSnapshot().user?.name).toBe('Robin Twice');
    expect((await auth0.webAuth.getWebUser())?.name).toBe('Robin Twice');
  });

  it('minTtl renews early; LARGE_MIN_TTL keeps what was renewed, the rotated refresh token included', async () => {
    const { auth0 } = await signIn();
    await files(auth0);
    expect(await rejection(files(auth0, undefined, 40 * DAY))).toMatchObject({ type: 'LARGE_MIN_TTL' });
    expect(await counting(() => files(auth0))).toBe(0);
    expect(await files(auth0)).toHaveProperty('accessToken');
    await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(await reuse()).toBe(0);
  });

  it('an expired one is renewed, with the scopes it had; parameters go along', async () => {
    const { auth0 } = await signIn();
    await files(auth0, 'read:files');
    world.advance(2 * DAY);
    await auth0.credentialsManager.getApiCredentials(FILES, undefined, 0, { custom: 'x' });
    const sent = refreshes().at(-1);
    expect(sent?.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', 'read:files']));
    expect(sent?.get('custom')).toBe('x');
    expect(sent?.get('audience')).toBe(FILES);
  });

  it('survives a reload, and every tab has it', async () => {
    const { auth0, tab } = await signIn();
    const { accessToken } = await files(auth0);
    const again = world.open({ useMrrt: true, useDPoP }, tab.reload());
    await again.auth0.session.start();
    expect((await files(again.auth0)).accessToken).toBe(accessToken);
    expect((await files(world.open({ useMrrt: true, useDPoP }).auth0)).accessToken).toBe(accessToken);
  });

  it('clearApiCredentials forgets that one; with a scope, only if it was asked for with that', async () => {
    const { auth0 } = await signIn();
    const { accessToken } = await files(auth0, 'read:files');
    await auth0.credentialsManager.clearApiCredentials(FILES, 'write:files');
    await auth0.credentialsManager.clearApiCredentials('https://nobody.example');
    expect((await files(auth0)).accessToken).toBe(accessToken);
    await auth0.credentialsManager.clearApiCredentials(FILES, 'read:files');
    expect(await counting(() => files(auth0))).toBe(1);
    await auth0.credentialsManager.clearApiCredentials(FILES);
    expect(await counting(() => files(auth0))).toBe(1);
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(0);
  });

  it('signing out and signing in again leaves nothing of it', async () => {
    const { auth0 } = await signIn();
    await files(auth0);
    await auth0.credentialsManager.clearCredentials();
    expect(await rejection(files(auth0))).toMatchObject({ type: 'NO_CREDENTIALS' });
    await auth0.webAuth.authorize();
    expect(await counting(() => files(auth0))).toBe(1);
  });

  it('a failed request caches nothing and ends nothing', async () => {
    const { auth0 } = await signIn();
    for (const [fault, type] of [
      [{ kind: 'respond', path: '/oauth/token', status: 503, body: '{}' }, 'API_ERROR'],
      [{ kind: 'respond', path: '/oauth/token', status: 429, body: '{}' }, 'API_ERROR'],
    ] as const) {
      world.tenant.control.faults.add(fault);
      expect(await rejection(files(auth0))).toMatchObject({ type });
      world.tenant.control.faults.clear();
    }
    expect(auth0.session.getSnapshot().user).not.toBeNull();
    expect(await counting(() => files(auth0))).toBe(1);
  });

  it('an API the tenant does not know is its own error; the session stays', async () => {
    const { auth0 } = await signIn();
    const error = await rejection(auth0.credentialsManager.getApiCredentials('https://unknown.example'));
    expect(error.status).toBeGreaterThanOrEqual(400);
    expect(auth0.session.getSnapshot().user).not.toBeNull();
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(0);
  });

  it('a refresh token that was revoked ends the session, as any renewal would', async () => {
    const { auth0 } = await signIn();
    const { refreshToken = '' } = await auth0.credentialsManager.getCredentials();
    await auth0.auth.revoke({ refreshToken });
    expect(await rejection(files(auth0))).toMatchObject({ type: 'RENEW_FAILED', code: 'invalid_grant' });
    expect(auth0.session.getSnapshot().user).toBeNull();
  });

  describe('without MRRT', () => {
    it('the session at the tenant is asked, silently; its token is kept, and the refresh token is left alone', async () => {
      const { auth0, tab } = await world.openSignedIn({ useDPoP });
      const { refreshToken } = await auth0.credentialsManager.getCredentials();
      const pages = tab.visited.length;
      const api = await files(auth0, 'read:files');
      expect([decodeJwt(api.accessToken).aud].flat()).toContain(FILES);
      expect(tab.visited.length - pages).toBe(1);
      const asked = new URL(tab.visited.at(-1) ?? '').searchParams;
      expect(asked.get('prompt')).toBe('none');
      expect(asked.get('scope')).not.toContain('offline_access');
      expect((await auth0.credentialsManager.getCredentials()).refreshToken).toBe(refreshToken);
      await files(auth0, 'read:files');
      expect(tab.visited.length - pages).toBe(1);
    });

    it('not where the app forbids it: NO_REFRESH_TOKEN, and the session stays', async () => {
      const { auth0 } = await world.openSignedIn({ useDPoP, useRefreshTokensFallback: false });
      expect(await rejection(files(auth0))).toMatchObject({ type: 'NO_REFRESH_TOKEN' });
      expect(auth0.session.getSnapshot().user).not.toBeNull();
    });
  });
});

describe('a client without policies', () => {
  it('gets no token for another API: the one for the login’s API is handed to nobody, its refresh token kept', async () => {
    const world = await createWorld();
    const options = { useMrrt: true, clientId: 'postern-cli', useRefreshTokensFallback: false };
    const { auth0 } = await world.openSignedIn(options);
    expect(await rejection(auth0.credentialsManager.getApiCredentials(FILES))).toMatchObject({
      type: 'API_EXCHANGE_FAILED',
    });
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
    expect(await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
    await world.close();
  });
});
