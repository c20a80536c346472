import { sampleConfig } from '@postern/tenant';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab, type MemoryTab } from '../src/platform/memory/index.ts';
import type { Storage } from '../src/platform/platform.ts';
import { silentChannel } from '../src/platform/silent-channel.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, settled, type World } from './support/world.ts';

/** Whatever a device does to a session, it ends by the server's word or the person's, and by nothing else. */

const HOUR = 3600;
const DAY = 24 * HOUR;
let world: World;
beforeAll(async () => {
  // A refresh token works once: what is lost of a renewal cannot be had again.
  const once = sampleConfig.clients.map((client) => ({
    ...client,
    refreshToken: { ...client.refreshToken, leeway: 0 },
  }));
  world = await createWorld({ clients: once });
});
beforeEach(() => world.renew());
afterAll(() => world.close());

type Step = `${keyof Storage} ${string}` | 'keys';

/** A tab whose storage fails at the steps that `fails` names (`set credentials`, `delete session`, `keys`). */
function openTab(options: { readonly from?: MemoryTab } = {}) {
  const fails = new Set<Step>();
  const steps: Step[] = [];
  const tab = options.from?.reload() ?? createMemoryTab(world.device, { fetch: world.fetch });
  const plain = createMemoryTab(world.device).storage;
  const attempt = async (method: keyof Storage, key = '') => {
    const step = (method === 'keys' ? method : `${method} ${key.split('.')[0]}`) as Step;
    steps.push(step);
    if (fails.has(step)) throw new Error(`${step} failed`);
  };
  Object.assign(tab, {
    storage: (where: Parameters<typeof plain>[0]): Storage => {
      const area = plain(where);
      return {
        get: (key) => attempt('get', key).then(() => area.get(key)),
        set: (key, value) => attempt('set', key).then(() => area.set(key, value)),
        delete: (key) => attempt('delete', key).then(() => area.delete(key)),
        keys: () => attempt('keys').then(area.keys),
      };
    },
  });
  return { ...world.open({}, tab), fails, steps };
}

const records = () => [...(world.device.records.get(world.namespace)?.keys() ?? [])];
const credentialRecords = () => records().filter((key) => key.startsWith('credentials.'));
const tokenOf = async ({ auth0 }: Pick<ReturnType<typeof openTab>, 'auth0'>) =>
  (await auth0.credentialsManager.getCredentials()).accessToken;
/** Refresh tokens that were used twice, since the test began. */
const reuses = () => world.tenant.control.events.list({ type: 'refresh.reuse_detected', afterId: lastEvent });
let lastEvent = 0;
beforeEach(async () => {
  lastEvent = (await world.tenant.control.events.list({ limit: 1 })).at(-1)?.id ?? 0;
});

