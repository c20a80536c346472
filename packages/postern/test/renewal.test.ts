import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { createInProcessMutex } from '../src/platform/mutex.ts';
import { satisfies } from '../src/session/held-tokens.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, settled, type World } from './support/world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

const refreshes = () => world.tokenRequests.filter((body) => body.get('grant_type') === 'refresh_token');
/** How many refresh requests `work` causes. */
const counting = async (work: () => Promise<unknown>) => {
  const before = refreshes().length;
  await work();
  return refreshes().length - before;
};

describe('one renewal for all', () => {
  it('known failure 1a-1, 1a-4, S16: 20 calls at once on an expired token make one request, and all get its token', async () => {
    const { auth0 } = await world.openSignedIn();
    const old = await auth0.credentialsManager.getCredentials();
    world.advance(2 * DAY);
    let tokens: string[] = [];
    const count = await counting(async () => {
      const calls = Array.from({ length: 20 }, () => auth0.credentialsManager.getCredentials());
      tokens = (await Promise.all(calls)).map(({ accessToken }) => accessToken);
    });
    expect(count).toBe(1);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(old.accessToken);
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(0);
  });

  it('known failure 1a-2: two clients in one tab, and three tabs, make one request', async () => {
    const first = await world.openSignedIn();
    const clients = [first, world.open({}, first.tab), world.open(), world.open(), world.open()];
    world.advance(2 * DAY);
    let tokens: string[] = [];
    const count = await counting(async () => {
      const calls = clients.flatMap(({ auth0 }) =>
        Array.from({ length: 20 }, () => auth0.credentialsManager.getCredentials()),
      );
      tokens = (await Promise.all(calls)).map(({ accessToken }) => accessToken);
    });
    expect(count).toBe(1);
    expect(tokens).toHaveLength(100);
    expect(new Set(tokens).size).toBe(1);
    // The tab that was told renews from what the others stored, never from the spent token.
    world.advance(2 * DAY);
    await Promise.all(clients.map(({ auth0 }) => auth0.credentialsManager.getCredentials()));
    expect(await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
  });

  it('known failure 1a-3: renewals for different wishes go one after the other, each with the token before', async () => {
    const { auth0 } = await world.openSignedIn();
    const before = refreshes().length;
    await Promise.all([
      auth0.credentialsManager.getCredentials('write:notes', 0, {}, true),
      auth0.credentialsManager.getCredentials(undefined, 0, { audience: 'https://api.postern.test' }, true),
    ]);
    const [one, two] = refreshes().slice(before);
    expect(two?.get('refresh_token')).not.toBe(one?.get('refresh_token'));
    const stored = await auth0.credentialsManager.getCredentials();
    expect(stored.refreshToken).not.toBe(two?.get('refresh_token'));
  });

  it('S16: the new refresh token is stored before any caller sees the access token', async () => {
    const { auth0, tab } = await world.openSignedIn();
    world.advance(2 * DAY);
    const { refreshToken } = await auth0.credentialsManager.getCredentials();
    expect(JSON.stringify([...(world.device.records.values().next().value ?? [])])).toContain(refreshToken);
    expect(await world.open({}, tab.reload()).auth0.credentialsManager.getCredentials()).toMatchObject({
      refreshToken,
    });
  });

  it('known failure 2.2-22: a hit takes no lock and asks no storage, even while another renewal holds the lock', async () => {
    const { auth0 } = await world.openSignedIn();
    await auth0.credentialsManager.getCredentials();
    const { mutex } = world.device;
    const run = mutex.run;
    Object.assign(mutex, { run: () => Promise.reject(new Error('locked')) });
    for (const area of world.device.records.values()) area.clear();
    expect(await auth0.credentialsManager.getCredentials('read:notes', 300)).toHaveProperty('accessToken');
    Object.assign(mutex, { run });
  });
});

describe('scope, lifetime, force', () => {
  it('known failure 1a-6: a subset of the granted scopes is a hit', async () => {
    const { auth0 } = await world.openSignedIn();
    const ask = auth0.credentialsManager.getCredentials;
    expect(await counting(() => ask('read:notes', 300))).toBe(0);
    expect(await counting(() => ask('email openid', 300))).toBe(0);
    expect(await counting(() => ask('offline_access'))).toBe(0);
    expect(await counting(() => ask('read:notes', 2 * DAY).catch(() => undefined))).toBe(1);
    expect(await counting(() => ask(undefined, 0, {}, true))).toBe(1);
  });

  it('known failure 1a-7: without a scope none is sent; more scopes are asked for together with the granted ones', async () => {
    const { auth0 } = await world.openSignedIn();
    await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(refreshes().at(-1)?.has('scope')).toBe(false);
    await auth0.credentialsManager.getCredentials('delete:notes');
    expect(refreshes().at(-1)?.get('scope')?.split(' ')).toEqual(
      expect.arrayContaining(['read:notes', 'delete:notes', 'openid']),
    );
    const { refreshToken = '' } = await auth0.credentialsManager.getCredentials();
    const renewed = await auth0.auth.refreshToken({ refreshToken });
    expect(refreshes().at(-1)?.has('scope')).toBe(false);
    expect(renewed.scope).toContain('read:notes');
  });

  it('LARGE_MIN_TTL keeps the rotated token', async () => {
    const { auth0 } = await world.openSignedIn();
    const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 10 * DAY));
    expect(error).toMatchObject({ type: 'LARGE_MIN_TTL' });
    world.advance(60);
    expect(await counting(() => auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toBe(1);
    expect(await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
  });

  it('a minTtl of just the lifetime is met by a new token, and a token that lives that long to the second by itself', async () => {
    const { auth0 } = await world.openSignedIn();
    world.advance(60);
    // A machine so slow that a second passes between any two things it does.
    const { clock } = world.device;
    const { now: read } = clock;
    let passed = 0;
    vi.spyOn(clock, 'now').mockImplementation(() => {
      passed += 1000;
      return read() + passed;
    });
    const begun = clock.now();
    const { expiresAt } = await auth0.credentialsManager.getCredentials(undefined, DAY);
    expect(expiresAt).toBeGreaterThan(begun / 1000 + DAY - 1);
    vi.restoreAllMocks();

    const held = { credentials: { accessToken: 'a', tokenType: 'Bearer' as const, idToken: '', expiresAt: 1000 } };
    const isMet = (minTtl: number, now: number) => satisfies(held, { minTtl, force: false }, now * 1000);
    expect([isMet(60, 939), isMet(60, 940), isMet(60, 941)]).toEqual([true, true, false]);
    expect([isMet(0, 999), isMet(0, 1000), isMet(0, 1001)]).toEqual([true, false, false]);
  });

  it('an answer that has expired already is LARGE_MIN_TTL, and no token that works for nothing', async () => {
    const { auth0, tab } = await world.openSignedIn();
    const send = tab.fetch;
    tab.fetch = async (url, init) => {
      const response = await send(url, init);
      if (!String(url).endsWith('/oauth/token') || !response.ok) return response;
      return Response.json({ ...(await response.json()), expires_in: 0 }, { headers: response.headers });
    };
    expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
      type: 'LARGE_MIN_TTL',
    });
  });

  it('known failure 1a-12: expiry is compared with the clock at each call', async () => {
    const { auth0 } = await world.openSignedIn();
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(0);
    world.advance(DAY + 1);
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(1);
  });

  it('known failure 1c-28: forceRefresh brings a changed claim to the state, and it survives a restart', async () => {
    const { auth0, tab } = await world.openSignedIn();
    const id = 'auth0|sample';
    await world.tenant.control.users.update(id, { emailVerified: false });
    await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(auth0.session.getSnapshot().user?.emailVerified).toBe(false);
    await world.tenant.control.users.update(id, { emailVerified: true });
    await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(auth0.session.getSnapshot().user?.emailVerified).toBe(true);
    const restarted = world.open({}, tab.reload());
    await restarted.auth0.session.start();
    expect(restarted.auth0.session.getSnapshot().user?.emailVerified).toBe(true);
  });

  it('known failure 1d-44, 1d-41: expiresAt is the access token’s, in whole seconds; the login’s audience is remembered', async () => {
    vi.setSystemTime(Date.now());
    const { auth0 } = await world.openSignedIn();
    const { expiresAt, accessToken } = await auth0.credentialsManager.getCredentials();
    expect(expiresAt).toBe(Math.floor(world.device.clock.now() / 1000) + DAY);
    world.advance(2 * DAY);
    const renewed = await auth0.credentialsManager.getCredentials();
    const audienceOf = (token: string) => JSON.parse(atob(token.split('.')[1] ?? '')).aud;
    expect(audienceOf(renewed.accessToken)).toEqual(audienceOf(accessToken));
    vi.useRealTimers();
  });

  it('1c-25: unchanged claims keep the user’s identity and tell nobody', async () => {
    const { auth0 } = await world.openSignedIn();
    const { user } = auth0.session.getSnapshot();
    let told = 0;
    auth0.session.subscribe(() => told++);
    for (let i = 0; i < 10; i++) await auth0.credentialsManager.getCredentials(undefined, 0, {}, i % 2 === 0);
    expect(auth0.session.getSnapshot().user).toBe(user);
    expect(told).toBe(0);
  });
});

