import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, visitSignedIn, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

describe('logging in', () => {
  it('signs in, stores the credentials and sets the user', async () => {
    const { auth0 } = world.open();
    const credentials = await auth0.webAuth.authorize();
    expect(credentials).toMatchObject({ tokenType: 'DPoP', scope: expect.stringContaining('read:notes') });
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null, isLoading: false });
    expect(await auth0.credentialsManager.getCredentials()).toEqual(credentials);
  });

  it('S1: every authorize request has its own S256 challenge, state and nonce', async () => {
    const { auth0, tab } = world.open();
    await auth0.webAuth.authorize();
    await auth0.webAuth.authorize();
    const [one, two] = tab.visited.map((url) => new URL(url).searchParams);
    for (const name of ['code_challenge', 'state', 'nonce']) {
      expect(one?.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one?.get(name)).not.toBe(two?.get(name));
    }
    expect(one?.get('code_challenge_method')).toBe('S256');
    expect(world.tokenRequests.at(-1)?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(world.tokenRequests.at(-1)?.get('code_verifier')).not.toBe(world.tokenRequests.at(-2)?.get('code_verifier'));
  });

  it('S2, S22, S36: verifier and tokens are in no URL, log, error, message or snapshot', async () => {
    const { auth0, tab } = world.open();
    const credentials = await auth0.webAuth.authorize();
    const verifier = world.tokenRequests.at(-1)?.get('code_verifier') ?? 'none';
    const seen = JSON.stringify([tab.visited, tab.url, world.device.messages, auth0.session.getSnapshot()]);
    for (const secret of [verifier, credentials.accessToken, credentials.idToken, credentials.refreshToken ?? 'none'])
      expect(seen).not.toContain(secret);
  });

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'forged'), 'state_mismatch'],
    ['no state', (url: URL) => url.searchParams.delete('state'), 'state_mismatch'],
    ['state twice', (url: URL) => url.searchParams.append('state', 'x'), 'state_mismatch'],
    ['code twice', (url: URL) => url.searchParams.append('code', 'x'), 'state_mismatch'],
    ['iss twice', (url: URL) => url.searchParams.append('iss', 'x'), 'state_mismatch'],
    ['another iss', (url: URL) => url.searchParams.set('iss', 'https://evil.example/'), 'state_mismatch'],
    ['iss without its slash', (url: URL) => url.searchParams.set('iss', world.origin), 'state_mismatch'],
    ['no iss although announced', (url: URL) => url.searchParams.delete('iss'), 'state_mismatch'],
    ['no code', (url: URL) => url.searchParams.delete('code'), 'state_mismatch'],
  ])('S3, S6, S9: refuses a callback with %s, and asks for no token', async (_, change, code) => {
    const { auth0, tab } = world.open();
    const before = world.tokenRequests.length;
    tab.visit = async (request) => {
      const url = new URL(await visitSignedIn(world.tenant, request));
      change(url);
      return url.href;
    };
    const error = await rejection(auth0.webAuth.authorize());
    expect(error).toMatchObject({ code, type: 'INVALID_STATE' });
    expect(world.tokenRequests).toHaveLength(before);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error, isLoading: false });
  });

  it('S3: a callback works once', async () => {
    const { auth0, tab } = world.open();
    let callback = '';
    tab.visit = async (request) => {
      callback = await visitSignedIn(world.tenant, request);
      return callback;
    };
    await auth0.webAuth.authorize();
    expect(await rejection(auth0.webAuth.handleRedirectCallback(callback))).toMatchObject({ type: 'INVALID_STATE' });
  });

  it.each(['iss', 'aud', 'nonce', 'exp', 'signature'] as const)(
    'S5, S10, S11: refuses an ID token with a wrong %s',
    async (claim) => {
      const { auth0 } = world.open();
      const value = claim === 'exp' ? String(Math.floor(Date.now() / 1000) - 120) : 'wrong';
      world.tenant.control.faults.add({ kind: 'id_token', claim, ...(claim === 'signature' ? {} : { value }) });
      const error = await rejection(auth0.webAuth.authorize());
      expect(error).toMatchObject({ type: 'ID_TOKEN_VALIDATION_FAILED' });
      expect(auth0.session.getSnapshot().user).toBeNull();
      expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    },
  );

  it('S10: max_age is sent, 0 included, and an older sign-in is refused', async () => {
    const { auth0, tab } = world.open();
    tab.visit = async (request) => {
      expect(new URL(request.url).searchParams.get('max_age')).toBe('5');
      const callback = await visitSignedIn(world.tenant, request);
      // By this browser's clock the sign-in was 66 seconds ago: past max_age and the minute of tolerance.
      world.device.clock.advance(66_500);
      return callback;
    };
    expect(await rejection(auth0.webAuth.authorize({ maxAge: 5 }))).toMatchObject({
      type: 'ID_TOKEN_VALIDATION_FAILED',
    });
    tab.visit = (request) => {
      expect(new URL(request.url).searchParams.get('max_age')).toBe('0');
      throw new Error('enough');
    };
    await rejection(auth0.webAuth.authorize({ maxAge: 0 }));
  });

  it('known failure 1b-19: an error callback keeps the server’s own text, and its parameters', async () => {
    const { auth0, tab } = world.open();
    tab.visit = ({ redirectUri, state, issuerOrigin }) =>
      `${redirectUri}?error=access_denied&error_description=Only%20staff%3A%20ask%20Zo%C3%AB&state=${state}&iss=${issuerOrigin}%2F`;
    const error = await rejection(auth0.webAuth.authorize());
    expect(error).toMatchObject({
      type: 'ACCESS_DENIED',
      code: 'access_denied',
      message: 'Only staff: ask Zoë',
      json: { error: 'access_denied', error_description: 'Only staff: ask Zoë' },
    });
  });

  it('known failure 1c-27: a cancelled logout leaves everything as it was', async () => {
    const { auth0, tab } = await world.openSignedIn();
    const before = await auth0.credentialsManager.getCredentials();
    tab.leave = () => {
      throw Object.assign(new Error('closed'), {});
    };
    expect(await rejection(auth0.webAuth.clearSession())).toMatchObject({ name: 'UnexpectedError' });
    expect(auth0.session.getSnapshot().user).not.toBeNull();
    expect(await auth0.credentialsManager.getCredentials()).toEqual(before);
    tab.leave = () => undefined;
    await auth0.webAuth.clearSession({ federated: true, returnToUrl: 'http://127.0.0.1/bye' });
    expect(tab.visited.at(-1)).toBe(
      `${world.origin}/v2/logout?returnTo=http%3A%2F%2F127.0.0.1%2Fbye&client_id=postern-spa&federated`,
    );
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('maps parameters, keeps its own protection, and leaks no option into the URL', async () => {
    const { auth0, tab } = world.open({ headers: { 'x-app': 'secret-header' }, timeout: 7000 });
    tab.visit = () => {
      throw new Error('enough');
    };
    const authorize = auth0.webAuth.authorize;
    await rejection(
      authorize({
        connection: 'google',
        organization: 'org_1',
        scope: 'read:x',
        redirectUrl: 'http://127.0.0.1/cb?a=1',
        additionalParameters: {
          prompt: 'login',
          screen_hint: 'signup',
          state: 'mine',
          nonce: 'n',
          code_challenge: 'c',
          response_type: 'token',
          client_id: 'other',
          nothing: undefined,
        },
      }),
    );
    const query = Object.fromEntries(new URL(tab.visited[0] ?? '').searchParams);
    expect(query).toMatchObject({
      connection: 'google',
      organization: 'org_1',
      scope: 'openid read:x offline_access',
      redirect_uri: 'http://127.0.0.1/cb?a=1',
      prompt: 'login',
      screen_hint: 'signup',
      response_type: 'code',
      client_id: 'postern-spa',
      code_challenge_method: 'S256',
    });
    expect([query.state, query.nonce, query.code_challenge]).not.toContain('mine');
    expect(query.state).toHaveLength(43);
    expect(query.nonce).toHaveLength(43);
    expect(query.code_challenge).toHaveLength(43);
    expect(tab.visited[0]).not.toMatch(/secret-header|timeout|undefined|object/);
  });

  it('invitationUrl gives invitation and organization; without either it is INVALID_INVITATION_URL', async () => {
    const { auth0, tab } = world.open();
    for (const invitationUrl of [
      'https://app.example/?invitation=i',
      'https://app.example/?organization=o',
      'nonsense',
    ])
      expect(await rejection(auth0.webAuth.authorize({ invitationUrl }))).toMatchObject({
        type: 'INVALID_INVITATION_URL',
      });
    expect(tab.visited).toHaveLength(0);
    tab.visit = () => {
      throw new Error('enough');
    };
    await rejection(
      auth0.webAuth.authorize({ invitationUrl: 'https://app.example/?invitation=i1&organization=org_9' }),
    );
    expect(tab.visited[0]).toMatch(/organization=org_9&invitation=i1/);
  });
});

