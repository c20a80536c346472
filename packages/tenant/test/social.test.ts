import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from './support/browser.ts';
import { type DirectTest, startDirectTest } from './support/direct.ts';
import { claimsOf, codeOf } from './support/protocol.ts';

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest({
    users: [
      {
        id: 'google-oauth2|424242',
        connection: 'google-oauth2',
        email: 'gail@example.com',
        profile: { name: 'Gail G' },
      },
      { id: 'google-oauth2|13', connection: 'google-oauth2', email: 'barred@example.com', blocked: true },
    ],
  });
});
afterAll(() => test.close());

const authorize = (connection: string, changes: Record<string, string | undefined> = {}) =>
  test.authorizeUrl({ client_id: 'app', connection, scope: 'openid profile email', audience: undefined, ...changes });
const subOf = (page: Page, email: string) => {
  const button = page.html.split('<button').find((part) => part.includes('name="account"') && part.includes(email));
  return /value="([^"]+)"/.exec(button ?? '')?.[1] ?? '';
};
const signInAs = (browser: Browser, page: Page, email: string) => browser.submit(page, {}, subOf(page, email));
const claimsAt = async (page: Page) => {
  const answer = await test.redeem(codeOf(page), { client_id: 'app' });
  return claimsOf(String(answer.body.id_token));
};

describe('a social connection', () => {
  it.each([
    ['google-oauth2', 'Google', /^google-oauth2\|\d{21}$/],
    ['apple', 'Apple', /^apple\|\d{6}\.[0-9a-f]{32}\.\d{4}$/],
    ['facebook', 'Facebook', /^facebook\|\d{17}$/],
  ])('named at /authorize goes straight to its provider: %s', async (connection, name, id) => {
    const browser = test.browser();
    const page = await browser.open(authorize(connection));
    expect(page.url.pathname).toBe(`/idp/${connection}/authorize`);
    expect(page.html).toContain(`Sign in with ${name}`);
    const back = await signInAs(browser, page, 'user@example.com');
    expect(back.callback?.searchParams.get('state')).toBe('the-state');
    expect(await claimsAt(back)).toMatchObject({
      sub: expect.stringMatching(id),
      name: 'Robin Sample',
      given_name: 'Robin',
      family_name: 'Sample',
      email: 'user@example.com',
      email_verified: true,
      nonce: 'the-nonce',
    });
  });

  it('is offered on the login page, and a person cancelling there comes back to it', async () => {
    const browser = test.browser();
    const login = await browser.open(test.authorizeUrl({ client_id: 'app' }));
    const link = login.html.split('<a ').find((part) => part.includes('Continue with Google'));
    const href = /href="([^"]+)"/.exec(link ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
    const provider = await browser.open(new URL(href, login.url));
    const back = await browser.submit(provider, {}, 'cancel');
    expect(back.url.pathname).toBe('/u/login');
    const again = await browser.open(new URL(href, login.url));
    expect(await claimsAt(await signInAs(browser, again, 'user@example.com'))).toHaveProperty('sub');
  });

  it('is the same user at every login, with what the provider says now', async () => {
    const browser = test.browser();
    const other = { email: 'zoe@example.com', email_verified: 'yes' };
    const first = await browser.submit(await browser.open(authorize('apple')), { ...other, name: 'Zoe A' }, 'other');
    const one = await claimsAt(first);
    const later = test.browser();
    const again = await later.submit(await later.open(authorize('apple')), { ...other, name: 'Zoe B' }, 'other');
    const two = await claimsAt(again);
    expect(two.sub).toBe(one.sub);
    expect([one.name, two.name]).toEqual(['Zoe A', 'Zoe B']);
    const user = await test.tenant.control.users.get(String(one.sub));
    expect(user.loginsCount).toBe(2);
    expect(user.identities).toEqual([
      { provider: 'apple', connection: 'apple', userId: String(one.sub).split('|')[1], isSocial: true },
    ]);
  });

  it('an address the provider has not verified is not verified here', async () => {
    const browser = test.browser();
    const page = await signInAs(browser, await browser.open(authorize('google-oauth2')), 'kim@example.com');
    expect(await claimsAt(page)).toMatchObject({ email: 'kim@example.com', email_verified: false });
  });

  it('signs a configured user in under their own id', async () => {
    const browser = test.browser();
    const page = await signInAs(browser, await browser.open(authorize('google-oauth2')), 'gail@example.com');
    expect((await claimsAt(page)).sub).toBe('google-oauth2|424242');
    const typed = test.browser();
    const form = { email: 'Gail@example.com', name: 'Gail G', email_verified: 'yes' };
    const same = await typed.submit(await typed.open(authorize('google-oauth2')), form, 'other');
    expect((await claimsAt(same)).sub).toBe('google-oauth2|424242');
  });

  it('makes a session: the next login is silent', async () => {
    const browser = test.browser();
    await signInAs(browser, await browser.open(authorize('google-oauth2')), 'gail@example.com');
    expect(codeOf(await browser.open(authorize('google-oauth2', { prompt: 'none' })))).not.toBe('');
    const elsewhere = await browser.open(authorize('apple', { prompt: 'none' }));
    expect(elsewhere.callback?.searchParams.get('error')).toBe('login_required');
  });

  it('cancelled at the provider that the app named is access_denied', async () => {
    const browser = test.browser();
    const back = await browser.submit(await browser.open(authorize('apple')), {}, 'cancel');
    expect(back.callback?.searchParams.get('error')).toBe('access_denied');
    expect(back.callback?.searchParams.get('error_description')).toBe('The user cancelled the login');
  });

  it('with sign-up off takes nobody new', async () => {
    const browser = test.browser();
    const back = await signInAs(browser, await browser.open(authorize('github')), 'user@example.com');
    expect(back.callback?.searchParams.get('error')).toBe('access_denied');
    expect(back.callback?.searchParams.get('error_description')).toBe('Public signup is disabled');
    expect(await test.tenant.control.users.list({ search: 'github|' })).toEqual([]);
  });

  it('sends a blocked user back with unauthorized', async () => {
    const browser = test.browser();
    const back = await signInAs(browser, await browser.open(authorize('google-oauth2')), 'barred@example.com');
    expect(back.callback?.searchParams.get('error')).toBe('unauthorized');
    expect(back.callback?.searchParams.get('error_description')).toBe('user is blocked');
  });

  it('is refused to a client that may not use it', async () => {
    const few = authorize('google-oauth2', { client_id: 'few', redirect_uri: 'https://nowhere.example/' });
    expect((await test.browser().open(few)).status).toBe(403);
    const browser = test.browser();
    const login = await browser.open(authorize('google-oauth2'));
    const state = new URL(login.url).searchParams.get('state') ?? '';
    expect((await browser.open(new URL(`/u/social/Staff?state=${state}`, test.issuer))).status).toBe(400);
  });
});

