import { sampleConfig } from '@postern/tenant';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { MutexTimeoutError } from '../src/platform/platform.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, settled, visitSignedIn, type World } from './support/world.ts';

const DAY = 86_400;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

type Kind = 'login' | 'get' | 'getOther' | 'force' | 'signOut' | 'reload' | 'drop' | 'offline' | 'wake';
interface Step {
  /** Done at once, each in its tab. */
  readonly together: readonly { readonly tab: number; readonly kind: Kind }[];
  /** Days that pass before. */
  readonly sleep: number;
}

const step = fc.record({
  together: fc.array(
    fc.record({
      tab: fc.nat(2),
      kind: fc.constantFrom<Kind>(
        'login',
        'get',
        'get',
        'getOther',
        'getOther',
        'force',
        'signOut',
        'reload',
        'drop',
        'offline',
        'wake',
      ),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  sleep: fc.constantFrom(0, 0, 2),
});

/**
 * A tenant that takes a refresh token once and never again. The sample's overlap, which makes a lost answer good, also
 * forgives two tabs that renew at once: there a missing lock would go unnoticed.
 */
const strict = {
  clients: sampleConfig.clients.map((client) => ({ ...client, refreshToken: { ...client.refreshToken, leeway: 0 } })),
};

/**
 * One person with three tabs on one session, everything happening at once. Checks the invariants after each step. Where the
 * tenant is strict no answer gets lost: nothing could make that good.
 */
async function live(world: World, steps: readonly Step[], useDPoP: boolean, isStrict: boolean): Promise<void> {
  world.renew();
  const options = { useMrrt: true, useDPoP };
  const tabs = [0, 1, 2].map(() => world.open(options));
  await Promise.all(tabs.map(({ auth0 }) => auth0.session.start()));
  await tabs[0]?.auth0.webAuth.authorize();
  await settled();
  const firstEvent = (await world.tenant.control.events.list({ limit: 1 })).at(-1)?.id ?? 0;

  for (const { together, sleep } of steps) {
    world.advance(sleep * DAY);
    const losesNothing = ({ kind }: { kind: Kind }) =>
      !isStrict || (kind !== 'drop' && (kind !== 'reload' || together.length === 1));
    const done = together.filter(losesNothing);
    const kinds = done.map(({ kind }) => kind);
    const outcomes = done.map(async ({ tab: at, kind }): Promise<unknown> => {
      const opened = tabs[at];
      if (!opened) return;
      const { auth0, tab } = opened;
      switch (kind) {
        case 'login':
          return auth0.webAuth.authorize();
        case 'get':
          return auth0.credentialsManager.getCredentials();
        case 'getOther':
          return auth0.credentialsManager.getApiCredentials('https://files.postern.test');
        case 'force':
          return auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
        case 'signOut':
          return auth0.credentialsManager.clearCredentials();
        case 'wake':
          return tab.wake('visible');
        case 'drop':
          // One: an answer lost twice running is beyond what the tenant's overlap can make good.
          if (world.tenant.control.faults.list().length === 0)
            world.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token' });
          return;
        case 'offline': {
          const { fetch } = tab;
          tab.fetch = async () => {
            throw new TypeError('offline');
          };
          await settled();
          tab.fetch = fetch === world.fetch ? fetch : world.fetch;
          return;
        }
        case 'reload': {
          auth0.session.dispose();
          const again = world.open(options, tab.reload());
          again.tab.fetch = world.fetch;
          tabs[at] = again;
          return again.auth0.session.start();
        }
      }
    });
    for (const outcome of await Promise.allSettled(outcomes))
      if (outcome.status === 'rejected') expect(outcome.reason).toHaveProperty('type');
    await settled();
    world.tenant.control.faults.clear();

    const users = tabs.map(({ auth0 }) => auth0.session.getSnapshot().user?.sub ?? null);
    const held = await Promise.all(tabs.map(({ auth0 }) => auth0.credentialsManager.hasValidCredentials()));
    // Whatever happened, the tabs agree on it.
    expect(new Set(held).size).toBe(1);
    expect(new Set(users).size).toBe(1);
    if (kinds.includes('signOut') && !kinds.includes('login')) {
      expect(held).toEqual([false, false, false]);
      for (const area of world.device.records.values()) expect([...area.keys()]).toEqual([]);
      expect(await world.device.keys.get(world.namespace)).toBeUndefined();
    }
    const tokens = await Promise.allSettled(
      tabs.flatMap(({ auth0: { credentialsManager } }) => [
        credentialsManager.getCredentials(),
        credentialsManager.getApiCredentials('https://files.postern.test'),
      ]),
    );
    for (const token of tokens) expect(token.status).toBe(held[0] ? 'fulfilled' : 'rejected');
  }
  const after = await world.tenant.control.events.list({ type: 'refresh.reuse_detected', afterId: firstEvent });
  expect(after).toEqual([]);
  for (const { auth0 } of tabs) auth0.session.dispose();
}

/** `npm run soak` asks for more of them, for longer. */
const RUNS = Number(process.env.POSTERN_SOAK_RUNS ?? 500);
const SECONDS = Number(process.env.POSTERN_SOAK_SECONDS ?? 600);
const LANES = 8;

describe('random interleavings', () => {
  it(
    'S16-S19, known failure 1a-3: tabs agree, every promise settles, nothing is left after a sign-out, no reuse',
    async () => {
      // Most of a life is waiting: several go on at once, each at a tenant of its own.
      const worlds = await Promise.all(Array.from({ length: LANES }, (_, lane) => createWorld(lane % 2 ? strict : {})));
      await Promise.all(
        worlds.map((own, lane) =>
          fc.assert(
            fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), fc.boolean(), (steps, useDPoP) =>
              live(own, steps, useDPoP, lane % 2 === 1),
            ),
            { numRuns: Math.ceil(RUNS / LANES), interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: true },
          ),
        ),
      );
      await Promise.all(worlds.map((own) => own.close()));
    },
    SECONDS * 1000 + 30_000,
  );
});

describe('locks', () => {
  it('known failure 2.2-11: a wait for a lock that nobody frees ends, and says NO_NETWORK', async () => {
    const { auth0, tab } = await world.openSignedIn();
    Object.assign(tab, {
      mutex: {
        run: (name: string, { waitMs }: { waitMs: number }) => {
          expect(waitMs).toBeGreaterThan(10_000);
          expect(waitMs).toBeLessThan(120_000);
          return Promise.reject(new MutexTimeoutError(name));
        },
      },
    });
    expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
      type: 'NO_NETWORK',
      code: 'timeout',
    });
    expect(auth0.session.getSnapshot().user).not.toBeNull();
  });

  it('known failure 2.2-11: a listener may call the client', async () => {
    const { auth0 } = await world.openSignedIn();
    await world.tenant.control.users.update('auth0|sample', { profile: { name: 'Robin Renamed' } });
    const inside: Promise<unknown>[] = [];
    const stop = auth0.session.subscribe(() => {
      inside.push(auth0.credentialsManager.getCredentials(undefined, 0, {}, inside.length === 0));
    });
    await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    stop();
    expect(auth0.session.getSnapshot().user?.name).toBe('Robin Renamed');
    expect(inside.length).toBeGreaterThan(0);
    await Promise.all(inside);
  });

  it('in-process: first come, first served; a waiter gives up in time; a failure frees the lock', async () => {
    const { mutex, clock } = world.device;
    const order: string[] = [];
    let free = () => {};
    const first = mutex.run('a', { waitMs: 1000 }, () => new Promise<void>((resolve) => (free = resolve)));
    const late = rejection(mutex.run('a', { waitMs: 1000 }, async () => order.push('never')));
    const second = mutex.run('a', { waitMs: 9000 }, async () => {
      order.push('second');
      throw new Error('inside');
    });
    const third = mutex.run('a', { waitMs: 9000 }, async () => order.push('third'));
    await mutex.run('b', { waitMs: 0 }, async () => order.push('another name'));
    clock.advance(1001);
    expect(await late).toBeInstanceOf(MutexTimeoutError);
    free();
    await first;
    expect((await rejection(second)).message).toBe('inside');
    await third;
    expect(order).toEqual(['another name', 'second', 'third']);
  });
});