describe('what ends a session and what does not', () => {
  it('known failure 1a-5: an answer lost after rotation is asked for again once, inside the overlap', async () => {
    const { auth0 } = await world.openSignedIn();
    world.advance(2 * DAY);
    world.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token' });
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(2);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
    world.advance(2 * DAY);
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(1);
  });

  it('known failure 1a-5: a process cut off during a renewal comes back with the stored token', async () => {
    const { auth0, tab } = await world.openSignedIn();
    world.advance(2 * DAY);
    world.tenant.control.faults.add({ kind: 'drop', path: '/oauth/token' });
    tab.fetch = async (input, init) => {
      await world.fetch(input, init).catch(() => undefined);
      return new Promise(() => undefined);
    };
    void auth0.credentialsManager.getCredentials().catch(() => undefined);
    await expect.poll(() => refreshes().length).toBeGreaterThan(0);
    await settled();
    // The system frees what the dead process held.
    Object.assign(world.device, { mutex: createInProcessMutex(world.device.clock) });
    const restarted = world.open({}, createMemoryTab(world.device, { fetch: world.fetch }));
    await restarted.auth0.session.start();
    expect(restarted.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
  });

  it('outside the overlap it is RENEW_FAILED, and the session is over', async () => {
    const { auth0, tab } = await world.openSignedIn();
    world.advance(2 * DAY);
    let drop = true;
    tab.fetch = async (input, init) => {
      const response = await world.fetch(input, init);
      if (!String(input).endsWith('/oauth/token') || !response.ok || !drop) return response;
      drop = false;
      // The overlap passes at the tenant; by this clock the request would time out.
      world.tenant.control.clock.advance(HOUR * 1000);
      throw new TypeError('fetch failed');
    };
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({
      type: 'RENEW_FAILED',
      code: 'invalid_grant',
      message: 'Unknown or invalid refresh token.',
    });
    expect(auth0.session.getSnapshot().user).toBeNull();
  });

  it('S17, known failure 1a-9, 1a-10: invalid_grant ends the session once, with one event, and no loop', async () => {
    const { auth0 } = await world.openSignedIn();
    const other = world.open();
    await other.auth0.session.start();
    await world.tenant.control.users.revoke('auth0|sample');
    world.advance(2 * DAY);
    const seen: unknown[] = [];
    auth0.session.subscribe(() => seen.push(auth0.session.getSnapshot()));
    const count = await counting(async () => {
      const errors = await Promise.all(
        Array.from({ length: 20 }, () => rejection(auth0.credentialsManager.getCredentials())),
      );
      for (const error of errors) expect(error).toMatchObject({ type: 'RENEW_FAILED', code: 'invalid_grant' });
    });
    expect(count).toBe(1);
    expect(seen).toEqual([{ user: null, error: expect.objectContaining({ type: 'RENEW_FAILED' }), isLoading: false }]);
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    expect(
      await counting(async () => {
        expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
      }),
    ).toBe(0);
    await settled();
    expect(other.auth0.session.getSnapshot().user).toBeNull();
    await auth0.webAuth.authorize();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
  });

  it.each([
    [500, 'oops', 'API_ERROR', 'http_error_500'],
    [503, '{"error":"temporarily_unavailable"}', 'NO_NETWORK', 'temporarily_unavailable'],
    [429, '{"error":"too_many_requests"}', 'API_ERROR', 'too_many_requests'],
    [400, '{"error":"invalid_request"}', 'API_ERROR', 'invalid_request'],
    [403, '{"error":"mfa_required","mfa_token":"m1"}', 'RENEW_FAILED', 'mfa_required'],
  ])('S17, known failure 1b-16: %i never ends a session', async (status, body, type, code) => {
    const { auth0 } = await world.openSignedIn();
    world.advance(2 * DAY);
    world.tenant.control.faults.add({
      kind: 'respond',
      path: '/oauth/token',
      status,
      body,
      headers: { 'retry-after': '7' },
    });
    const error = await rejection(auth0.credentialsManager.getCredentials());
    expect(error).toMatchObject({ type, code, status, json: { retry_after: 7 } });
    expect(auth0.session.getSnapshot().user).not.toBeNull();
    expect(await auth0.credentialsManager.getCredentials()).toHaveProperty('accessToken');
  });

  it('known failure 1b-20: mfa_required on renewal keeps its token within typed reach', async () => {
    const { auth0 } = await world.openSignedIn();
    const body =
      '{"error":"mfa_required","error_description":"MFA","mfa_token":"m1","mfa_requirements":{"challenge":[{"type":"otp"}]}}';
    world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 403, body });
    const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
    expect(error).toMatchObject({
      mfaRequired: { mfaToken: 'm1', errorDescription: 'MFA', mfaRequirements: { challenge: [{ type: 'otp' }] } },
    });
    expect(JSON.stringify(error)).not.toContain('m1');
  });

  it('maxRetries tries again after 429, 5xx and lost networks, and then gives up', async () => {
    const { auth0 } = await world.openSignedIn({ maxRetries: 2, timeout: 600_000 });
    world.advance(2 * DAY);
    const failing = (...statuses: number[]) => {
      for (const status of statuses)
        world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status, body: '{}' });
    };
    // Time passes quickly here, but never so far at once that a request in between would time out.
    const time = setInterval(() => world.device.clock.advance(500), 5);
    failing(503, 429);
    expect(await counting(() => auth0.credentialsManager.getCredentials())).toBe(3);
    world.advance(2 * DAY);
    failing(500, 500, 500);
    expect(await counting(() => rejection(auth0.credentialsManager.getCredentials()))).toBe(3);
    clearInterval(time);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: { type: 'API_ERROR' } });
  });

  it('S14: a renewed ID token about another user is refused, and nothing of it is kept', async () => {
    const { auth0 } = await world.openSignedIn();
    const before = await auth0.credentialsManager.getCredentials();
    world.tenant.control.faults.add({ kind: 'id_token', claim: 'sub', value: 'auth0|other' });
    expect(await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true))).toMatchObject({
      type: 'RENEW_FAILED',
      code: 'a0.session.invalid_idtoken',
    });
    expect(await auth0.credentialsManager.getCredentials()).toEqual(before);
  });

  it.each(['iss', 'aud', 'signature', 'exp'] as const)(
    'S14: a renewed ID token with a wrong %s is refused',
    async (claim) => {
      const { auth0 } = await world.openSignedIn();
      world.tenant.control.faults.add({
        kind: 'id_token',
        claim,
        ...(claim === 'exp' ? { value: '1000' } : claim === 'signature' ? {} : { value: 'x' }),
      });
      const error = await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
      expect(error).toMatchObject({ code: 'a0.session.invalid_idtoken' });
    },
  );

  it('S14: a renewed ID token that has expired by a wrong clock is refused, but its refresh token kept: the session lives on', async () => {
    const { auth0 } = await world.openSignedIn();
    const before = await auth0.credentialsManager.getCredentials();
    const reuses = async () => (await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).length;
    const reusesBefore = await reuses();
    const renew = () => auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    world.device.clock.advance(20 * DAY * 1000);
    expect(await rejection(renew())).toMatchObject({ code: 'a0.session.invalid_idtoken', type: 'RENEW_FAILED' });
    expect(auth0.session.getSnapshot().user).not.toBeNull();
    world.device.clock.advance(-20 * DAY * 1000);
    // The refused tokens are not handed out, and the spent refresh token is not used again.
    const after = await auth0.credentialsManager.getCredentials();
    expect(after).toEqual({ ...before, refreshToken: expect.any(String) });
    expect(after.refreshToken).not.toBe(before.refreshToken);
    world.advance(HOUR);
    expect(await renew()).toHaveProperty('accessToken');
    expect(await reuses()).toBe(reusesBefore);
  });

  it('S14: nor is a refresh token kept that came with another user’s ID token, whatever the clock says', async () => {
    const { auth0 } = await world.openSignedIn();
    const before = await auth0.credentialsManager.getCredentials();
    world.tenant.control.faults.add({ kind: 'id_token', claim: 'sub', value: 'auth0|other' });
    world.device.clock.advance(20 * DAY * 1000);
    await rejection(auth0.credentialsManager.getCredentials(undefined, 0, {}, true));
    world.device.clock.advance(-20 * DAY * 1000);
    expect(await auth0.credentialsManager.getCredentials()).toEqual(before);
  });

  it('S12: keys rotated since the last fetch are looked up once more', async () => {
    const { auth0 } = await world.openSignedIn();
    await world.tenant.control.rotateKeys();
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('idToken');
  });
});

