import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionTransferCookie, sessionTransferUrl } from '../src/core.ts';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { clientId, createWorld, sampleUser, type World } from './support/world.ts';

const person = {
  username: sampleUser,
  password: 'Correct-Horse-42',
  realm: 'Username-Password-Authentication',
};

describe.each([true, false])('Native to Web SSO, with useDPoP %s', (useDPoP) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(() => world.renew());
  afterAll(() => world.close());

  /** A native app: no silent frames, and a form of its own. */
  const openNative = async (options = {}) => {
    const tab = createMemoryTab(world.device, { modes: ['popup'], fetch: world.fetch });
    const { auth0 } = world.open({ clientId: 'postern-native', useDPoP, ...options }, tab);
    await auth0.session.login(() => auth0.auth.passwordRealm(person));
    return { auth0, tab };
  };
  /** What a browser without cookies gets: the web app's callback, or the login page. */
  const openWeb = async (transfer: { sessionTransferToken: string }) => {
    const authorize = new URL(`${world.origin}/authorize`);
    authorize.search = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1/callback',
      scope: 'openid',
      state: 's',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }).toString();
    const response = await fetch(sessionTransferUrl(authorize.href, transfer), { redirect: 'manual' });
    const location = new URL(response.headers.get('location') ?? '', world.origin);
    return location.searchParams.has('code') ? 'signed in' : location.pathname;
  };

  it('a refresh token becomes a transfer token, which signs a browser in once; the new refresh token is stored', async () => {
    const { auth0 } = await openNative();
    const before = await auth0.credentialsManager.getCredentials();
    const transfer = await auth0.credentialsManager.getSSOCredentials();
    expect(transfer).toMatchObject({
      sessionTransferToken: expect.any(String),
      tokenType: 'urn:auth0:params:oauth:token-type:session_transfer_token',
      expiresIn: 60,
      refreshToken: expect.any(String),
    });
    const after = await auth0.credentialsManager.getCredentials();
    expect(after).toMatchObject({ accessToken: before.accessToken, refreshToken: transfer.refreshToken });
    expect(await openWeb(transfer)).toBe('signed in');
    expect(await openWeb(transfer)).toBe('/u/login');
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
  });

  it('expired, it signs nobody in; nor when the refresh token it came from was revoked', async () => {
    const { auth0 } = await openNative();
    const transfer = await auth0.credentialsManager.getSSOCredentials();
    world.advance(61);
    expect(await openWeb(transfer)).toBe('/u/login');
    const second = await auth0.credentialsManager.getSSOCredentials();
    const { refreshToken = '' } = await auth0.credentialsManager.getCredentials();
    await auth0.auth.revoke({ refreshToken });
    expect(await openWeb(second)).toBe('/u/login');
  });

  it('at once with renewals and other APIs: one after the other, no reuse at the tenant', async () => {
    const { auth0 } = await openNative();
    world.advance(2 * 86_400);
    const { credentialsManager: manager } = auth0;
    const transfers = await Promise.all([
      manager.getSSOCredentials(),
      manager.getCredentials(),
      manager.getApiCredentials('https://files.postern.test'),
      manager.getSSOCredentials(),
    ]);
    expect(new Set(transfers.map((one) => JSON.stringify(one))).size).toBe(4);
    expect(await world.tenant.control.events.list({ type: 'refresh.reuse_detected' })).toEqual([]);
    await manager.getCredentials(undefined, 0, {}, true);
  });

  it('ssoExchange does the same with a refresh token of the app’s own, and stores nothing', async () => {
    const { auth0 } = await openNative();
    const { refreshToken = '' } = await auth0.credentialsManager.getCredentials();
    await auth0.credentialsManager.clearCredentials();
    // The key went with the credentials: bound, the refresh token is worth nothing without it.
    if (useDPoP) {
      expect(await rejection(auth0.auth.ssoExchange({ refreshToken }))).toMatchObject({ status: expect.any(Number) });
    } else {
      const transfer = await auth0.auth.ssoExchange({ refreshToken });
      expect(await openWeb(transfer)).toBe('signed in');
    }
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('parameters and headers go along', async () => {
    const { auth0, tab } = await openNative();
    let headers = new Headers();
    tab.fetch = (input, init) => {
      headers = new Headers(init?.headers);
      return world.fetch(input, init);
    };
    await auth0.credentialsManager.getSSOCredentials({ custom: 'x', audience: 'ignored' }, { 'x-device': 'phone' });
    expect(world.tokenRequests.at(-1)?.get('custom')).toBe('x');
    expect(world.tokenRequests.at(-1)?.get('audience')).toBe(`urn:${new URL(world.origin).host}:session_transfer`);
    expect(headers.get('x-device')).toBe('phone');
  });

  it('a client that may not is refused in the tenant’s words, and stays signed in', async () => {
    const { auth0 } = await world.openSignedIn({ useDPoP });
    expect(await rejection(auth0.credentialsManager.getSSOCredentials())).toMatchObject({
      name: 'unauthorized_client',
      code: 'unauthorized_client',
      status: 403,
    });
    expect(await auth0.credentialsManager.getCredentials(undefined, 0, {}, true)).toHaveProperty('accessToken');
  });

  it('without a session, or without a refresh token, it says so', async () => {
    const { auth0 } = world.open({ clientId: 'postern-native', useDPoP });
    expect(await rejection(auth0.credentialsManager.getSSOCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
    expect(await rejection(auth0.auth.ssoExchange({} as never))).toMatchObject({ code: 'missing_parameters' });
    const none = await openNative({ useRefreshTokens: false });
    expect(await rejection(none.auth0.credentialsManager.getSSOCredentials())).toMatchObject({
      type: 'NO_REFRESH_TOKEN',
    });
  });

  it('in a browser both are refused with unsupported_operation, and nothing is sent', async () => {
    const tab = createMemoryTab(world.device, { canTransferSession: false, fetch: world.fetch });
    const { auth0 } = world.open({ useDPoP }, tab);
    await auth0.webAuth.authorize();
    const before = world.tokenRequests.length;
    expect(await rejection(auth0.credentialsManager.getSSOCredentials())).toMatchObject({
      '~postern': 'CredentialsManagerError',
      name: 'UnsupportedOperation',
      code: 'unsupported_operation',
      type: 'UNKNOWN_ERROR',
    });
    expect(await rejection(auth0.auth.ssoExchange({ refreshToken: 'r' }))).toMatchObject({
      name: 'UnsupportedOperation',
      code: 'unsupported_operation',
    });
    expect(world.tokenRequests.length).toBe(before);
    expect(auth0.session.getSnapshot().user).not.toBeNull();
  });
});

describe('what opens the web app', () => {
  const transfer = { sessionTransferToken: 'a+b/c', expiresIn: 60 };
  it('a URL keeps what it has', () => {
    expect(sessionTransferUrl('https://app.example.com/login?a=1#here', transfer)).toBe(
      'https://app.example.com/login?a=1&session_transfer_token=a%2Bb%2Fc#here',
    );
  });
  it('a cookie is for the tenant alone, secure, out of reach of scripts, and short-lived', () => {
    expect(sessionTransferCookie(transfer, { domain: 'login.example.com' })).toBe(
      'auth0_session_transfer_token=a%2Bb%2Fc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax; Domain=login.example.com',
    );
    expect(sessionTransferCookie({ sessionTransferToken: 't' })).not.toContain('Domain');
  });
});
