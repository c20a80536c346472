import '../support/dom.ts';
import { act, cleanup, render, renderHook, waitFor } from '@testing-library/react';
import {
  type Auth0ContextInterface,
  Auth0Provider,
  type Auth0ProviderProps,
  AuthError,
  createAuth0Context,
  useAuth0,
} from 'postern';
import { type ReactNode, StrictMode, useEffect } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { createMemoryTab, type MemoryTab } from '../../src/platform/memory/index.ts';
import { rejection } from '../support/rejection.ts';
import { audience, clientId, createWorld, sampleUser, settled, visitSignedIn, type World } from '../support/world.ts';

let world: World;
let other: World;

beforeAll(async () => {
  [world, other] = await Promise.all([createWorld(), createWorld()]);
});
afterAll(() => Promise.all([world.close(), other.close()]));
afterEach(() => {
  cleanup();
  world.renew();
  other.renew();
});

function openTab(of: World = world): MemoryTab {
  const tab = createMemoryTab(of.device, { fetch: of.fetch });
  tab.visit = (request) => visitSignedIn(of.tenant, request);
  return tab;
}

const props = (of: World = world, tab = openTab(of)): Auth0ProviderProps => ({
  domain: of.origin,
  clientId,
  audience,
  scope: 'openid profile email read:notes',
  cacheLocation: 'localstorage',
  platform: tab,
});

/** The hook below a provider in StrictMode; `all` is every value it was rendered with. */
function mount(given: Auth0ProviderProps = props()) {
  const all: Auth0ContextInterface[] = [];
  let current = given;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <Auth0Provider {...current}>{children}</Auth0Provider>
    </StrictMode>
  );
  const { result, rerender, unmount } = renderHook(
    () => {
      const value = useAuth0();
      all.push(value);
      return value;
    },
    { wrapper },
  );
  const change = (next: Auth0ProviderProps) => {
    current = next;
    rerender();
  };
  return { hook: result, all, change, rerender, unmount };
}

const idle = (hook: { current: Auth0ContextInterface }) => waitFor(() => expect(hook.current.isLoading).toBe(false));

async function mountSignedIn(given: Auth0ProviderProps = props()) {
  const mounted = mount(given);
  await idle(mounted.hook);
  await act(() => mounted.hook.current.authorize());
  expect(mounted.hook.current.user?.email).toBe(sampleUser);
  return mounted;
}

const Partner = createAuth0Context();

function TwoSessions({ seen }: { seen: { own?: Auth0ContextInterface; partner?: Auth0ContextInterface } }) {
  seen.own = useAuth0();
  seen.partner = useAuth0(Partner);
  return null;
}

function AsksAtOnce({ outcomes }: { outcomes: Promise<unknown>[] }) {
  const { getCredentials } = useAuth0();
  useEffect(() => {
    outcomes.push(rejection(getCredentials()));
  }, [getCredentials, outcomes]);
  return null;
}

