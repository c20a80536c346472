import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readForm } from './support/browser.ts';
import { api, callback, claimsOf, codeOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

/** Where a request that needs no login ends. */
const refused = async (changes: Record<string, string | undefined>) => {
  const page = await test.browser().open(test.authorizeUrl(changes));
  return Object.fromEntries(page.callback?.searchParams ?? []);
};

describe('authorize', () => {
  it('gives a code, the state and iss to the callback', async () => {
    const page = await test.browser().logIn(test.authorizeUrl());
    expect(page.callback?.origin + (page.callback?.pathname ?? '')).toBe(callback);
    expect([...(page.callback?.searchParams.keys() ?? [])].sort()).toEqual(['code', 'iss', 'state']);
    expect(page.callback?.searchParams.get('state')).toBe('the-state');
    expect(page.callback?.searchParams.get('iss')).toBe(test.issuer);
  });
  it('passes a state with every kind of character through unchanged', async () => {
    const state = 'a b+c&d=e%20é"<>\'#/?';
    const page = await test.browser().logIn(test.authorizeUrl({ state }));
    expect(page.callback?.searchParams.get('state')).toBe(state);
  });
  it('keeps the query a registered redirect URI has', async () => {
    const page = await test.browser().logIn(test.authorizeUrl({ redirect_uri: 'https://app.example.test/other?x=1' }));
    expect(page.callback?.searchParams.get('x')).toBe('1');
    expect(codeOf(page)).toMatch(/^[\w-]{43}$/);
  });
  it('signs in without a page while the session lives', async () => {
    const browser = test.browser();
    await browser.logIn(test.authorizeUrl());
    const page = await browser.open(test.authorizeUrl());
    expect(codeOf(page)).toMatch(/^[\w-]{43}$/);
  });
  it('takes a POST with a form as well', async () => {
    const url = test.authorizeUrl({ prompt: 'none' });
    const browser = test.browser();
    const body = url.searchParams;
    const page = await browser.open(new URL('/authorize', test.issuer), { method: 'POST', body });
    expect(page.status).toBe(303);
    expect(page.callback?.searchParams.get('error')).toBe('login_required');
  });
  it('sends screen_hint=signup to the sign-up page', async () => {
    const page = await test.browser().open(test.authorizeUrl({ screen_hint: 'signup' }));
    expect(page.url.pathname).toBe('/u/signup');
  });
  it('fills login_hint into the login page', async () => {
    const page = await test.browser().open(test.authorizeUrl({ login_hint: 'hinted@example.com' }));
    expect(page.html).toContain('value="hinted@example.com"');
  });

  it('T38: refuses a duplicate parameter on a page, without redirecting', async () => {
    const url = test.authorizeUrl();
    url.searchParams.append('scope', 'openid');
    const page = await test.browser().open(url);
    expect(page.status).toBe(400);
    expect(page.callback).toBeUndefined();
    expect(page.html).toContain('Duplicate parameter: scope');
  });
  it('refuses an unknown client on a page, and the log names those there are', async () => {
    const page = await test.browser().open(test.authorizeUrl({ client_id: 'nobody' }));
    expect(page.status).toBe(400);
    expect(page.callback).toBeUndefined();
    expect((await test.lastEvent('authorize.rejected')).sentence).toContain('There is no client nobody');
  });
  it('refuses a missing client_id on a page', async () => {
    const page = await test.browser().open(test.authorizeUrl({ client_id: undefined }));
    expect([page.status, page.callback]).toEqual([400, undefined]);
  });

  it('T9: refuses every response type but code', async () => {
    for (const type of ['token', 'id_token', 'id_token token', 'code token', 'none']) {
      const answer = await refused({ response_type: type });
      expect(answer).toMatchObject({ error: 'unsupported_response_type', state: 'the-state', iss: test.issuer });
      expect(answer).not.toHaveProperty('access_token');
    }
  });
  it.each([
    ['a missing response_type', { response_type: undefined }, 'invalid_request'],
    ['an unknown response_mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['an unknown audience', { audience: 'https://nowhere.test' }, 'access_denied'],
    ['an unknown connection', { connection: 'nope' }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['prompt=none with another', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
    ['a negative max_age', { max_age: '-1' }, 'invalid_request'],
    ['a malformed dpop_jkt', { dpop_jkt: 'short' }, 'invalid_request'],
    ['online_access with offline_access', { scope: 'openid online_access offline_access' }, 'invalid_request'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request_uri', { request_uri: 'urn:x' }, 'request_uri_not_supported'],
  ])('refuses %s at the callback', async (_what, changes, error) => {
    expect(await refused(changes)).toMatchObject({ error, state: 'the-state', iss: test.issuer });
  });
  it('says which service was not found', async () => {
    expect((await refused({ audience: 'https://nowhere.test' })).error_description).toBe(
      'Service not found: https://nowhere.test',
    );
    expect((await test.lastEvent('authorize.rejected')).sentence).toContain(api);
  });

  it('drops scopes the API does not have, and offline_access where it is not allowed', async () => {
    const tokens = await test.tokens({
      audience: 'https://other.postern.test',
      scope: 'openid read:other read:notes nonsense offline_access',
    });
    expect(tokens.scope).toBe('openid read:other');
    expect(tokens.refresh_token).toBeUndefined();
    expect((await test.lastEvent('authorize.scope_dropped')).sentence).toContain('allowOfflineAccess');
  });
  it('sends a blocked user back with unauthorized, "user is blocked", and no session', async () => {
    const browser = test.browser();
    const page = await browser.logIn(test.authorizeUrl(), {
      username: 'blocked@example.com',
      password: 'Blocked-Horse-42',
    });
    expect(Object.fromEntries(page.callback?.searchParams ?? [])).toMatchObject({
      error: 'unauthorized',
      error_description: 'user is blocked',
      state: 'the-state',
    });
    expect([...browser.cookies.keys()].filter((name) => name.startsWith('postern_session'))).toEqual([]);
  });
  it('sends a cancelled login back with access_denied', async () => {
    const browser = test.browser();
    const page = await browser.submit(await browser.open(test.authorizeUrl()), {}, 'cancel');
    expect(page.callback?.searchParams.get('error')).toBe('access_denied');
  });
  it('finishes a login once: the way back is spent with the code', async () => {
    const browser = test.browser();
    const login = await browser.open(test.authorizeUrl());
    await browser.submit(login, { username: 'user@example.com', password: 'Correct-Horse-42' });
    const again = await browser.open(new URL(`/authorize/resume${login.url.search}`, test.issuer));
    expect([again.status, again.callback]).toEqual([400, undefined]);
    expect((await browser.open(login.url)).status).toBe(400);
  });
  it('keeps a login to the browser that began it', async () => {
    const login = await test.browser().open(test.authorizeUrl());
    const stranger = test.browser();
    expect((await stranger.open(login.url)).status).toBe(400);
    await stranger.open(test.authorizeUrl());
    expect((await stranger.open(login.url)).status).toBe(400);
    const resumed = await stranger.open(new URL(`/authorize/resume${login.url.search}`, test.issuer));
    expect([resumed.status, resumed.callback]).toEqual([400, undefined]);
  });
  it('lets a login page expire', async () => {
    const own = await startProtocolTest();
    const browser = own.browser();
    const login = await browser.open(own.authorizeUrl());
    own.tenant.context.clock.advance(3_600_000);
    expect((await browser.open(login.url)).status).toBe(400);
    await own.close();
  });

  it('T22: leaves a form by 303, so that the password is not sent on', async () => {
    const browser = test.browser();
    const login = await browser.open(test.authorizeUrl());
    const hidden = Object.fromEntries(
      [...login.html.matchAll(/name="(_csrf|state)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const response = await browser.request(login.url, {
      method: 'POST',
      body: new URLSearchParams({ ...hidden, username: 'user@example.com', password: 'Correct-Horse-42' }),
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^\/authorize\/resume\?state=/);
  });
  it('T22: a form whose session is gone leads back to the login by 303', async () => {
    const browser = test.browser();
    const url = test.authorizeUrl({ client_id: 'third-party', scope: 'openid' });
    const consent = await browser.logIn(url);
    expect(consent.url.pathname).toBe('/u/consent');
    const copy = test.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    await copy.open(new URL('/v2/logout', test.issuer));
    const { fields } = readForm(consent.html);
    const response = await browser.request(consent.url, { method: 'POST', body: new URLSearchParams(fields) });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^\/u\/login\?state=/);
  });
  it('T35: the session cookie is HttpOnly and SameSite=Lax, changes at every login, and only its hash is stored', async () => {
    const browser = test.browser();
    await browser.logIn(test.authorizeUrl());
    const [name = '', first = ''] = [...browser.cookies].find(([cookie]) => cookie.startsWith('postern_session')) ?? [];
    const header = browser.setCookies.find((cookie) => cookie.startsWith(name));
    expect(header).toMatch(/HttpOnly/i);
    expect(header).toMatch(/SameSite=Lax/i);
    expect(header).toMatch(/Path=\//i);
    expect(header).not.toMatch(/Secure/i);
    await browser.logIn(test.authorizeUrl({ prompt: 'login' }));
    expect(browser.cookies.get(name)).not.toBe(first);
    const fixed = test.browser();
    fixed.cookies.set(name, first);
    const page = await fixed.open(test.authorizeUrl({ prompt: 'none' }));
    expect(page.callback?.searchParams.get('error')).toBe('login_required');
    const sessions = JSON.stringify(await test.tenant.context.store.sessions.list());
    expect(sessions).not.toContain(browser.cookies.get(name));
  });
  it('T35: over https the cookie is Secure and reaches silent iframes', async () => {
    const { cookieAttributes } = await import('../src/sessions/cookies.ts');
    expect(cookieAttributes({ issuer: 'https://tenant.example/' })).toMatchObject({
      secure: true,
      sameSite: 'None',
      httpOnly: true,
    });
  });
  it('ends the session of the one before when another person signs in', async () => {
    const browser = test.browser();
    const first = await test.tokens({}, browser);
    const page = await browser.logIn(test.authorizeUrl({ prompt: 'login' }), {
      username: 'other@example.com',
      password: 'Other-Horse-42',
    });
    const second = await test.redeem(codeOf(page));
    expect(claimsOf(String(second.body.id_token)).sub).toBe('auth0|other');
    expect(claimsOf(String(second.body.id_token)).sid).not.toBe(claimsOf(first.id_token).sid);
  });
  it('lets sessions end by idle and by absolute expiry', async () => {
    const own = await startProtocolTest();
    const { clock } = own.tenant.context;
    const silent = async (browser = own.browser()) =>
      (await browser.open(own.authorizeUrl({ prompt: 'none' }))).callback?.searchParams.get('error') ?? 'signed in';
    const idle = own.browser();
    await idle.logIn(own.authorizeUrl());
    clock.advance(259_200_000);
    expect(await silent(idle)).toBe('login_required');
    const busy = own.browser();
    await busy.logIn(own.authorizeUrl());
    for (const _day of [1, 2, 3]) {
      clock.advance(200_000_000);
      expect(await silent(busy)).toBe('signed in');
    }
    clock.advance(5_000_000);
    expect(await silent(busy)).toBe('login_required');
    await own.close();
  });
});