describe('signing out during a renewal', () => {
  it.each(['same tab', 'another tab', 'another tab, whose message is late'] as const)(
    'S18: in the %s: the late tokens are discarded everywhere',
    async (where) => {
      const { auth0, tab } = await world.openSignedIn();
      const other = world.open();
      await other.auth0.session.start();
      world.advance(2 * DAY);
      let answer = () => {};
      const held = new Promise<void>((resolve) => {
        answer = resolve;
      });
      tab.fetch = async (input, init) => {
        const response = await world.fetch(input, init);
        if (response.ok && String(input).endsWith('/oauth/token')) await held;
        return response;
      };
      const before = refreshes().length;
      const late = rejection(auth0.credentialsManager.getCredentials());
      await expect.poll(() => refreshes().length).toBe(before + 1);
      await settled();
      const leaver = where === 'same tab' ? auth0 : other.auth0;
      if (where.endsWith('late')) {
        for (const area of world.device.records.values()) area.clear();
        answer();
        expect(await late).toMatchObject({ type: 'NO_CREDENTIALS' });
      }
      await leaver.credentialsManager.clearCredentials();
      answer();
      expect(await late).toMatchObject({ type: 'NO_CREDENTIALS' });
      await settled();
      for (const area of world.device.records.values()) expect([...area.keys()]).toEqual([]);
      for (const client of [auth0, other.auth0]) {
        expect(client.session.getSnapshot().user).toBeNull();
        expect(await client.credentialsManager.hasValidCredentials()).toBe(false);
        expect(await rejection(client.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
      }
    },
  );

  it('S18: a new login during the old one’s renewal stands, and is what the renewal’s caller gets', async () => {
    const { auth0, tab } = await world.openSignedIn();
    world.advance(2 * DAY);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    tab.fetch = async (input, init) => {
      const response = await world.fetch(input, init);
      if (response.ok && String(init?.body).includes('grant_type=refresh_token')) await held;
      return response;
    };
    const before = refreshes().length;
    const late = auth0.credentialsManager.getCredentials();
    await expect.poll(() => refreshes().length).toBe(before + 1);
    await settled();
    const fresh = await auth0.webAuth.authorize();
    answer();
    expect(await late).toEqual(fresh);
    expect(await auth0.credentialsManager.getCredentials()).toEqual(fresh);
    expect(await world.open().auth0.credentialsManager.getCredentials()).toEqual(fresh);
  });
});