describe('the round trip', () => {
  const returnTo = (parameters: Record<string, string>) => {
    const url = new URL('/login/callback', test.issuer);
    url.search = String(new URLSearchParams(parameters));
    return url;
  };
  /** Stops before the tenant's callback and answers with its address. */
  const stopAtCallback = async (browser: Browser, connection = 'google-oauth2') => {
    const page = await browser.open(authorize(connection));
    const csrf = /name="_csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ _csrf: csrf, account: subOf(page, 'user@example.com') });
    const answer = await browser.request(page.url, { method: 'POST', body });
    expect(answer.status).toBe(303);
    return new URL(answer.headers.get('location') ?? '');
  };

  it('S3: a callback with an unknown, used or missing state signs nobody in', async () => {
    const browser = test.browser();
    const address = await stopAtCallback(browser);
    for (const state of ['x', '']) {
      expect((await browser.open(returnTo({ code: 'x', state }))).status).toBe(400);
    }
    expect(codeOf(await browser.open(address))).not.toBe('');
    expect((await browser.open(address)).status).toBe(400);
  });

  it('a callback finished in another browser signs nobody in (login CSRF)', async () => {
    const address = await stopAtCallback(test.browser());
    const victim = test.browser();
    await victim.open(authorize('apple'));
    const page = await victim.open(address);
    expect(page.status).toBe(400);
    const silent = await victim.open(authorize('google-oauth2', { prompt: 'none' }));
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
  });

  it('a code of another login is refused: it was made for another verifier', async () => {
    const [one, two] = [test.browser(), test.browser()];
    const [mine, theirs] = [await stopAtCallback(one), await stopAtCallback(two)];
    mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    const page = await one.open(mine);
    expect(page.callback?.searchParams.get('error')).toBe('access_denied');
    expect(page.callback?.searchParams.has('code')).toBe(false);
  });

  it('a code of another provider is refused', async () => {
    const browser = test.browser();
    const google = await stopAtCallback(browser);
    const apple = await stopAtCallback(browser, 'apple');
    google.searchParams.set('code', apple.searchParams.get('code') ?? '');
    expect((await browser.open(google)).callback?.searchParams.get('error')).toBe('access_denied');
  });

  it('a code of the provider expires after a minute', async () => {
    const browser = test.browser();
    const address = await stopAtCallback(browser);
    await test.advance(61_000);
    expect((await browser.open(address)).callback?.searchParams.get('error')).toBe('access_denied');
    await test.resetClock();
  });

  it.each([
    ['without its secret', {}, 400, 'invalid_request'],
    ['with a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
  ])('the token endpoint of a provider answers nobody %s', async (_what, changes, status, error) => {
    const answer = await test.post('/idp/google-oauth2/token', {
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: `${test.issuer}login/callback`,
      client_id: 'postern-tenant',
      code_verifier: 'x'.repeat(43),
      ...changes,
    });
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it.each([
    ['another redirect_uri', 'redirect_uri', 'https://evil.example/'],
    ['another client', 'client_id', 'app'],
    ['no code_challenge', 'code_challenge', ''],
    ['another response_type', 'response_type', 'token'],
  ])('a provider shows its page to no request with %s', async (_what, name, value) => {
    const browser = test.browser();
    const { url } = await browser.open(authorize('google-oauth2'));
    url.searchParams.set(name, value);
    expect((await browser.open(url)).status).toBe(400);
  });

  it('there is no provider that is not configured', async () => {
    const url = new URL('/idp/Staff/authorize', test.issuer);
    expect((await test.browser().open(url)).status).toBe(404);
  });

  it('T21: the form of a provider needs its CSRF token and an address', async () => {
    const browser = test.browser();
    const page = await browser.open(authorize('google-oauth2'));
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect((await browser.submit(page, { _csrf: 'x' }, 'other')).status).toBe(403);
    const again = await browser.submit(page, { email: 'nobody' }, 'other');
    expect(again.status).toBe(400);
    expect(again.html).toContain('Enter an email address');
  });
});
