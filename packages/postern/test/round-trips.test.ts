import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab, type MemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createWorld, settled, visitSignedIn, type World } from './support/world.ts';

const DISCOVERY = 'GET /.well-known/openid-configuration';
const KEYS = 'GET /.well-known/jwks.json';
const TOKEN = 'POST /oauth/token';
const HOUR = 3600;

let world: World;
/** What was asked of the tenant, in order, since `sent` was last emptied. */
let sent: string[] = [];
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => {
  world.renew();
  sent = [];
});
afterAll(() => world.close());

const labelOf = (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
  `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;

const watched: typeof fetch = (input, init) => {
  sent.push(labelOf(input, init));
  return world.fetch(input, init);
};

const openTab = (modes: ('popup' | 'redirect' | 'silent')[] = ['popup', 'silent']) =>
  createMemoryTab(world.device, { modes, url: 'http://127.0.0.1/', fetch: watched });

/** The next page of the tab, its session started, with what was asked for that. */
async function reload(tab: MemoryTab, options = {}) {
  sent = [];
  const next = world.open({ cacheLocation: 'memory', ...options }, tab.reload());
  await next.auth0.session.start();
  return { ...next, user: next.auth0.session.getSnapshot().user };
}

/** A tab with a session in memory. */
async function signedIn(options = {}) {
  const opened = world.open({ cacheLocation: 'memory', ...options }, openTab());
  await opened.auth0.webAuth.authorize();
  return opened;
}

describe('the callback of a redirect', () => {
  const comeBack = async (options = {}) => {
    const tab = openTab(['redirect', 'silent']);
    const { auth0 } = world.open(options, tab);
    const arrived = new Promise<void>((resolve) => {
      tab.visit = async (request) => {
        const url = await visitSignedIn(world.tenant, request);
        setTimeout(resolve, 5);
        return url;
      };
    });
    auth0.webAuth.authorize().catch(() => undefined);
    await arrived;
    return tab;
  };

  it.each([
    [false, [TOKEN, KEYS]],
    [true, [TOKEN, KEYS, TOKEN]],
  ])('asks for the token and the keys at once, and for nothing before (DPoP: %s)', async (useDPoP, all) => {
    const tab = await comeBack({ useDPoP });
    let release = () => {};
    const keysAreAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    tab.fetch = async (input, init) => {
      const answer = watched(input, init);
      if (labelOf(input, init) === KEYS) release();
      // No answer before the keys are asked for: they wait for none.
      else await keysAreAsked;
      return answer;
    };
    const { user } = await reload(tab, { useDPoP });
    expect(user).toMatchObject({ givenName: 'Robin' });
    // The token first: it has further to go, and takes the connection that there may be.
    expect(sent).toEqual(all);
  });

  it('opens where the session is kept while the token is on its way', async () => {
    const tab = await comeBack();
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    const next = tab.reload();
    const { storage } = next;
    Object.assign(next, {
      storage: (options: never) => {
        const records = storage(options);
        return { ...records, get: (key: string) => records.get(key).finally(open) };
      },
      fetch: async (...args: Parameters<typeof fetch>) => {
        if (labelOf(...args) === TOKEN) await isOpen;
        return watched(...args);
      },
    });
    const { auth0 } = world.open({}, next);
    await auth0.session.start();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { givenName: 'Robin' }, error: null });
  });

  it('with the nonce that an earlier login in this tab was told asks for the token once', async () => {
    const first = await reload(await comeBack());
    const { tab } = first;
    const arrived = new Promise<void>((resolve) => {
      tab.visit = async (request) => {
        const url = await visitSignedIn(world.tenant, request);
        setTimeout(resolve, 5);
        return url;
      };
    });
    first.auth0.webAuth.authorize().catch(() => undefined);
    await arrived;
    await reload(tab);
    expect([...sent].sort()).toEqual([KEYS, TOKEN]);
  });
});

describe('a page whose tokens were in memory', () => {
  it('asks neither for metadata nor twice for a token: an earlier page of the tab did', async () => {
    const { tab } = await signedIn();
    const { user } = await reload(tab);
    expect(user).toMatchObject({ givenName: 'Robin' });
    expect([...sent].sort()).toEqual([KEYS, TOKEN]);
  });

  it('in another tab asks for all of it', async () => {
    await signedIn();
    const { user } = await reload(openTab());
    expect(user).toMatchObject({ givenName: 'Robin' });
    expect([...sent].sort()).toEqual([KEYS, DISCOVERY, TOKEN, TOKEN].sort());
  });

  it('asks for the metadata again after an hour', async () => {
    const { tab } = await signedIn({ useDPoP: false });
    world.advance(HOUR - 60);
    await reload(tab, { useDPoP: false });
    expect(sent).not.toContain(DISCOVERY);
    world.advance(61);
    await reload(tab, { useDPoP: false });
    expect(sent).toContain(DISCOVERY);
  });

  it('asks for the metadata again after a login that failed', async () => {
    const { tab, auth0 } = await signedIn();
    tab.visit = ({ redirectUri, state }) => `${redirectUri}?code=c&state=${state}&iss=https%3A%2F%2Fevil.example%2F`;
    expect(await rejection(auth0.webAuth.authorize())).toMatchObject({ type: 'INVALID_STATE' });
    await settled();
    await reload(tab);
    expect(sent).toContain(DISCOVERY);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['of another issuer', (text: string) => text.replace(/"issuer":"[^"]*"/, '"issuer":"https://evil.example/"')],
    [
      'with an endpoint in plain http elsewhere',
      (text: string) => text.replace(/"token_endpoint":"[^"]*"/, '"token_endpoint":"http://evil.example/oauth/token"'),
    ],
    ['from the future', (text: string) => text.replace(/"at":\d+/, '"at":9999999999999')],
    ['without a date', (text: string) => text.replace(/"at":\d+/, '"at":null')],
    ['empty', () => 'null'],
  ])('S8: takes no kept metadata that are %s', async (_, damage) => {
    const { tab } = await signedIn();
    const notes = tab.notes?.({ namespace: world.namespace });
    const text = (await notes?.get('server')) ?? '';
    expect(damage(text)).not.toBe(text);
    await notes?.set('server', damage(text));
    const { user } = await reload(tab);
    expect(user).toMatchObject({ givenName: 'Robin' });
    expect(sent).toContain(DISCOVERY);
  });

  it.each(['get', 'set', 'delete'] as const)('signs in where nothing can be kept: %s is refused', async (method) => {
    const tab = openTab();
    const { notes } = tab;
    const refuse = () => Promise.reject(new Error('no storage'));
    Object.assign(tab, { notes: (options: never) => ({ ...notes?.(options), [method]: refuse }) });
    const { auth0 } = world.open({ cacheLocation: 'memory' }, tab);
    await auth0.session.start();
    expect(await auth0.webAuth.authorize()).toMatchObject({ tokenType: 'DPoP' });
    await auth0.credentialsManager.clearCredentials();
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error: null });
    await settled();
  });

  it('mixes up neither two clients nor two tenants in one tab', async () => {
    const { tab } = await signedIn();
    const other = world.open({ cacheLocation: 'memory', clientId: 'another' }, tab);
    sent = [];
    await rejection(other.auth0.webAuth.authorize());
    expect(sent).toContain(DISCOVERY);
    sent = [];
    const elsewhere = world.open({ cacheLocation: 'memory', domain: 'http://127.0.0.1:1' }, tab);
    expect(await rejection(elsewhere.auth0.webAuth.authorize())).toMatchObject({ type: 'NETWORK_ERROR' });
    expect(sent).toEqual([DISCOVERY]);
  });
});

describe('S19: the nonce', () => {
  const noteOf = (tab: MemoryTab) => tab.notes?.({ namespace: world.namespace }).get('nonce');

  it('goes with a sign-out', async () => {
    const { tab, auth0 } = await signedIn();
    expect(await noteOf(tab)).toContain(`${world.origin} `);
    await auth0.credentialsManager.clearCredentials();
    await settled();
    expect(await noteOf(tab)).toBeUndefined();
  });

  it('goes with a sign-out in another tab', async () => {
    const { tab } = await signedIn();
    const { tab: mine } = await reload(tab);
    expect(await noteOf(mine)).toContain(`${world.origin} `);
    const { auth0 } = await signedIn();
    await auth0.credentialsManager.clearCredentials();
    await settled();
    expect(await noteOf(mine)).toBeUndefined();
  });

  it('that the tenant takes no longer costs one more request, as without', async () => {
    const { tab } = await signedIn();
    world.advance(HOUR / 2);
    const { user } = await reload(tab);
    expect(user).toMatchObject({ givenName: 'Robin' });
    expect([...sent].sort()).toEqual([KEYS, TOKEN, TOKEN]);
  });
});