describe('callbacks after a reload', () => {
  const redirecting = () => {
    const opened = world.open(
      {},
      createMemoryTab(world.device, { modes: ['redirect', 'silent'], url: 'http://127.0.0.1/', fetch: world.fetch }),
    );
    return opened;
  };
  const reloaded = async (parameters = {}) => {
    const { auth0, tab } = redirecting();
    const arrived = new Promise<void>((resolve) => {
      tab.visit = async (request) => {
        const url = await visitSignedIn(world.tenant, request);
        setTimeout(resolve, 5);
        return url;
      };
    });
    auth0.webAuth.authorize(parameters).catch(() => undefined);
    await arrived;
    return world.open({}, tab.reload());
  };

  it('start finishes the login once, however often it is called, and takes its parameters out of the URL', async () => {
    const { auth0, tab } = await reloaded({ appState: { returnTo: '/notes?id=1#two' } });
    const before = world.tokenRequests.length;
    const seen: unknown[] = [];
    await Promise.all([
      auth0.session.start({ onRedirectCallback: (appState, user) => seen.push(appState, user?.givenName) }),
      auth0.session.start(),
      auth0.session.start(),
    ]);
    expect(world.tokenRequests.length - before).toBe(1);
    expect(seen).toEqual([{ returnTo: '/notes?id=1#two' }, 'Robin']);
    expect(tab.url).toBe('http://127.0.0.1/callback');
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null, isLoading: false });
  });

  it('known failure 1c-22: two starts with a dispose between them (StrictMode) make one token call', async () => {
    const { auth0 } = await reloaded();
    const before = world.tokenRequests.length;
    const first = auth0.session.start();
    auth0.session.dispose();
    await Promise.all([first, auth0.session.start()]);
    expect(world.tokenRequests.length - before).toBe(1);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null, isLoading: false });
  });

  it('S25: without onRedirectCallback goes to appState.returnTo, on this origin only', async () => {
    const good = await reloaded({ appState: { returnTo: '/notes?id=1#two' } });
    await good.auth0.session.start();
    expect(good.tab.url).toBe('http://127.0.0.1/notes?id=1#two');
    const evil = await reloaded({ appState: { returnTo: '//evil.example/' } });
    await evil.auth0.session.start();
    expect(evil.tab.url).toBe('http://127.0.0.1/callback');
  });

  it('known failure 1c-23: a foreign code and state are left alone, and the stored session is restored', async () => {
    await world.openSignedIn();
    const { auth0, tab } = redirecting();
    tab.url = 'http://127.0.0.1/?code=theirs&state=theirs&tab=2#/hash?x=1';
    const before = world.tokenRequests.length;
    await auth0.session.start();
    expect(tab.url).toBe('http://127.0.0.1/?code=theirs&state=theirs&tab=2#/hash?x=1');
    expect(world.tokenRequests).toHaveLength(before);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null, isLoading: false });
    await auth0.credentialsManager.clearCredentials();
  });

  it('S4: a forged state destroys no pending login', async () => {
    const { auth0, tab } = await reloaded();
    const genuine = tab.url ?? '';
    const forged = new URL(genuine);
    forged.searchParams.set('state', 'forged');
    forged.searchParams.set('error', 'access_denied');
    expect(await rejection(auth0.webAuth.handleRedirectCallback(forged.href))).toMatchObject({ type: 'INVALID_STATE' });
    await auth0.webAuth.handleRedirectCallback(genuine);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
  });

  it('a callback that comes from elsewhere leaves the address of the page alone', async () => {
    const { auth0, tab } = await reloaded();
    const callback = tab.url ?? '';
    tab.url = 'http://127.0.0.1/page?code=mine&state=mine';
    await auth0.webAuth.handleRedirectCallback(callback);
    expect(tab.url).toBe('http://127.0.0.1/page?code=mine&state=mine');
    await auth0.credentialsManager.clearCredentials();
  });

  it('S24: an error callback leaves the URL too, keeps everything else in it, and keeps the session there was', async () => {
    const signedIn = await world.openSignedIn();
    const { auth0, tab } = await reloaded();
    const state = new URL(tab.url ?? '').searchParams.get('state');
    tab.url = `http://127.0.0.1/callback?tab=2&error=access_denied&error_description=No&state=${state}&iss=${encodeURIComponent(`${world.origin}/`)}#/route?x=1`;
    await auth0.session.start();
    expect(tab.url).toBe('http://127.0.0.1/callback?tab=2#/route?x=1');
    expect(auth0.session.getSnapshot()).toMatchObject({
      user: { givenName: 'Robin' },
      error: { type: 'ACCESS_DENIED', message: 'No' },
      isLoading: false,
    });
    await signedIn.auth0.credentialsManager.clearCredentials();
  });

  it('two logins begun at once both complete', async () => {
    const { auth0 } = world.open();
    const [one, two] = await Promise.all([auth0.webAuth.authorize(), auth0.webAuth.authorize()]);
    expect(one.refreshToken).not.toBe(two.refreshToken);
    expect([one.refreshToken, two.refreshToken]).toContain(
      (await auth0.credentialsManager.getCredentials()).refreshToken,
    );
    expect(auth0.session.getSnapshot().error).toBeNull();
  });

  it('known failure 1d-33: a new process finishes the login by resumeSession, once; a stale one expires', async () => {
    const { auth0, tab } = await reloaded();
    const callback = tab.url;
    expect(await auth0.webAuth.resumeSession()).toMatchObject({ tokenType: 'DPoP' });
    tab.url = callback;
    expect(await auth0.webAuth.resumeSession()).toBeNull();

    const late = await reloaded();
    world.device.clock.advance(3_600_001);
    expect(await late.auth0.webAuth.resumeSession()).toBeNull();
    world.device.clock.advance(-3_600_001);
  });

  it('rejects a pending redirect when the page comes back from the back-forward cache', async () => {
    const { auth0, tab } = redirecting();
    await auth0.session.start();
    tab.visit = () => new Promise(() => undefined);
    const pending = rejection(auth0.webAuth.authorize());
    await expect.poll(() => tab.visited.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    tab.wake('restored');
    expect(await pending).toMatchObject({ type: 'USER_CANCELLED' });

    // Going forward again to the login page, and through it, still signs in.
    const request = { url: tab.visited[0] ?? '', redirectUri: 'http://127.0.0.1/callback' };
    const state = new URL(request.url).searchParams.get('state') ?? '';
    const issuerOrigin = world.origin;
    tab.url = await visitSignedIn(world.tenant, { ...request, state, issuerOrigin, mode: 'redirect', timeoutMs: 1 });
    const again = world.open({}, tab.reload());
    await again.auth0.session.start();
    expect(again.auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
  });
});
