import type { Auth0 } from 'postern/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab, type MemoryTab } from '../src/platform/memory/index.ts';
import type { Storage } from '../src/platform/platform.ts';
import { password, realm } from './support/people.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, sampleUser, settled, type World } from './support/world.ts';

/** What befalls an old session is no answer once a newer login is stored, by whichever tab. */

const DAY = 86_400;
const person = { username: sampleUser, password, realm };
const files = 'https://files.postern.test';
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

/** The next token request of that kind of this tab waits for `goOn`, and is then answered by `answer`, if given. */
function hold(tab: MemoryTab, answer?: () => Promise<Response>) {
  let goOn = () => {};
  const until = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    const { fetch } = tab;
    tab.fetch = async (input, init) => {
      if (!String(init?.body).includes('grant_type=refresh_token')) return fetch(input, init);
      tab.fetch = fetch;
      resolve();
      await until;
      return answer ? answer() : fetch(input, init);
    };
  });
  return { reached, goOn };
}

/** From now on no tab hears of what others do. */
const losingMessages = () => {
  for (const listeners of world.device.listeners.values()) listeners.clear();
};

type Way = 'getCredentials' | 'getApiCredentials' | 'getSSOCredentials';
const ask: Record<Way, (auth0: Auth0) => Promise<unknown>> = {
  getCredentials: ({ credentialsManager }) => credentialsManager.getCredentials(),
  getApiCredentials: ({ credentialsManager }) => credentialsManager.getApiCredentials(files),
  getSSOCredentials: ({ credentialsManager }) => credentialsManager.getSSOCredentials(),
};

const failures: Record<string, { before?: () => Promise<unknown>; answer?: () => Promise<Response> }> = {
  'its refresh token was revoked': { before: () => world.tenant.control.users.revoke('auth0|sample') },
  'the network is lost': { answer: () => Promise.reject(new TypeError('fetch failed')) },
  'the tenant fails': { answer: async () => new Response('no', { status: 500 }) },
  'it asks for a second factor': {
    answer: async () => Response.json({ error: 'mfa_required', mfa_token: 'm' }, { status: 403 }),
  },
};

const wheres = ['this tab', 'another tab', 'another tab, whose message is late'] as const;

describe.each(Object.keys(ask) as Way[])('%s on an old session', (way) => {
  it.each(Object.keys(failures).flatMap((failure) => wheres.map((where) => [failure, where] as const)))(
    'that cannot be renewed, as %s, gives what a login of %s brought meanwhile',
    async (failure, where) => {
      const { before, answer } = failures[failure] ?? {};
      // Only a native client may take its session to the web.
      const options = { useMrrt: true, ...(way === 'getSSOCredentials' ? { clientId: 'postern-native' } : {}) };
      const logIn = ({ auth, session }: Auth0) => session.login(() => auth.passwordRealm(person));
      const { auth0, tab } = world.open(options);
      const other = world.open(options);
      await logIn(auth0);
      await other.auth0.session.start();
      world.advance(2 * DAY);
      await before?.();
      // Lost once is asked for again.
      const again =
        answer && failure.includes('network') ? [hold(tab, answer), hold(tab, answer)] : [hold(tab, answer)];
      const [first] = again.slice(-1);
      for (const { goOn } of again.slice(0, -1)) goOn();
      const asked = ask[way](auth0);
      await first?.reached;
      if (where.endsWith('late')) losingMessages();
      const fresh = await logIn(where === 'this tab' ? auth0 : other.auth0);
      await settled();
      first?.goOn();
      const got = await asked;
      if (way === 'getCredentials') expect(got).toEqual(fresh);
      else expect(got).toBeTruthy();
      expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
      const { accessToken } = await auth0.credentialsManager.getCredentials();
      expect(accessToken).toBe(fresh.accessToken);
    },
  );
});

