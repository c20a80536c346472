import '../support/dom.ts';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { type Auth0ContextInterface, Auth0Provider, createFetch, useAuth0 } from 'postern';
import { type ReactNode, StrictMode } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryTab } from '../../src/platform/memory/index.ts';
import { password, realm } from '../support/people.ts';
import { rejection } from '../support/rejection.ts';
import { createTestServer } from '../support/server.ts';
import { audience, createWorld, sampleUser, type World } from '../support/world.ts';

const FILES = 'https://files.postern.test';
const subjectTokenType = 'urn:postern:sample-token';
/** Of the access tokens, and more. */
const LONG = 2 * 86_400;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => {
  cleanup();
  world.renew();
});

type Hook = { readonly current: Auth0ContextInterface };

describe.each([true, false])('the hook, with useDPoP %s', (useDPoP) => {
  const tokenType = useDPoP ? 'DPoP' : 'Bearer';

  async function mount(canTransferSession = true): Promise<{ hook: Hook; all: Auth0ContextInterface[] }> {
    const platform = createMemoryTab(world.device, { modes: ['popup'], fetch: world.fetch, canTransferSession });
    const wrapper = ({ children }: { children: ReactNode }) => (
      <StrictMode>
        <Auth0Provider
          domain={world.origin}
          clientId="postern-native"
          audience={audience}
          cacheLocation="localstorage"
          useDPoP={useDPoP}
          platform={platform}
        >
          {children}
        </Auth0Provider>
      </StrictMode>
    );
    const all: Auth0ContextInterface[] = [];
    const { result } = renderHook(
      () => {
        const value = useAuth0();
        all.push(value);
        return value;
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current.isLoading).toBe(false));
    return { hook: result, all };
  }

  async function mountSignedIn(canTransferSession?: boolean) {
    const mounted = await mount(canTransferSession);
    await act(() => mounted.hook.current.loginWithPasswordRealm({ username: sampleUser, password, realm }));
    return mounted;
  }

  const exchange = async (hook: Hook, sub = 'auth0|sample') => {
    const subjectToken = await world.tenant.control.signSubjectToken({ type: subjectTokenType, claims: { sub } });
    return hook.current.customTokenExchange({ subjectToken, subjectTokenType });
  };
  const social = async (hook: Hook) => {
    const token = await world.tenant.control.mintSocialToken({
      connection: 'google-oauth2',
      email: 'ada@example.com',
      name: 'Ada Lovelace',
    });
    return hook.current.authorizeWithExchangeNativeSocial(token);
  };

  it.each([
    ['customTokenExchange', exchange, /^auth0\|sample$/],
    ['authorizeWithExchangeNativeSocial', social, /^google-oauth2\|/],
  ] as const)('%s is a login: user set, error cleared, stored, renewable', async (_, logIn, sub) => {
    const { hook } = await mount();
    await act(() => rejection(hook.current.customTokenExchange({ subjectToken: 'forged', subjectTokenType })));
    expect(hook.current).toMatchObject({ user: null, error: { code: 'invalid_grant' }, isLoading: false });
    const credentials = await act(() => logIn(hook));
    expect(credentials.tokenType).toBe(tokenType);
    expect(hook.current).toMatchObject({ user: { sub: expect.stringMatching(sub) }, error: null, isLoading: false });
    const renewed = await act(() => hook.current.getCredentials(undefined, 0, {}, true));
    expect(renewed.refreshToken).not.toBe(credentials.refreshToken);
    expect(renewed.tokenType).toBe(tokenType);
  });

  const calls: Record<string, (hook: Hook) => Promise<unknown>> = {
    getApiCredentials: ({ current }) => current.getApiCredentials(FILES),
    clearApiCredentials: ({ current }) => current.clearApiCredentials(FILES),
    getSSOCredentials: ({ current }) => current.getSSOCredentials(),
    ssoExchange: async ({ current }) => {
      const { refreshToken = '' } = await current.getCredentials();
      return current.ssoExchange({ refreshToken });
    },
    getDPoPHeaders: async ({ current }) => {
      const token = await current.getCredentials();
      return current.getDPoPHeaders({ url: 'https://api.example/', method: 'GET', ...token });
    },
  };

  it.each(Object.entries(calls))('%s changes no state, and renders nothing', async (_, call) => {
    const { hook, all } = await mountSignedIn();
    const { user, error } = hook.current;
    const renders = all.length;
    expect(await act(() => call(hook))).not.toBeNull();
    expect(hook.current.user).toBe(user);
    expect(hook.current.error).toBe(error);
    expect(all.length).toBe(renders);
  });

  const failing: Record<string, (hook: Hook) => Promise<unknown>> = {
    getApiCredentials: ({ current }) => current.getApiCredentials('https://unknown.example'),
    getSSOCredentials: ({ current }) => {
      world.tenant.control.faults.add({ kind: 'respond', path: '/oauth/token', status: 503, body: 'Try later.' });
      return current.getSSOCredentials();
    },
    ssoExchange: ({ current }) => current.ssoExchange({ refreshToken: 'unknown' }),
    getDPoPHeaders: ({ current }) =>
      current.getDPoPHeaders({ url: 'nowhere', method: 'GET', accessToken: 't', tokenType: 'DPoP' }),
    customTokenExchange: ({ current }) => current.customTokenExchange({ subjectToken: 's', subjectTokenType: 'word' }),
    authorizeWithExchangeNativeSocial: ({ current }) =>
      current.authorizeWithExchangeNativeSocial({ subjectToken: 's', subjectTokenType: 'urn:x:y' }),
  };

  it.each(Object.entries(failing))('a failed %s becomes error; user and credentials stay', async (_, call) => {
    const { hook } = await mountSignedIn();
    const { user } = hook.current;
    const { accessToken } = await hook.current.getCredentials();
    const error = await act(() => rejection(call(hook)));
    expect(hook.current.error).toBe(error);
    expect(hook.current.user).toBe(user);
    expect((await act(() => hook.current.getCredentials())).accessToken).toBe(accessToken);
  });

  it.each(['getSSOCredentials', 'ssoExchange'] as const)('in a browser %s is refused as such', async (method) => {
    const { hook } = await mountSignedIn(false);
    const call = () =>
      method === 'ssoExchange' ? hook.current.ssoExchange({ refreshToken: 'r' }) : hook.current.getSSOCredentials();
    const error = await act(() => rejection(call()));
    expect(error).toMatchObject({ code: 'unsupported_operation' });
    expect(hook.current).toMatchObject({ user: { sub: 'auth0|sample' }, error });
  });

  it('getApiCredentials that finds the session ended signs the user out', async () => {
    const { hook } = await mountSignedIn();
    const { refreshToken = '' } = await hook.current.getCredentials();
    await hook.current.revokeRefreshToken({ refreshToken });
    const error = await act(() => rejection(hook.current.getApiCredentials(FILES)));
    expect(error).toMatchObject({ type: 'RENEW_FAILED', code: 'invalid_grant' });
    expect(hook.current).toMatchObject({ user: null, error });
  });

  it('what getApiCredentials learns of the person reaches the user; of nobody else does it', async () => {
    const { hook } = await mountSignedIn();
    await world.tenant.control.users.update('auth0|sample', { profile: { name: 'Robin Anew' } });
    await act(() => hook.current.getApiCredentials(FILES, 'read:files'));
    expect(hook.current.user?.name).toBe('Robin Anew');
    await world.tenant.control.users.update('auth0|sample', { profile: { name: 'Robin Sample' } });
  });

  it('createFetch over the hook brings the token of the moment', async () => {
    const api = await createTestServer();
    api.answer = (_, response) => response.writeHead(200).end('{}');
    const { hook } = await mountSignedIn();
    const call = createFetch(hook.current, { apis: [{ origin: api.origin, audience: FILES, scope: 'read:files' }] });
    await act(() => call(`${api.origin}/a`));
    world.advance(LONG);
    await act(() => call(`${api.origin}/b`));
    const sent = api.requests.map(({ headers }) => String(headers.authorization));
    expect(new Set(sent).size).toBe(2);
    expect(sent.every((header) => header.startsWith(`${tokenType} `))).toBe(true);
    expect(api.requests.map(({ headers }) => typeof headers.dpop)).toEqual(
      Array(2).fill(useDPoP ? 'string' : 'undefined'),
    );
    await api.close();
  });
});
