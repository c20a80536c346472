import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Auth0, Auth0Options } from '../src/core.ts';
import { createMemoryTab, type MemoryTab } from '../src/platform/memory/index.ts';
import type { Storage } from '../src/platform/platform.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, settled, type World } from './support/world.ts';

const DAY = 86_400;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

const robin = expect.objectContaining({ givenName: 'Robin' });
/** A new start of the app in the same browser. */
const restart = (tab: MemoryTab, options?: Partial<Auth0Options>) => world.open(options, tab.reload());
const offline = async () => {
  throw new TypeError('fetch failed');
};

describe('start', () => {
  it('known failure 1c-26: without stored credentials it is signed out, without an error', async () => {
    const { auth0, tab } = world.open();
    expect(auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: true });
    tab.fetch = offline;
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
    expect(tab.visited).toEqual([]);
  });

  it('restores the stored session without any request', async () => {
    const { tab } = await world.openSignedIn();
    const { auth0, tab: again } = restart(tab);
    again.fetch = offline;
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toEqual({ user: robin, error: null, isLoading: false });
  });

  it('a stored token that has expired, with nothing to renew it by, is nobody and no failure', async () => {
    const { tab, auth0 } = world.open({ useRefreshTokens: false, useRefreshTokensFallback: false });
    await auth0.credentialsManager.saveCredentials({
      accessToken: 'a',
      tokenType: 'Bearer',
      idToken: '',
      expiresAt: 1,
    });
    Object.assign(tab.userAgent, { modes: ['popup'] });
    const { session } = world.open({ useRefreshTokens: false }, tab).auth0;
    await session.start();
    expect(session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
  });

  it('known failure 1b-15: offline with an expired token keeps the user, says NO_NETWORK, leaves the store; later renews', async () => {
    const { tab } = await world.openSignedIn();
    world.advance(2 * DAY);
    const stored = JSON.stringify([...world.device.records.values()].map((area) => [...area]));
    const { auth0, tab: again } = restart(tab);
    again.fetch = offline;
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toEqual({
      user: robin,
      error: expect.objectContaining({ type: 'NO_NETWORK', code: 'network_error' }),
      isLoading: false,
    });
    expect(JSON.stringify([...world.device.records.values()].map((area) => [...area]))).toBe(stored);
    again.fetch = world.fetch;
    await auth0.credentialsManager.getCredentials();
    expect(auth0.session.getSnapshot()).toEqual({ user: robin, error: null, isLoading: false });
  });

  it('known failure 1a-11: a dead refresh token: signed out, store emptied, RENEW_FAILED, no throw, no loop', async () => {
    const { tab } = await world.openSignedIn();
    await world.tenant.control.users.revoke('auth0|sample');
    world.advance(2 * DAY);
    const before = world.tokenRequests.length;
    const { auth0 } = restart(tab);
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toEqual({
      user: null,
      error: expect.objectContaining({ type: 'RENEW_FAILED' }),
      isLoading: false,
    });
    expect(world.tokenRequests.length - before).toBe(1);
    for (const area of world.device.records.values()) expect([...area.keys()]).toEqual([]);
  });

  it.each([
    ['random bytes', () => '\u0000\ufffd{{{'],
    ['nothing', () => ''],
    ['a truncated record', (text: string) => text.slice(0, text.length / 2)],
    ['another version', (text: string) => text.replace('"v":1', '"v":99')],
    ['no access token', (text: string) => text.replace('"accessToken"', '"other"')],
    ['an ID token that is none', (text: string) => text.replace(/"idToken":"[^"]*"/, '"idToken":"a.b.c"')],
    ['text for a date', (text: string) => text.replace(/"expiresAt":\d+/, '"expiresAt":"soon"')],
  ])('known failure 1d-34: a record of %s is removed: signed out once, and the next login works', async (_, damage) => {
    const { tab } = await world.openSignedIn();
    for (const area of world.device.records.values())
      for (const [key, value] of area) if (key.startsWith('credentials.')) area.set(key, damage(value));
    const { auth0 } = restart(tab);
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
    for (const area of world.device.records.values()) expect([...area.keys()]).toEqual([]);
    await auth0.webAuth.authorize();
    expect(auth0.session.getSnapshot().user).toEqual(robin);
  });

  const openFailing = (method: keyof Storage) => {
    const tab = createMemoryTab(world.device, { fetch: world.fetch });
    const { storage } = tab;
    Object.assign(tab, {
      storage: (options: never) => ({ ...storage(options), [method]: () => Promise.reject(new Error('quota')) }),
    });
    return world.open({}, tab).auth0;
  };

  it('a storage whose set fails is a STORE_FAILED, and start still ends', async () => {
    const auth0 = openFailing('set');
    await auth0.session.start();
    expect(auth0.session.getSnapshot().isLoading).toBe(false);
    expect(await rejection(auth0.session.login(() => auth0.webAuth.authorize()))).toMatchObject({ message: 'quota' });
    expect(auth0.session.getSnapshot()).toMatchObject({ isLoading: false, error: { code: 'STORE_FAILED' } });
  });

  it('a storage whose get fails is a STORE_FAILED, and start still ends; a login is stored all the same', async () => {
    const auth0 = openFailing('get');
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ isLoading: false, error: { code: 'STORE_FAILED' } });
    const { accessToken } = await auth0.session.login(() => auth0.webAuth.authorize());
    expect(auth0.session.getSnapshot()).toEqual({ user: robin, error: null, isLoading: false });
    expect(await world.open().auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken });
  });

  it('a callback or listener of the app that throws breaks neither start nor a login', async () => {
    const { auth0, tab } = world.open();
    const uncaught: unknown[] = [];
    const catcher = (error: unknown) => uncaught.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', catcher);
    auth0.session.subscribe(() => {
      throw new Error('the app’s own');
    });
    await auth0.session.start();
    await auth0.webAuth.authorize();
    await settled();
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
    expect(auth0.session.getSnapshot().user).toEqual(robin);
    expect(tab.visited).toHaveLength(1);
    expect(uncaught).toContainEqual(expect.objectContaining({ message: 'the app’s own' }));
  });

  it('a sign-out elsewhere while this tab starts is not missed', async () => {
    const one = await world.openSignedIn();
    world.advance(2 * DAY);
    const two = restart(one.tab);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    two.tab.fetch = async (input, init) => {
      const response = await world.fetch(input, init);
      if (response.ok && String(input).endsWith('/oauth/token')) await held;
      return response;
    };
    const before = world.tokenRequests.length;
    const started = two.auth0.session.start();
    await expect.poll(() => world.tokenRequests.length).toBe(before + 1);
    await one.auth0.credentialsManager.clearCredentials();
    answer();
    await started;
    await settled();
    expect(two.auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
  });

  it('never rejects, and never reports a half: every snapshot on the way is whole', async () => {
    const { tab } = await world.openSignedIn();
    const { auth0 } = restart(tab);
    const seen: unknown[] = [];
    auth0.session.subscribe(() => seen.push(auth0.session.getSnapshot()));
    await auth0.session.start();
    expect(seen).toEqual([{ user: robin, error: null, isLoading: false }]);
  });

  describe('a stored session is shown before it is certain', () => {
    /** A tab whose storage answers `get` when it is let, and the moment at which it is first asked. */
    function restartSlowly(tab: MemoryTab) {
      const again = tab.reload();
      const { storage } = again;
      let answer = () => {};
      const isLet = new Promise<void>((resolve) => {
        answer = resolve;
      });
      Object.assign(again, {
        storage: (options: Parameters<typeof storage>[0]) => {
          const area = storage(options);
          return { ...area, get: (key: string) => isLet.then(() => area.get(key)) };
        },
      });
      const { auth0 } = world.open({}, again);
      const started = auth0.session.start();
      return { auth0, started, answer };
    }
    const shown = (auth0: Auth0) => auth0.session.getSnapshot();

    it('and stays', async () => {
      const { tab } = await world.openSignedIn();
      const { auth0, started, answer } = restartSlowly(tab);
      await expect.poll(() => shown(auth0)).toEqual({ user: robin, error: null, isLoading: false });
      const { user } = shown(auth0);
      answer();
      await started;
      expect(shown(auth0).user).toBe(user);
    });

    it('and goes, when another tab has just signed out', async () => {
      const { auth0: other, tab } = await world.openSignedIn();
      const { auth0, started, answer } = restartSlowly(tab);
      await expect.poll(() => shown(auth0).user).toEqual(robin);
      await other.credentialsManager.clearCredentials();
      answer();
      await started;
      expect(shown(auth0)).toEqual({ user: null, error: null, isLoading: false });
    });

    it('and does not come back after a sign-out of its own', async () => {
      const { tab } = await world.openSignedIn();
      const { auth0, started, answer } = restartSlowly(tab);
      await expect.poll(() => shown(auth0).user).toEqual(robin);
      const signedOut = auth0.credentialsManager.clearCredentials();
      answer();
      await Promise.all([started, signedOut]);
      await settled();
      expect(shown(auth0)).toEqual({ user: null, error: null, isLoading: false });
    });

    it('but not when its token has expired', async () => {
      const { tab } = await world.openSignedIn();
      world.advance(2 * DAY);
      const { auth0, started, answer } = restartSlowly(tab);
      await settled();
      expect(shown(auth0)).toEqual({ user: null, error: null, isLoading: true });
      answer();
      await started;
      expect(shown(auth0)).toEqual({ user: robin, error: null, isLoading: false });
    });
  });
});