describe('two tenants', () => {
  it('S7: a code of one delivered to a login at the other is sent to neither', async () => {
    const other = await createWorld();
    const tab = createMemoryTab(world.device, { fetch: world.fetch });
    const here = world.open({}, tab);
    tab.visit = async (request) => {
      const theirs = new URL(
        await visitSignedIn(other.tenant, { ...request, url: request.url.replace(world.origin, other.origin) }),
      );
      expect(theirs.searchParams.get('state')).toBe(request.state);
      return theirs.href;
    };
    const before = [world.tokenRequests.length, other.tokenRequests.length];
    expect(await rejection(here.auth0.webAuth.authorize())).toMatchObject({ type: 'INVALID_STATE' });
    expect([world.tokenRequests.length, other.tokenRequests.length]).toEqual(before);
    await other.close();
  });

  it('S7: without `iss` in the answer, as hosted tenants send it, a login at the other is none of this client’s', async () => {
    const other = await createWorld({ issParameter: false });
    const silent = await createWorld({ issParameter: false });
    const tab = createMemoryTab(silent.device, { fetch: silent.fetch });
    const here = silent.open({}, tab);
    const there = other.open({}, createMemoryTab(other.device, { fetch: other.fetch }));
    let theirs = '';
    // Two logins under way: the answer of the other one comes to this client.
    tab.visit = async (request) => {
      there.tab.visit = async (asked) => {
        theirs = await visitSignedIn(other.tenant, asked);
        return theirs;
      };
      await there.auth0.webAuth.authorize();
      expect(new URL(theirs).searchParams.get('iss')).toBeNull();
      expect(new URL(theirs).searchParams.get('state')).not.toBe(request.state);
      return theirs;
    };
    expect(await rejection(here.auth0.webAuth.authorize())).toMatchObject({ type: 'INVALID_STATE' });
    expect(silent.tokenRequests).toEqual([]);
    expect(other.tokenRequests).toHaveLength(1);
    await Promise.all([other.close(), silent.close()]);
  });
});
