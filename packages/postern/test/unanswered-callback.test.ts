import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, settled, visitSignedIn, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

describe('a callback whose token request nobody answers', () => {
  /** Somebody is back from the login page; `lose` has the network take what is asked of the token endpoint. */
  const comeBack = async (options = {}, user?: string) => {
    const tab = createMemoryTab(world.device, {
      modes: ['redirect', 'silent'],
      url: 'http://127.0.0.1/',
      fetch: world.fetch,
    });
    const left = world.open(options, tab);
    const arrived = new Promise<void>((resolve) => {
      tab.visit = async (request) => {
        const url = await visitSignedIn(world.tenant, request, user);
        setTimeout(resolve, 5);
        return url;
      };
    });
    left.auth0.webAuth.authorize({ appState: { returnTo: '/notes' } }).catch(() => undefined);
    await arrived;
    return { callback: tab.url ?? '', ...open(tab, options) };
  };
  const open = (before: ReturnType<typeof createMemoryTab>, options = {}) => {
    const { auth0, tab } = world.open(options, before.reload());
    return { auth0, tab, reload: () => open(tab, options) };
  };
  const lose = (tab: ReturnType<typeof createMemoryTab>, how: 'request' | 'answer' = 'request') => {
    tab.fetch = async (input, init) => {
      if (String(input).endsWith('/oauth/token')) {
        const answered = how === 'answer' && (await world.fetch(input, init));
        if (!answered || answered.ok) throw new TypeError('Failed to fetch');
        return answered;
      }
      return world.fetch(input, init);
    };
    return () => {
      tab.fetch = world.fetch;
    };
  };

  it.each([true, false])(
    'is finished by a reload; its code is not in the address meanwhile (DPoP: %s)',
    async (useDPoP) => {
      const { auth0, tab, reload } = await comeBack({ useDPoP });
      const reconnect = lose(tab);
      await auth0.session.start();
      expect(auth0.session.getSnapshot()).toMatchObject({
        user: null,
        error: { type: 'NETWORK_ERROR' },
        isLoading: false,
      });
      expect(tab.url).toBe('http://127.0.0.1/callback');
      // Still no network.
      const still = reload();
      await still.auth0.session.start();
      expect(still.auth0.session.getSnapshot()).toMatchObject({ user: null, error: { type: 'NETWORK_ERROR' } });
      reconnect();
      still.tab.fetch = world.fetch;
      const again = still.reload();
      const told: unknown[] = [];
      await again.auth0.session.start({ onRedirectCallback: (appState) => told.push(appState) });
      expect(again.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
      expect(told).toEqual([{ returnTo: '/notes' }]);
      const asked = world.tokenRequests.length;
      await again.reload().auth0.session.start();
      expect(world.tokenRequests).toHaveLength(asked);
    },
  );

  it('is finished by resumeSession, once, and by the callback itself', async () => {
    const one = await comeBack();
    const reconnect = lose(one.tab);
    expect(await rejection(one.auth0.webAuth.resumeSession())).toMatchObject({ type: 'NETWORK_ERROR' });
    reconnect();
    expect(await one.auth0.webAuth.resumeSession()).toMatchObject({ tokenType: 'DPoP' });
    expect(await one.auth0.webAuth.resumeSession()).toBeNull();

    const two = await comeBack();
    lose(two.tab)();
    lose(two.tab);
    expect(await rejection(two.auth0.webAuth.handleRedirectCallback())).toMatchObject({ type: 'NETWORK_ERROR' });
    two.tab.fetch = world.fetch;
    expect(await two.auth0.webAuth.handleRedirectCallback(two.callback)).toEqual({ appState: { returnTo: '/notes' } });
    expect(await rejection(two.auth0.webAuth.handleRedirectCallback(two.callback))).toMatchObject({
      type: 'INVALID_STATE',
    });
  });

  it('outlasts a timeout, too', async () => {
    const { auth0, tab } = await comeBack({ timeout: 1000 });
    tab.fetch = (input, init) =>
      String(input).endsWith('/oauth/token')
        ? new Promise(() => world.device.clock.advance(1001))
        : world.fetch(input, init);
    expect(await rejection(auth0.webAuth.resumeSession())).toMatchObject({ type: 'TIMEOUT_ERROR' });
    tab.fetch = world.fetch;
    expect(await auth0.webAuth.resumeSession()).toMatchObject({ tokenType: 'DPoP' });
  });

  it.each([
    ['a refusal', (status: number) => new Response('{"error":"invalid_grant"}', { status }), 403],
    ['a fault of the server', (status: number) => new Response('', { status }), 503],
    ['nonsense', (status: number) => new Response('<html>', { status }), 200],
    [
      'an error that is called network_error',
      (status: number) => new Response('{"error":"network_error"}', { status }),
      400,
    ],
  ])('S3: answered by %s it is spent', async (_, answer, status) => {
    const { auth0, tab, callback, reload } = await comeBack();
    tab.fetch = async (input, init) =>
      String(input).endsWith('/oauth/token') ? answer(status) : world.fetch(input, init);
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, isLoading: false });
    expect(auth0.session.getSnapshot().error?.type).not.toBe('INVALID_STATE');
    tab.fetch = world.fetch;
    const again = reload();
    const before = world.tokenRequests.length;
    await again.auth0.session.start();
    expect(await again.auth0.webAuth.resumeSession()).toBeNull();
    expect(await rejection(again.auth0.webAuth.handleRedirectCallback(callback))).toMatchObject({
      type: 'INVALID_STATE',
    });
    expect(again.auth0.session.getSnapshot().user).toBeNull();
    expect(world.tokenRequests).toHaveLength(before);
  });

  it('S3: a callback whose answer got lost is tried once more, refused by the server, and then spent', async () => {
    const { auth0, tab, reload } = await comeBack();
    const reconnect = lose(tab, 'answer');
    await auth0.session.start();
    expect(auth0.session.getSnapshot().error).toMatchObject({ type: 'NETWORK_ERROR' });
    reconnect();
    const again = reload();
    await again.auth0.session.start();
    expect(again.auth0.session.getSnapshot()).toMatchObject({ user: null, error: { code: 'invalid_grant' } });
    const asked = world.tokenRequests.length;
    const third = again.reload();
    await third.auth0.session.start();
    expect(third.auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
    expect(world.tokenRequests).toHaveLength(asked);
  });

  it('S3: of several that ask for it at once, one finishes it', async () => {
    const { auth0, tab, callback, reload } = await comeBack();
    const reconnect = lose(tab);
    await auth0.session.start();
    reconnect();
    const before = world.tokenRequests.length;
    const both = [reload(), reload()];
    const ends = await Promise.allSettled([
      ...both.map(({ auth0: client }) => client.webAuth.resumeSession()),
      ...both.map(({ auth0: client }) => client.webAuth.handleRedirectCallback(callback)),
    ]);
    expect(world.tokenRequests.length - before).toBe(1);
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('S19: is forgotten by a sign-out, also by one in the midst of it', async () => {
    const one = await comeBack();
    lose(one.tab);
    await one.auth0.session.start();
    one.tab.fetch = world.fetch;
    await one.auth0.credentialsManager.clearCredentials();
    expect(await one.auth0.webAuth.resumeSession()).toBeNull();

    const two = await comeBack({ useDPoP: false });
    two.tab.fetch = async (input, init) => {
      if (!String(input).endsWith('/oauth/token')) return world.fetch(input, init);
      await two.auth0.credentialsManager.clearCredentials();
      throw new TypeError('Failed to fetch');
    };
    await two.auth0.session.start();
    two.tab.fetch = world.fetch;
    expect(await two.auth0.webAuth.resumeSession()).toBeNull();
    expect(await rejection(two.auth0.webAuth.handleRedirectCallback(two.callback))).toMatchObject({
      type: 'INVALID_STATE',
    });
  });

  it('S19: is forgotten by a sign-out in another tab', async () => {
    const { auth0, tab } = await comeBack({ useDPoP: false });
    lose(tab);
    await auth0.session.start();
    tab.fetch = world.fetch;
    await world.open({ useDPoP: false }).auth0.credentialsManager.clearCredentials();
    await settled();
    expect(await auth0.webAuth.resumeSession()).toBeNull();

    const two = await comeBack({ useDPoP: false });
    two.tab.fetch = async (input, init) => {
      if (!String(input).endsWith('/oauth/token')) return world.fetch(input, init);
      await world.open({ useDPoP: false }).auth0.credentialsManager.clearCredentials();
      await settled();
      throw new TypeError('Failed to fetch');
    };
    await two.auth0.session.start();
    two.tab.fetch = world.fetch;
    expect(await two.auth0.webAuth.resumeSession()).toBeNull();
  });

  it('gives way to a login that is begun after it, and to a session that there is', async () => {
    const one = await comeBack();
    lose(one.tab);
    await one.auth0.session.start();
    one.tab.fetch = world.fetch;
    await one.auth0.webAuth.authorize({}, { mode: 'popup' } as never);
    await one.auth0.credentialsManager.getCredentials();
    const asked = world.tokenRequests.length;
    await one.reload().auth0.session.start();
    expect(world.tokenRequests).toHaveLength(asked);

    world.renew();
    const two = await comeBack();
    lose(two.tab);
    await two.auth0.session.start();
    two.tab.fetch = world.fetch;
    await world.openSignedIn();
    const before = world.tokenRequests.length;
    const again = two.reload();
    await again.auth0.session.start();
    expect(again.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
    expect(await again.auth0.webAuth.resumeSession()).toBeNull();
    expect(world.tokenRequests).toHaveLength(before);
  });

  it('expires as any login does', async () => {
    const { auth0, tab } = await comeBack();
    lose(tab);
    await auth0.session.start();
    tab.fetch = world.fetch;
    world.device.clock.advance(3_600_001);
    expect(await auth0.webAuth.resumeSession()).toBeNull();
  });

  it('with skipRedirectCallback is left to the app, after a reload too', async () => {
    const { auth0, tab, reload } = await comeBack();
    lose(tab);
    expect(await rejection(auth0.webAuth.handleRedirectCallback())).toMatchObject({ type: 'NETWORK_ERROR' });
    tab.fetch = world.fetch;
    const again = reload();
    await again.auth0.session.start({ skipRedirectCallback: true });
    expect(again.auth0.session.getSnapshot()).toMatchObject({ user: null, error: null, isLoading: false });
    expect(await again.auth0.webAuth.handleRedirectCallback()).toEqual({ appState: { returnTo: '/notes' } });
    expect(again.auth0.session.getSnapshot().user).not.toBeNull();
  });

  it('a silent login that nobody answers is over', async () => {
    const { auth0, tab } = world.open();
    await auth0.session.start();
    lose(tab);
    expect(await rejection(auth0.webAuth.checkWebSession())).toMatchObject({ type: 'NETWORK_ERROR' });
    tab.fetch = world.fetch;
    expect(await auth0.webAuth.resumeSession()).toBeNull();
  });
});