describe('what may still go wrong once a change is stored', () => {
  it.each([
    ['delete credentials'],
    ['keys'],
    ['get session'],
    ['get session', 'keys', 'delete credentials'],
  ] as Step[][])('a login whose tidying up fails (%s) is a login; the next start tidies up', async (...steps) => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    for (const step of steps) opened.fails.add(step);
    const { accessToken } = await opened.auth0.webAuth.authorize();
    expect(opened.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
    expect(credentialRecords()).toHaveLength(2);
    const next = world.open();
    await next.auth0.session.start();
    await settled();
    expect(credentialRecords()).toHaveLength(1);
    expect(await tokenOf(next)).toBe(accessToken);
    opened.fails.clear();
    expect(await tokenOf(opened)).toBe(accessToken);
  });

  it('a login whose key cannot be looked at just then is a login', async () => {
    const { auth0, tab } = openTab();
    const { keys } = tab;
    let isStored = false;
    const post = tab.channel;
    Object.assign(tab, {
      keys: {
        ...keys,
        get: async (name: string) => {
          if (isStored) throw new Error('busy');
          return keys.get(name);
        },
      },
      channel: (name: string) => {
        const channel = post(name);
        return {
          ...channel,
          post: (message: never) => {
            isStored = true;
            channel.post(message);
          },
        };
      },
    });
    const { accessToken } = await auth0.webAuth.authorize();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({
      code: 'DPOP_KEY_RETRIEVAL_FAILED',
    });
    isStored = false;
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken });
  });

  it('nobody who can be told: logins, renewals and sign-outs count all the same', async () => {
    const { auth0, tab } = openTab();
    const open = tab.channel;
    Object.assign(tab, {
      channel: (name: string) => ({
        ...open(name),
        post: () => {
          throw new DOMException('The channel is closed.', 'InvalidStateError');
        },
      }),
    });
    await auth0.webAuth.authorize();
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
    await auth0.credentialsManager.clearCredentials();
    expect(auth0.session.getSnapshot()).toEqual({ user: null, error: null, isLoading: false });
    expect(records()).toEqual([]);
  });

  it('a login that cannot be stored leaves the session before, and nothing of its own', async () => {
    const opened = openTab();
    const { accessToken } = await opened.auth0.webAuth.authorize();
    const before = records();
    opened.fails.add('set session');
    expect(await rejection(opened.auth0.session.login(() => opened.auth0.webAuth.authorize()))).toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(records()).toEqual(before);
    expect(await tokenOf(world.open())).toBe(accessToken);
  });

  it('S19: a sign-out that leaves tokens behind says so, is one everywhere, and the next start removes them', async () => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    await opened.auth0.session.start();
    const other = world.open();
    await other.auth0.session.start();
    opened.fails.add('delete credentials');
    expect(await rejection(opened.auth0.credentialsManager.clearCredentials())).toMatchObject({ type: 'STORE_FAILED' });
    for (const { auth0 } of [opened, other]) {
      await expect.poll(() => auth0.session.getSnapshot().user).toBeNull();
      expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    }
    expect(credentialRecords()).toHaveLength(1);
    opened.fails.clear();
    await openTab().auth0.session.start();
    await expect.poll(records).toEqual([]);
  });

  it('a sign-out that the storage refuses is none, and says so', async () => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    opened.fails.add('delete session');
    expect(await rejection(opened.auth0.credentialsManager.clearCredentials())).toMatchObject({ type: 'STORE_FAILED' });
    expect(opened.auth0.session.getSnapshot().user).not.toBeNull();
    opened.fails.clear();
    await opened.auth0.credentialsManager.clearCredentials();
    expect(records()).toEqual([]);
  });

  it.each(['delete session', 'delete credentials', 'get session'] as Step[])(
    'a session that the tenant ended is RENEW_FAILED, even if %s fails then',
    async (step) => {
      const opened = openTab();
      await opened.auth0.webAuth.authorize();
      await world.tenant.control.users.revoke('auth0|sample');
      world.advance(2 * DAY);
      const { fetch } = opened.tab;
      opened.tab.fetch = async (input, init) => {
        if (String(init?.body).includes('refresh_token') && step !== 'get session') opened.fails.add(step);
        return fetch(input, init);
      };
      expect(await rejection(opened.auth0.credentialsManager.getCredentials())).toMatchObject({
        type: 'RENEW_FAILED',
        code: 'invalid_grant',
      });
      opened.fails.clear();
      await rejection(opened.auth0.credentialsManager.getCredentials());
      await openTab().auth0.session.start();
      await expect.poll(records).toEqual([]);
    },
  );

  it('what a tab that was closed in the middle left behind is gone after the next start', async () => {
    const { auth0 } = openTab();
    const { accessToken } = await auth0.webAuth.authorize();
    world.device.records.get(world.namespace)?.set('credentials.orphan', '{"v":1,"credentials":"secret"}');
    const next = openTab();
    await next.auth0.session.start();
    await expect.poll(records).not.toContain('credentials.orphan');
    expect(await tokenOf(next)).toBe(accessToken);
  });
});