describe('the state, as in section 28 of the wire reference', () => {
  it('begins with nobody, no error, and loading; ends the start with loading false', async () => {
    const { hook, all } = mount();
    expect(all[0]).toMatchObject({ user: null, error: null, isLoading: true });
    await idle(hook);
    // Known failure 1c-26: nobody signed in is no error.
    expect(hook.current).toMatchObject({ user: null, error: null, isLoading: false });
  });

  it('LOGIN_COMPLETE: a login sets the user and clears the error', async () => {
    const tab = openTab();
    const { hook } = mount(props(world, tab));
    await idle(hook);
    const { visit } = tab;
    tab.visit = () => {
      throw new AuthError('UserCancelled', 'closed', { code: 'a0.session.user_cancelled' });
    };
    const failure = await act(() => rejection(hook.current.authorize()));
    expect(failure.type).toBe('USER_CANCELLED');
    expect(hook.current).toMatchObject({ user: null, isLoading: false });
    expect(hook.current.error).toBe(failure);

    tab.visit = visit;
    const credentials = await act(() => hook.current.authorize());
    expect(credentials.accessToken).toBeTruthy();
    expect(hook.current).toMatchObject({ user: { email: sampleUser }, error: null, isLoading: false });
  });

  it('ERROR: a failure keeps the user, and the promise rejects with what `error` holds', async () => {
    const { hook } = await mountSignedIn();
    const { user } = hook.current;
    const failure = await act(() => rejection(hook.current.revokeRefreshToken({ refreshToken: undefined as never })));
    expect(failure.code).toBe('missing_parameters');
    expect(hook.current.error).toBe(failure);
    expect(hook.current.user).toBe(user);
  });

  it('SET_USER: ten getCredentials with unchanged claims render nothing and keep the user (known failure 1c-25, web peers 19)', async () => {
    const { hook, all } = await mountSignedIn();
    const { user } = hook.current;
    const renders = all.length;
    for (let call = 0; call < 10; call += 1) await act(() => hook.current.getCredentials());
    await act(() => hook.current.getCredentials(undefined, 0, {}, true));
    expect(all.length).toBe(renders);
    expect(hook.current.user).toBe(user);
  });

  it('web peers 23: a tab that becomes visible or online again renders nothing while its token lives', async () => {
    const tab = openTab();
    const { hook, all } = await mountSignedIn(props(world, tab));
    const { user } = hook.current;
    const renders = all.length;
    for (const reason of ['visible', 'online', 'restored', 'visible'] as const)
      await act(async () => {
        tab.wake(reason);
        await settled();
      });
    expect(all.length).toBe(renders);
    expect(hook.current.user).toBe(user);
  });

  it('SET_USER: a forced renewal brings changed claims (known failure 1c-28)', async () => {
    const { hook } = await mountSignedIn();
    await world.tenant.control.users.update('auth0|sample', { profile: { name: 'Zoë 山田 😀' } });
    try {
      await act(() => hook.current.getCredentials(undefined, 0, {}, true));
      expect(hook.current.user?.name).toBe('Zoë 山田 😀');
    } finally {
      await world.tenant.control.reset();
    }
  });

  it('LOGOUT_COMPLETE: clearCredentials and clearSession take the user and the error away', async () => {
    const { hook } = await mountSignedIn();
    await act(() => hook.current.clearCredentials());
    expect(hook.current).toMatchObject({ user: null, error: null, isLoading: false });
    await act(() => hook.current.authorize());
    await act(() => hook.current.clearSession());
    expect(hook.current).toMatchObject({ user: null, error: null, isLoading: false });
  });

  it('a cancelled logout keeps the user (known failure 1c-27)', async () => {
    const tab = openTab();
    const { hook } = await mountSignedIn(props(world, tab));
    tab.leave = () => {
      throw new AuthError('UserCancelled', 'cancelled', { code: 'a0.session.user_cancelled' });
    };
    const failure = await act(() => rejection(hook.current.clearSession()));
    expect(failure.type).toBe('USER_CANCELLED');
    expect(hook.current.user?.email).toBe(sampleUser);
    expect(await hook.current.hasValidCredentials()).toBe(true);
  });

  it('saveCredentials and hasValidCredentials touch neither user nor error', async () => {
    const { hook, all } = mount();
    await idle(hook);
    const tokens = await world.tenant.control.signIn({ user: sampleUser, clientId, audience });
    const renders = all.length;
    await act(() =>
      hook.current.saveCredentials({
        accessToken: tokens.access_token,
        idToken: tokens.id_token ?? '',
        tokenType: 'Bearer',
        expiresAt: Math.floor(world.device.clock.now() / 1000) + 3600,
      }),
    );
    expect(await hook.current.hasValidCredentials()).toBe(true);
    expect(hook.current).toMatchObject({ user: null, error: null });
    expect(all.length).toBe(renders);
  });

  it('hasValidCredentials that cannot be told becomes no error of the state', async () => {
    const tab = openTab();
    const { hook } = await mountSignedIn(props(world, tab));
    const { storage } = tab;
    const broken = {
      ...tab,
      storage: (...all: Parameters<typeof storage>) => ({
        ...storage(...all),
        get: () => Promise.reject(new Error('quota')),
      }),
    };
    const other = mount(props(world, broken as MemoryTab));
    await idle(other.hook);
    const { error } = other.hook.current;
    await expect(other.hook.current.hasValidCredentials()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(other.hook.current.error).toBe(error);
    expect(hook.current.error).toBeNull();
  });

  it('getCredentials with nobody signed in rejects, and says so in `error`', async () => {
    const { hook } = mount();
    await idle(hook);
    const failure = await act(() => rejection(hook.current.getCredentials()));
    expect(failure.type).toBe('NO_CREDENTIALS');
    expect(hook.current.error).toBe(failure);
  });

  it('resumeSession and cancelWebAuth with nothing to do change nothing', async () => {
    const { hook, all } = mount();
    await idle(hook);
    const renders = all.length;
    expect(await hook.current.resumeSession()).toBeNull();
    expect(await hook.current.cancelWebAuth()).toBeUndefined();
    expect(all.length).toBe(renders);
  });
});

describe('the provider', () => {
  /** A tab that has just come back from the login page. */
  async function comeBack(appState: unknown): Promise<MemoryTab> {
    const tab = createMemoryTab(world.device, { fetch: world.fetch, modes: ['redirect'] });
    tab.visit = (request) => visitSignedIn(world.tenant, request);
    const { hook, unmount } = mount(props(world, tab));
    await idle(hook);
    act(() => void hook.current.authorize({ appState }));
    await waitFor(() => expect(tab.url).toContain('code='));
    unmount();
    return tab.reload();
  }

  it('known failure 1c-22: StrictMode starts once; one callback is one token call', async () => {
    const calls = world.tokenRequests.length;
    const back = await comeBack({ returnTo: '/notes' });
    const seen: unknown[] = [];
    const onRedirectCallback: Auth0ProviderProps['onRedirectCallback'] = (appState, user) =>
      seen.push([appState, user?.email]);
    const { hook } = mount({ ...props(world, back), onRedirectCallback });
    await idle(hook);
    expect(hook.current).toMatchObject({ user: { email: sampleUser }, error: null });
    expect(world.tokenRequests.length - calls).toBe(1);
    expect(seen).toEqual([[{ returnTo: '/notes' }, sampleUser]]);
    expect(back.url).toBe('http://127.0.0.1/callback');
  });

  it.each([
    ['/notes?page=2#part', 'http://127.0.0.1/notes?page=2#part'],
    ['//evil.example/', 'http://127.0.0.1/callback'],
    ['/\\evil.example/', 'http://127.0.0.1/callback'],
    ['javascript:alert(1)', 'http://127.0.0.1/callback'],
    ['https://evil.example/', 'http://127.0.0.1/callback'],
  ])('S25: without onRedirectCallback, appState.returnTo %s ends at %s', async (returnTo, end) => {
    const back = await comeBack({ returnTo });
    const { hook } = mount(props(world, back));
    await idle(hook);
    expect(hook.current.user?.email).toBe(sampleUser);
    expect(back.url).toBe(end);
  });

  it('skipRedirectCallback leaves code and state to somebody else', async () => {
    const tab = openTab();
    tab.url = 'http://127.0.0.1/callback?code=theirs&state=theirs';
    const { hook } = mount({ ...props(world, tab), skipRedirectCallback: true });
    await idle(hook);
    expect(tab.url).toContain('code=theirs');
    expect(hook.current.error).toBeNull();
  });

  it('skipRedirectCallback leaves them also where the login was begun here: handleRedirectCallback is the app’s to call', async () => {
    const calls = world.tokenRequests.length;
    const back = await comeBack({});
    const { hook } = mount({ ...props(world, back), skipRedirectCallback: true });
    await idle(hook);
    expect(hook.current).toMatchObject({ user: null, error: null });
    expect(back.url).toContain('code=');
    expect(world.tokenRequests).toHaveLength(calls);
  });

  it('calls the onRedirectCallback of the last render, whatever the first one gave', async () => {
    const back = await comeBack({ returnTo: '/notes' });
    const seen: string[] = [];
    const of = (name: string): Auth0ProviderProps => ({
      ...props(world, back),
      onRedirectCallback: () => void seen.push(name),
    });
    const { hook, change } = mount(of('first'));
    change(of('last'));
    await idle(hook);
    await waitFor(() => expect(seen).toEqual(['last']));
  });

  it('keeps every method’s identity for its life, through logins, renders and changed options', async () => {
    const { hook, all, change, rerender } = await mountSignedIn();
    rerender();
    change(props(other));
    await idle(hook);
    for (const [name, value] of Object.entries(all[0] ?? {})) {
      if (typeof value !== 'function') continue;
      const identities = new Set(all.map((one) => one[name as keyof Auth0ContextInterface]));
      expect([name, identities.size]).toEqual([name, 1]);
    }
  });

  it('methods work unbound', async () => {
    const { hook } = await mountSignedIn();
    const { getCredentials, hasValidCredentials } = hook.current;
    expect((await act(() => getCredentials())).accessToken).toBeTruthy();
    expect(await hasValidCredentials()).toBe(true);
  });

  it('makes no new client for options that say the same', async () => {
    const tab = openTab();
    const { hook, all, change } = await mountSignedIn({ ...props(world, tab), headers: { 'x-app': 'one' } });
    const renders = all.length;
    const { platform, ...rest } = props(world, tab);
    const reordered = Object.fromEntries(Object.entries(rest).reverse()) as unknown as Auth0ProviderProps;
    const nothing = { credentialsManagerStorageKey: undefined, leeway: undefined } as object;
    change({ ...nothing, ...reordered, headers: { 'x-app': 'one' }, platform: platform as MemoryTab });
    expect(hook.current.user?.email).toBe(sampleUser);
    expect(all.slice(renders).every(({ isLoading }) => !isLoading)).toBe(true);
  });

  it('known failure 1c-30: changed options reset user and error at once, and reach the new tenant', async () => {
    const { hook, all, change } = await mountSignedIn();
    const before = all.length;
    change(props(other));
    expect(all[before]).toMatchObject({ user: null, error: null, isLoading: true });
    await idle(hook);
    expect(hook.current.user).toBeNull();
    const asked = [world.tokenRequests.length, other.tokenRequests.length];
    await act(() => hook.current.authorize());
    expect(hook.current.user?.email).toBe(sampleUser);
    expect(world.tokenRequests.length).toBe(asked[0]);
    expect(other.tokenRequests.length).toBe((asked[1] ?? 0) + 1);
  });

  it('a call under way when the options change does not sign anybody in at the new tenant', async () => {
    const tab = openTab();
    const { hook, change } = mount(props(world, tab));
    await idle(hook);
    let finish: (() => void) | undefined;
    const { visit } = tab;
    tab.visit = async (request) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return visit(request);
    };
    const login = hook.current.authorize();
    await waitFor(() => expect(finish).toBeDefined());
    change(props(other));
    await idle(hook);
    finish?.();
    await act(() => login);
    expect(hook.current.user).toBeNull();
    expect(await hook.current.hasValidCredentials()).toBe(false);
  });

  it('web peers 25: two providers for two tenants on one page stay apart', async () => {
    const seen: { own?: Auth0ContextInterface; partner?: Auth0ContextInterface } = {};
    render(
      <Auth0Provider {...props(world)}>
        <Auth0Provider {...props(other)} context={Partner}>
          <TwoSessions seen={seen} />
        </Auth0Provider>
      </Auth0Provider>,
    );
    await waitFor(() => expect([seen.own?.isLoading, seen.partner?.isLoading]).toEqual([false, false]));
    const asked = [world.tokenRequests.length, other.tokenRequests.length];
    await act(async () => {
      await seen.partner?.authorize();
    });
    expect(seen.partner?.user?.email).toBe(sampleUser);
    expect(seen.own?.user).toBeNull();
    expect(await seen.own?.hasValidCredentials()).toBe(false);
    expect(world.tokenRequests.length).toBe(asked[0]);
    expect(other.tokenRequests.length).toBe((asked[1] ?? 0) + 1);
    await act(async () => {
      await seen.own?.authorize();
      await seen.partner?.clearCredentials();
    });
    expect(seen.own?.user?.email).toBe(sampleUser);
    expect(seen.partner?.user).toBeNull();
  });

  it('a sibling provider with the same options sees a login, as another tab does', async () => {
    const [first, second] = [openTab(), openTab()];
    const one = mount(props(world, first));
    const two = mount(props(world, second));
    await Promise.all([idle(one.hook), idle(two.hook)]);
    await act(() => one.hook.current.authorize());
    await waitFor(() => expect(two.hook.current.user?.email).toBe(sampleUser));
    await act(() => two.hook.current.clearCredentials());
    await waitFor(() => expect(one.hook.current.user).toBeNull());
  });

  it('a child’s effect may call a method at once', async () => {
    const outcomes: Promise<Error & { type?: string }>[] = [];
    render(
      <Auth0Provider {...props()}>
        <AsksAtOnce outcomes={outcomes} />
      </Auth0Provider>,
    );
    expect((await act(async () => outcomes[0]))?.type).toBe('NO_CREDENTIALS');
  });

  it('stops listening to other tabs when it is unmounted', async () => {
    const listening = () => [...world.device.listeners.values()].reduce((sum, { size }) => sum + size, 0);
    const { unmount } = await mountSignedIn();
    expect(listening()).toBe(1);
    unmount();
    expect(listening()).toBe(0);
  });

  it('wrong options throw while rendering, with their code', () => {
    expect(() => render(<Auth0Provider {...props()} domain="https://tenant.example" />)).toThrow(
      expect.objectContaining({ code: 'invalid_domain' }),
    );
  });
});