it.each(['this tab', 'another tab'] as const)(
  'a login of %s that is just between its record and its pointer is waited for',
  async (where) => {
    let goOn = () => {};
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let reached = () => {};
    const isWriting = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let pauses = false;
    const pausing = createMemoryTab(world.device, { fetch: world.fetch });
    const { storage } = pausing;
    Object.assign(pausing, {
      storage: (options: never): Storage => {
        const area = storage(options);
        return {
          ...area,
          set: async (key, value) => {
            if (pauses && key === 'session') {
              reached();
              await until;
            }
            return area.set(key, value);
          },
        };
      },
    });
    const slow = world.open({}, pausing);
    await slow.auth0.webAuth.authorize();
    await slow.auth0.session.start();
    const { auth0 } = where === 'this tab' ? slow : world.open();
    await auth0.session.start();
    world.advance(2 * DAY);
    pauses = true;
    const login = slow.auth0.webAuth.authorize();
    await isWriting;
    world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 500, body: 'no' });
    const asked = auth0.credentialsManager.getCredentials();
    await expect.poll(() => world.tenant.control.faults.list()).toEqual([]);
    await settled();
    goOn();
    expect(await asked).toMatchObject({ accessToken: (await login).accessToken });
  },
);

describe('a tab that heard nothing', () => {
  it('of a login after its own session had ended finds it all the same', async () => {
    const { auth0 } = await world.openSignedIn();
    await auth0.credentialsManager.clearCredentials();
    const other = world.open();
    losingMessages();
    const fresh = await other.auth0.webAuth.authorize();
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
    expect(await auth0.credentialsManager.getCredentials()).toEqual(fresh);
  });

  it('of a login, its own token due and without a refresh token, has valid credentials', async () => {
    const { auth0 } = await world.openSignedIn({ useRefreshTokens: false });
    const other = world.open();
    losingMessages();
    world.advance(2 * DAY);
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    await other.auth0.webAuth.authorize();
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
  });

  it('of a sign-out and a login, with another key, comes to the new session', async () => {
    const { auth0 } = await world.openSignedIn();
    await auth0.credentialsManager.getCredentials();
    const other = world.open();
    losingMessages();
    await other.auth0.credentialsManager.clearCredentials();
    const fresh = await other.auth0.webAuth.authorize();
    world.advance(2);
    // The read that notices hands the old token out once more (docs/apis.md).
    await expect.poll(() => auth0.credentialsManager.getCredentials()).toEqual(fresh);
    expect(auth0.session.getSnapshot().error).toBeNull();
  });

  it('of a login, its own session’s ceiling reached, comes to the new session', async () => {
    const { auth0 } = world.open();
    const now = Math.floor(world.device.clock.now() / 1000);
    await auth0.credentialsManager.saveCredentials({
      accessToken: 'a',
      tokenType: 'Bearer',
      idToken: '',
      expiresAt: now + 9999,
      sessionExpiresAt: now + 60,
    });
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken: 'a' });
    const other = world.open();
    losingMessages();
    const fresh = await other.auth0.webAuth.authorize();
    world.advance(61);
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
    expect(await auth0.credentialsManager.getCredentials()).toEqual(fresh);
  });
});

it('a failure that no login came after stays the failure, asked for once', async () => {
  const { auth0 } = await world.openSignedIn();
  const before = world.tokenRequests.length;
  world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 500, body: 'no' });
  const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
  expect(error).toMatchObject({ type: 'API_ERROR' });
  expect(world.tokenRequests.length - before).toBe(1);
});

it('a ceiling that is reached makes credentials invalid', async () => {
  const { auth0 } = world.open();
  const now = Math.floor(world.device.clock.now() / 1000);
  await auth0.credentialsManager.saveCredentials({
    accessToken: 'a',
    refreshToken: 'r',
    tokenType: 'Bearer',
    idToken: '',
    expiresAt: now + 9999,
    sessionExpiresAt: now + 60,
  });
  expect(await auth0.credentialsManager.hasValidCredentials()).toBe(true);
  world.advance(61);
  expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
});