describe('a login that another tab is stuck in, between its record and its pointer', () => {
  it.each(['a start', 'a login', 'a sign-out'] as const)(
    'outlives %s of this one, and stands when it goes on',
    async (kind) => {
      const stuck = openTab();
      let goOn = () => {};
      let reached = () => {};
      const isStuck = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const { storage } = stuck.tab;
      const tab = createMemoryTab(world.device, { fetch: world.fetch });
      Object.assign(tab, {
        storage: (options: never): Storage => {
          const area = storage(options);
          return {
            ...area,
            set: async (key, value) => {
              if (key === 'session') {
                reached();
                await new Promise<void>((resolve) => {
                  goOn = resolve;
                });
              }
              return area.set(key, value);
            },
          };
        },
      });
      const frozen = world.open({ useDPoP: false }, tab);
      const login = frozen.auth0.webAuth.authorize();
      await isStuck;
      const { auth0 } = world.open({ useDPoP: false });
      const done =
        kind === 'a login'
          ? auth0.webAuth.authorize()
          : kind === 'a start'
            ? auth0.session.start()
            : auth0.credentialsManager.clearCredentials();
      const time = setInterval(() => world.device.clock.advance(1000), 2);
      await done;
      await settled();
      clearInterval(time);
      goOn();
      const { accessToken } = await login;
      await settled();
      expect(await tokenOf(world.open({ useDPoP: false }))).toBe(accessToken);
    },
  );
});

describe('a storage that has no room, or fails once', () => {
  it('a renewal that it did not take is stored as soon as it takes it, and nothing is asked for twice', async () => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    await opened.auth0.session.start();
    world.advance(2 * DAY);
    const before = world.tokenRequests.length;
    opened.fails.add('set credentials');
    for (let i = 0; i < 3; i++)
      expect(await rejection(opened.auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'STORE_FAILED' });
    expect(opened.auth0.session.getSnapshot().user).not.toBeNull();
    opened.fails.clear();
    const { accessToken, refreshToken } = await opened.auth0.credentialsManager.getCredentials();
    expect(world.tokenRequests.length - before).toBe(1);
    expect(await world.open().auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken, refreshToken });
    world.advance(2 * DAY);
    expect(await tokenOf(world.open())).not.toBe(accessToken);
    expect(await reuses()).toEqual([]);
  });

  it('a renewal that it did not take does not come over another tab’s login', async () => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    world.advance(2 * DAY);
    opened.fails.add('set credentials');
    await rejection(opened.auth0.credentialsManager.getCredentials());
    opened.fails.clear();
    const fresh = await world.open().auth0.webAuth.authorize();
    await settled();
    expect(await tokenOf(opened)).toBe(fresh.accessToken);
  });

  it.each(['get session', 'get credentials', 'keys'] as Step[])(
    '%s that fails for a while costs no session',
    async (step) => {
      const first = openTab();
      await first.auth0.webAuth.authorize();
      const again = openTab({ from: first.tab });
      again.fails.add(step);
      await again.auth0.session.start();
      again.fails.clear();
      await settled();
      expect(again.auth0.session.getSnapshot().isLoading).toBe(false);
      world.advance(2 * DAY);
      // In the middle of a renewal.
      const { fetch } = again.tab;
      again.tab.fetch = async (input, init) => {
        const response = await fetch(input, init);
        if (String(init?.body).includes('refresh_token')) again.fails.add(step);
        return response;
      };
      const during = await again.auth0.credentialsManager.getCredentials().catch((error: unknown) => error);
      if (during instanceof Error) expect(during).toMatchObject({ type: 'STORE_FAILED' });
      again.tab.fetch = fetch;
      again.fails.clear();
      const token = await tokenOf(again);
      expect(await tokenOf(openTab())).toBe(token);
      world.advance(2 * DAY);
      expect(await tokenOf(again)).not.toBe(token);
      expect(again.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' } });
      expect(await reuses()).toEqual([]);
    },
  );

  it('storage that is cleared during a renewal ends the session, leaves nothing, and the next login works', async () => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    await opened.auth0.session.start();
    world.advance(2 * DAY);
    const { fetch } = opened.tab;
    opened.tab.fetch = async (input, init) => {
      const response = await fetch(input, init);
      for (const area of world.device.records.values()) area.clear();
      return response;
    };
    expect(await rejection(opened.auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    opened.tab.fetch = fetch;
    expect(records()).toEqual([]);
    expect(opened.auth0.session.getSnapshot().user).toBeNull();
    const { accessToken } = await opened.auth0.webAuth.authorize();
    expect(await tokenOf(opened)).toBe(accessToken);
  });
});