describe('outside of a provider', () => {
  it('the state says loading, and each method throws at once', () => {
    const { result } = renderHook(() => useAuth0());
    const { user, error, isLoading, mfa, passwordless, myAccount, ...methods } = result.current;
    expect({ user, error, isLoading }).toEqual({ user: null, error: null, isLoading: true });
    expect(Object.keys(methods).length).toBeGreaterThanOrEqual(22);
    expect(Object.keys(mfa)).toEqual(['getAuthenticators', 'enroll', 'challenge', 'verify']);
    expect(Object.keys(passwordless)).toEqual(['challengeWithEmail', 'challengeWithPhoneNumber', 'loginWithOTP']);
    expect(Object.keys(myAccount)).toHaveLength(17);
    for (const method of [methods, mfa, passwordless, myAccount].flatMap((group: object) => Object.values(group))) {
      expect(method as () => unknown).toThrow('You forgot to wrap your component in <Auth0Provider>.');
    }
  });
});

it('known failure 1c-43: custom claims can be typed', () => {
  const { result } = renderHook(() => useAuth0<{ 'https://example.com/roles': string[] }>());
  type Claimed = NonNullable<typeof result.current.user>;
  expectTypeOf<Claimed['https://example.com/roles']>().toEqualTypeOf<string[]>();
  expectTypeOf<Claimed['email']>().toEqualTypeOf<string | undefined>();
});