describe('several tabs', () => {
  it('S19: signing out in one signs out in all, and no leftover mints a token', async () => {
    const one = await world.openSignedIn();
    const two = world.open();
    await two.auth0.session.start();
    expect(two.auth0.session.getSnapshot().user).toEqual(robin);
    await one.auth0.credentialsManager.clearCredentials();
    await settled();
    expect(two.auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
    const before = world.tokenRequests.length;
    for (const { auth0, tab } of [one, two]) {
      const shown = tab.visited.length;
      expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
      expect(tab.visited).toHaveLength(shown);
    }
    expect(world.tokenRequests).toHaveLength(before);
  });

  it('S19: from memory too, where each tab holds its own', async () => {
    const one = await world.openSignedIn({ cacheLocation: 'memory' });
    const two = await world.openSignedIn({ cacheLocation: 'memory' });
    await one.auth0.credentialsManager.clearCredentials();
    await settled();
    expect(two.auth0.session.getSnapshot().user).toBeNull();
    expect(await two.auth0.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('signing in reaches the other tabs, and messages carry nothing but that something changed', async () => {
    const one = world.open();
    const two = world.open();
    await two.auth0.session.start();
    await one.auth0.webAuth.authorize();
    await settled();
    expect(two.auth0.session.getSnapshot().user).toEqual(robin);
    for (const message of world.device.messages) expect(Object.keys(message)).toEqual(['type']);
  });

  it('after dispose nothing is heard; a new start catches up', async () => {
    const one = await world.openSignedIn();
    const two = world.open();
    await two.auth0.session.start();
    two.auth0.session.dispose();
    await one.auth0.credentialsManager.clearCredentials();
    await settled();
    expect(two.auth0.session.getSnapshot().user).toEqual(robin);
    await two.auth0.session.start();
    await settled();
    expect(two.auth0.session.getSnapshot().user).toBeNull();
  });

  it('known failure 1c-30: two tenants, clients or storage keys side by side stay apart', async () => {
    const second = await createWorld();
    const tab = createMemoryTab(world.device, { fetch: world.fetch });
    const here = world.open({}, tab).auth0;
    await here.webAuth.authorize();
    const others = [
      world.open({ clientId: 'postern-cli' }, tab).auth0,
      world.open({ credentialsManagerStorageKey: 'second' }, tab).auth0,
      second.open({}, tab).auth0,
    ];
    for (const other of others) {
      await other.session.start();
      expect(other.session.getSnapshot().user).toBeNull();
      await other.credentialsManager.clearCredentials();
    }
    expect(await here.credentialsManager.hasValidCredentials()).toBe(true);
    const there = others.at(-1);
    await there?.webAuth.authorize();
    const issuerOf = async (client = here) =>
      JSON.parse(atob((await client.credentialsManager.getCredentials()).idToken.split('.')[1] ?? '')).iss;
    expect(await issuerOf()).toBe(`${world.origin}/`);
    expect(await issuerOf(there)).toBe(`${second.origin}/`);
    await second.close();
  });
});

describe('memory, and silent logins', () => {
  it('S21: the default keeps tokens in memory alone', async () => {
    const { tab } = await world.openSignedIn({ cacheLocation: undefined } as never);
    void tab;
    const kept = JSON.stringify([...world.device.records.values()].map((area) => [...area]));
    expect(kept).not.toMatch(/eyJ|token/i);
  });

  it('after a reload a memory session comes back by a silent login; after a sign-out it does not', async () => {
    const first = await world.openSignedIn({ cacheLocation: 'memory' });
    const second = restart(first.tab, { cacheLocation: 'memory' });
    await second.auth0.session.start();
    expect(second.auth0.session.getSnapshot().user).toEqual(robin);
    expect(new URL(second.tab.visited[0] ?? '').searchParams.get('prompt')).toBe('none');
    await second.auth0.credentialsManager.clearCredentials();
    const third = restart(second.tab, { cacheLocation: 'memory' });
    await third.auth0.session.start();
    expect(third.auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
    expect(third.tab.visited).toEqual([]);
  });

  it('a silent login that finds nobody is no error', async () => {
    const { auth0, tab } = world.open();
    tab.visit = ({ redirectUri, state }) =>
      `${redirectUri}?error=login_required&error_description=Login%20required&state=${state}&iss=${encodeURIComponent(`${world.origin}/`)}`;
    await auth0.webAuth.checkWebSession();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
    expect(await auth0.webAuth.getWebUser()).toBeNull();
  });

  it('checkWebSession joins an open session; getWebUser has every claim', async () => {
    const { auth0 } = world.open();
    await auth0.webAuth.checkWebSession();
    expect(auth0.session.getSnapshot().user).toEqual(robin);
    expect(await auth0.webAuth.getWebUser()).toEqual(auth0.session.getSnapshot().user);
  });

  it('without a refresh token a renewal is silent where allowed; login_required there ends the session', async () => {
    const { auth0, tab } = await world.openSignedIn({ useRefreshTokens: false });
    expect((await auth0.credentialsManager.getCredentials()).refreshToken).toBeUndefined();
    const before = tab.visited.length;
    const renewed = await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(renewed).toHaveProperty('accessToken');
    expect(new URL(tab.visited[before] ?? '').searchParams.get('audience')).toBe('https://api.postern.test');
    tab.visit = ({ redirectUri, state }) =>
      `${redirectUri}?error=login_required&state=${state}&iss=${encodeURIComponent(`${world.origin}/`)}`;
    expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
      type: 'NO_CREDENTIALS',
      code: 'login_required',
    });
    expect(auth0.session.getSnapshot().user).toBeNull();
  });

  it('login_required for a further API ends no session that has a refresh token of its own', async () => {
    const { auth0, tab } = await world.openSignedIn();
    const { visit } = tab;
    tab.visit = ({ redirectUri, state }) =>
      `${redirectUri}?error=login_required&state=${state}&iss=${encodeURIComponent(`${world.origin}/`)}`;
    const { credentialsManager } = auth0;
    expect(await rejection(credentialsManager.getApiCredentials('https://files.postern.test'))).toMatchObject({
      code: 'login_required',
    });
    expect(auth0.session.getSnapshot().user).toEqual(robin);
    expect(await credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('refreshToken');
    tab.visit = visit;
  });

  it('NO_REFRESH_TOKEN where there is none and the fallback is off', async () => {
    const { auth0, tab } = world.open({ useRefreshTokensFallback: false, audience: undefined } as never);
    await auth0.webAuth.authorize({ scope: 'openid' });
    const { refreshToken: _, ...rest } = await auth0.credentialsManager.getCredentials();
    await auth0.credentialsManager.clearCredentials();
    await auth0.credentialsManager.saveCredentials(rest);
    world.advance(2 * DAY);
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_REFRESH_TOKEN' });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    expect(tab.visited).toHaveLength(1);
  });
});

describe('waking up', () => {
  it('renews when the app wakes and the token is due, and not otherwise', async () => {
    const { tab } = await world.openSignedIn();
    const before = world.tokenRequests.length;
    tab.wake('visible');
    await settled();
    expect(world.tokenRequests).toHaveLength(before);
    world.advance(2 * DAY);
    tab.wake('online');
    tab.wake('visible');
    await expect.poll(() => world.tokenRequests.length).toBe(before + 1);
  });

  it('S19: a page that the browser kept frozen heard of no sign-out, and asks when it is back', async () => {
    const { tab, auth0 } = await world.openSignedIn();
    const other = world.open();
    await other.auth0.session.start();
    for (const listeners of world.device.listeners.values()) listeners.clear();
    await other.auth0.credentialsManager.clearCredentials();
    expect(auth0.session.getSnapshot().user).toEqual(robin);
    tab.wake('restored');
    await expect.poll(() => auth0.session.getSnapshot().user).toBeNull();
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
  });

  it('offline, a wake changes nothing', async () => {
    const { auth0, tab } = await world.openSignedIn();
    world.advance(2 * DAY);
    tab.fetch = offline;
    const before = auth0.session.getSnapshot();
    tab.wake('visible');
    await settled();
    expect(auth0.session.getSnapshot()).toBe(before);
  });
});

it('a login that stored itself is not stored twice, and told to the other tabs once', async () => {
  const { auth0 } = world.open();
  await auth0.session.login(() => auth0.webAuth.authorize());
  expect(world.device.messages).toEqual([{ type: 'credentials' }]);
});

describe('saveCredentials', () => {
  it('stores without setting the user, and refuses what is no credentials', async () => {
    const { auth0 } = await world.openSignedIn();
    const credentials = await auth0.credentialsManager.getCredentials();
    const other = world.open({ credentialsManagerStorageKey: 'x' }).auth0;
    await other.credentialsManager.saveCredentials(credentials);
    expect(other.session.getSnapshot().user).toBeNull();
    expect(await other.credentialsManager.getCredentials()).toEqual(credentials);
    for (const wrong of [{}, { accessToken: 'a' }, { ...credentials, expiresAt: Number.NaN }, undefined])
      expect(await rejection(other.credentialsManager.saveCredentials(wrong as never))).toMatchObject({
        type: 'INVALID_CREDENTIALS',
      });
  });

  it('hasValidCredentials asks nobody: a refresh token will do, or an access token that lives as long as is asked', async () => {
    const { auth0 } = await world.openSignedIn();
    const { refreshToken: _, ...rest } = await auth0.credentialsManager.getCredentials();
    const { credentialsManager } = world.open({ credentialsManagerStorageKey: 'y' }).auth0;
    const before = world.tokenRequests.length;
    expect(await credentialsManager.hasValidCredentials()).toBe(false);
    await credentialsManager.saveCredentials(rest);
    const left = rest.expiresAt - Math.floor(world.device.clock.now() / 1000);
    expect(await credentialsManager.hasValidCredentials(left - 60)).toBe(true);
    expect(await credentialsManager.hasValidCredentials(left + 60)).toBe(false);
    expect(await auth0.credentialsManager.hasValidCredentials(left + 60)).toBe(true);
    world.advance(left + 60);
    expect(await credentialsManager.hasValidCredentials()).toBe(false);
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
    expect(world.tokenRequests).toHaveLength(before);
  });

  it('a renewal’s answer without a refresh token does not lose the one there is', async () => {
    const { auth0 } = await world.openSignedIn();
    const { refreshToken, ...rest } = await auth0.credentialsManager.getCredentials();
    await auth0.credentialsManager.saveCredentials(rest);
    expect((await auth0.credentialsManager.getCredentials()).refreshToken).toBe(refreshToken);
  });

  it('credentials of another person take nothing over from those before', async () => {
    const { auth0 } = await world.openSignedIn();
    const { refreshToken, ...rest } = await auth0.credentialsManager.getCredentials();
    const payload = Buffer.from(JSON.stringify({ sub: 'auth0|another' })).toString('base64url');
    for (const idToken of [`e30.${payload}.x`, '']) {
      await auth0.credentialsManager.saveCredentials({ ...rest, tokenType: 'Bearer', idToken });
      const kept = await auth0.credentialsManager.getCredentials();
      expect(kept).not.toHaveProperty('refreshToken');
      await auth0.credentialsManager.saveCredentials({ ...rest, ...(refreshToken ? { refreshToken } : {}) });
    }
  });

  it('known failure 1a-8: a login without an ID token resolves, with no user', async () => {
    const { auth0 } = world.open();
    const credentials = {
      idToken: '',
      accessToken: 'a',
      tokenType: 'Bearer',
      expiresAt: Math.floor(Date.now() / 1000) + 99,
    };
    expect(await auth0.session.login(async () => credentials)).toEqual(credentials);
    expect(auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
  });
});