describe('an answer to a renewal that is no good', () => {
  it('S14: of an ID token whose key nobody knows yet, the new refresh token is kept: the session lives on', async () => {
    const { auth0 } = openTab();
    const { accessToken } = await auth0.webAuth.authorize();
    world.tenant.control.faults.add({ kind: 'id_token', claim: 'signature' });
    expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
      type: 'RENEW_FAILED',
      code: 'a0.session.invalid_idtoken',
    });
    // What was refused is not handed out.
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken });
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
    expect(await reuses()).toEqual([]);
  });

  it('known failure 1a-5: one that is cut off on its way is asked for again once, inside the overlap', async () => {
    const forgiving = await createWorld();
    const { auth0, tab } = await forgiving.openSignedIn();
    const { fetch } = tab;
    const before = forgiving.tokenRequests.length;
    tab.fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!response.ok || !String(init?.body).includes('refresh_token')) return response;
      tab.fetch = fetch;
      const text = await response.text();
      return new Response(text.slice(0, text.length / 2), { headers: response.headers });
    };
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
    expect(forgiving.tokenRequests.length - before).toBe(2);
    await forgiving.close();
  });
});

describe('a clock that is wrong', () => {
  it.each([-30, -5, -1, 1, 5, 30])('by %i hours costs no session, and all is well once it is right', async (hours) => {
    const opened = openTab();
    await opened.auth0.webAuth.authorize();
    await opened.auth0.session.start();
    world.device.clock.advance(hours * HOUR * 1000);
    for (const force of [false, true]) {
      const got = await opened.auth0.credentialsManager
        .getCredentials(undefined, 0, {}, force)
        .catch((error: unknown) => error);
      if (got instanceof Error) expect(got).toMatchObject({ type: 'RENEW_FAILED', message: /clock/ });
    }
    opened.tab.wake('visible');
    await settled();
    expect(opened.auth0.session.getSnapshot().user).not.toBeNull();
    world.device.clock.advance(-hours * HOUR * 1000);
    expect(await opened.auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
    const restarted = openTab({ from: opened.tab });
    await restarted.auth0.session.start();
    expect(restarted.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
    expect(await reuses()).toEqual([]);
  });
});

describe('tabs', () => {
  it('a tab that is frozen during a renewal keeps the others waiting for a while, and no session is lost', async () => {
    const frozen = openTab();
    await frozen.auth0.webAuth.authorize();
    const other = openTab();
    await other.auth0.session.start();
    world.advance(2 * DAY);
    let thaw = () => {};
    let freeze = () => {};
    const isFrozen = new Promise<void>((resolve) => {
      freeze = resolve;
    });
    const { fetch } = frozen.tab;
    frozen.tab.fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (response.ok && String(init?.body).includes('refresh_token'))
        await new Promise<void>((resolve) => {
          thaw = resolve;
          freeze();
        });
      return response;
    };
    const before = world.tokenRequests.length;
    const renewing = frozen.auth0.credentialsManager.getCredentials();
    await isFrozen;
    const waiting = other.auth0.credentialsManager.getCredentials();
    await settled();
    thaw();
    frozen.tab.fetch = fetch;
    const { accessToken } = await renewing;
    expect(await waiting).toMatchObject({ accessToken });
    expect(world.tokenRequests.length - before).toBe(1);
  });

  it('tabs that cannot hear each other see sign-outs and logins when they are looked at', async () => {
    const deaf = () => {
      const opened = openTab();
      Object.assign(opened.tab, { channel: () => silentChannel });
      return opened;
    };
    const [one, two] = [deaf(), deaf()];
    await one.auth0.webAuth.authorize();
    await Promise.all([one.auth0.session.start(), two.auth0.session.start()]);
    expect(two.auth0.session.getSnapshot().user).not.toBeNull();
    await one.auth0.credentialsManager.clearCredentials();
    two.tab.wake('visible');
    await expect.poll(two.auth0.session.getSnapshot).toMatchObject({ user: null, error: null });
    const { accessToken } = await two.auth0.webAuth.authorize();
    one.tab.wake('visible');
    await expect.poll(() => one.auth0.session.getSnapshot().user).not.toBeNull();
    expect(await tokenOf(one)).toBe(accessToken);
  });
});
