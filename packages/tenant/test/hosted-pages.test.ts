import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrowser, readForm, sampleUser } from './support/browser.ts';
import { pagesConfig } from './support/pages.ts';
import { api, codeOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest(pagesConfig, { passwordHashing: 'owasp' });
});
afterAll(() => test.close());

const openLogin = (browser = test.browser(), changes = {}) => browser.open(test.authorizeUrl(changes));
const titleOf = (html: string) => /<title>([^<]*)</.exec(html)?.[1];
const alertOf = (html: string) => /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(html)?.[1] ?? '';

describe('the login page', () => {
  it('says what it is, whose it is and what for, and fills in login_hint', async () => {
    const page = await openLogin(undefined, { login_hint: 'someone@example.com' });
    expect(page.status).toBe(200);
    expect(titleOf(page.html)).toBe('Log in · Acme Test');
    expect(page.html).toContain('<html lang="en">');
    expect(page.html).toContain('Web app');
    expect(page.html).toContain('Local test tenant');
    expect(readForm(page.html).fields.username).toBe('someone@example.com');
    expect(page.html).toMatch(/<input[^>]*name="username"[^>]*autocomplete="username"/);
    expect(page.html).toMatch(/<input[^>]*name="password"[^>]*autocomplete="current-password"/);
  });

  it('escapes what comes from outside', async () => {
    const browser = test.browser();
    const hint = '"><script>alert(1)</script>';
    const page = await openLogin(browser, { login_hint: hint });
    expect(page.html).not.toContain('<script>alert');
    const again = await browser.submit(page, { username: hint, password: 'x' });
    expect(again.html).not.toContain('<script>alert');
  });

  it('signs in by e-mail in any case, and by username', async () => {
    for (const username of ['user@example.com', 'USER@Example.com', 'robin', ' robin ']) {
      const browser = test.browser();
      const page = await browser.submit(await openLogin(browser), { ...sampleUser, username });
      expect(codeOf(page)).toBeTruthy();
      expect(page.callback?.searchParams.get('state')).toBe('the-state');
    }
  });

  it('asks for what is missing, tied to the fields, and sends no password back', async () => {
    const browser = test.browser();
    const page = await browser.submit(await openLogin(browser), { username: '', password: '' });
    expect(page.status).toBe(400);
    expect(titleOf(page.html)).toBe('Error: Log in · Acme Test');
    expect(alertOf(page.html)).toContain('href="#username"');
    expect(alertOf(page.html)).toContain('href="#password"');
    expect(page.html).toMatch(/id="username"[^>]*aria-invalid="true"[^>]*aria-describedby="username-error"/);
    const wrong = await browser.submit(page, { username: 'user@example.com', password: 'Sekret-Lamp-1' });
    expect(wrong.html).not.toContain('Sekret-Lamp-1');
    expect(readForm(wrong.html).fields.username).toBe('user@example.com');
  });

  it('a refused form is shown again at a reload, but on no other page, in no other login, and not for ever', async () => {
    const browser = test.browser();
    const refused = await browser.submit(await openLogin(browser), { username: 'someone@example.com', password: 'x' });
    expect(alertOf((await browser.open(refused.url)).html)).toContain('Wrong email or password.');
    const form = refused.url.searchParams.get('form') ?? '';
    const open = async (path: string, state = refused.url.searchParams.get('state') ?? '') =>
      (await browser.open(new URL(`${path}?${new URLSearchParams({ state, form })}`, test.issuer))).html;
    expect(alertOf(await open('/u/signup'))).toBe('');
    const other = await openLogin(browser);
    const html = await open('/u/login', other.url.searchParams.get('state') ?? '');
    expect(html).toContain('Log in');
    expect(html).not.toContain('someone@example.com');
    test.tenant.control.clock.advance(600_000);
    expect(alertOf(await open('/u/login'))).toBe('');
    test.tenant.control.clock.reset();
  });

  it('answers the same to a wrong password and to an unknown user, after the same work', async () => {
    const verify = test.tenant.context.passwords.verify;
    const answers: { html: string; status: number }[] = [];
    for (const username of ['user@example.com', 'nobody@example.com']) {
      const browser = test.browser();
      const page = await browser.submit(await openLogin(browser), { username, password: 'Wrong-Horse-42' });
      answers.push({ html: alertOf(page.html), status: page.status });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.html).toContain('Wrong email or password.');
    const time = async (hash: string | undefined) => {
      const start = performance.now();
      await verify(hash, 'Wrong-Horse-42');
      return performance.now() - start;
    };
    const user = await test.tenant.context.store.users.get('auth0|sample');
    const known = Math.min(await time(user?.passwordHash), await time(user?.passwordHash));
    // The longest: a busy machine makes it longer still, and without the work it would be next to nothing.
    const unknown = Math.max(await time(undefined), await time(undefined));
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('tells the app that a blocked user is blocked, and only after the right password', async () => {
    const blocked = { username: 'blocked@example.com', password: 'Blocked-Horse-42' };
    const browser = test.browser();
    const wrong = await browser.submit(await openLogin(browser), { ...blocked, password: 'Wrong-Horse-42' });
    expect(alertOf(wrong.html)).toContain('Wrong email or password.');
    const page = await browser.submit(wrong, blocked);
    expect(page.callback?.searchParams.get('error')).toBe('unauthorized');
    expect(page.callback?.searchParams.get('error_description')).toBe('user is blocked');
    expect([...browser.cookies.keys()].some((name) => name.startsWith('postern_session'))).toBe(false);
  });

  it('"Cancel" gives the app access_denied and leaves no session', async () => {
    const browser = test.browser();
    const page = await browser.submit(await openLogin(browser), {}, 'cancel');
    expect(page.callback?.searchParams.get('error')).toBe('access_denied');
    expect(page.callback?.searchParams.get('state')).toBe('the-state');
    expect([...browser.cookies.keys()].some((name) => name.startsWith('postern_session'))).toBe(false);
  });

  it('links to sign-up and back under the same state, and not where sign-up is off', async () => {
    const browser = test.browser();
    const login = await openLogin(browser);
    const state = login.url.searchParams.get('state') ?? '';
    expect(login.html).toContain(`/u/signup?state=${state}`);
    const signup = await browser.open(new URL(`/u/signup?state=${state}`, test.issuer));
    expect(signup.html).toContain(`/u/login?state=${state}`);
    const closed = await openLogin(browser, { connection: 'Closed' });
    expect(closed.html).not.toContain('/u/signup');
    const detour = await browser.open(new URL(`/u/signup${closed.url.search}`, test.issuer));
    expect(detour.url.pathname).toBe('/u/login');
  });
});

describe('brute force', () => {
  const attempt = async (password: string, username = 'ada@example.com') => {
    const browser = test.browser();
    return browser.submit(await openLogin(browser), { username, password });
  };

  it('blocks a user after the configured number of wrong passwords, tells them by mail, and the link unblocks', async () => {
    for (let n = 0; n < 3; n++)
      expect(alertOf((await attempt('Wrong-Horse-1')).html)).toContain('Wrong email or password.');
    const blocked = await attempt('Engine-Horse-42');
    expect(blocked.status).toBe(429);
    expect(alertOf(blocked.html)).toContain(
      'Your account has been blocked after multiple consecutive login attempts. We&#39;ve sent you a notification via your preferred contact method with instructions on how to unblock it.',
    );
    await attempt('Engine-Horse-42');
    const mails = await test.tenant.context.outbox.list({ to: 'ada@example.com', template: 'blocked_account' });
    expect(mails).toHaveLength(1);
    expect(codeOf(await attempt('Correct-Horse-42', 'user@example.com'))).toBeTruthy();
    const elsewhere = createBrowser(test.issuer, (url, init) => test.tenant.fetch(new Request(url, init)));
    const login = await openLogin(elsewhere);
    codeOf(await elsewhere.submit(login, { username: 'ada@example.com', password: 'Engine-Horse-42' }));

    const link = mails[0]?.link ?? '';
    const scanner = await test.browser().open(link);
    expect([scanner.status, scanner.html.includes('Unblock my account')]).toEqual([200, true]);
    expect((await attempt('Engine-Horse-42')).status).toBe(429);
    const browser = test.browser();
    const asked = await browser.open(link);
    expect((await browser.submit(asked, { _csrf: 'x' })).status).toBe(403);
    expect((await browser.submit(asked)).html).toContain('Your account is unblocked');
    expect((await browser.submit(asked)).status).toBe(400);
    expect((await test.browser().open(link)).status).toBe(400);
    expect(codeOf(await attempt('Engine-Horse-42'))).toBeTruthy();
  });

  it('blocks an unknown user as well, so that a block tells nothing', async () => {
    for (let n = 0; n < 3; n++) await attempt('Wrong-Horse-1', 'ghost@example.com');
    expect((await attempt('Wrong-Horse-1', 'GHOST@example.com')).status).toBe(429);
  });

  it('parallel guesses do not slip in together under the limit', async () => {
    const pages = await Promise.all(Array.from({ length: 8 }, () => attempt('Wrong-Horse-1', 'crowd@example.com')));
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(3);
    expect(pages.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it('a right password starts the count anew, and a block ends by itself', async () => {
    const plain = (password: string) => attempt(password, 'user@example.com');
    await plain('Wrong-Horse-1');
    await plain('Wrong-Horse-1');
    codeOf(await plain('Correct-Horse-42'));
    await plain('Wrong-Horse-1');
    await plain('Wrong-Horse-1');
    codeOf(await plain('Correct-Horse-42'));

    const { clock, registry } = test.tenant.context;
    for (let n = 0; n < 4; n++) await attempt('Wrong-Horse-1', 'blocked@example.com');
    clock.advance(registry.config.attackProtection.blockDuration * 1000 + 1);
    const after = await attempt('Blocked-Horse-42', 'blocked@example.com');
    expect(after.callback?.searchParams.get('error')).toBe('unauthorized');
    clock.reset();
  });
});

describe('choosing an account and consent', () => {
  it('shows who is signed in, goes on as them, or asks somebody else to log in', async () => {
    const browser = test.browser();
    await browser.logIn(test.authorizeUrl());
    const choose = await openLogin(browser, { prompt: 'select_account' });
    expect(titleOf(choose.html)).toBe('Choose an account · Acme Test');
    expect(choose.html).toContain('Robin Sample');
    expect(choose.html).toContain('user@example.com');
    codeOf(await browser.submit(choose, {}, 'continue'));
    const again = await openLogin(browser, { prompt: 'select_account' });
    const login = await browser.open(new URL(`/u/login${again.url.search}`, test.issuer));
    codeOf(await browser.submit(login, { username: 'ada@example.com', password: 'Engine-Horse-42' }));
  });

  it('asks in plain words, remembers "Allow", and gives the app access_denied for "Do not allow"', async () => {
    const browser = test.browser();
    const asks = { client_id: 'asks', audience: api };
    const consent = await browser.logIn(test.authorizeUrl(asks));
    expect(consent.url.pathname).toBe('/u/consent');
    expect(titleOf(consent.html)).toBe('Allow Notebook for teams? · Acme Test');
    for (const words of ['Notes API', 'user@example.com', 'See your notes', 'Stay signed in while you are away'])
      expect(consent.html).toContain(words);
    const denied = await browser.submit(consent, {}, 'cancel');
    expect(denied.callback?.searchParams.get('error')).toBe('access_denied');
    expect(denied.callback?.searchParams.get('error_description')).toBe('User did not authorize the request');
    const asked = await openLogin(browser, asks);
    expect(asked.url.pathname).toBe('/u/consent');
    codeOf(await browser.submit(asked, {}, 'allow'));
    codeOf(await openLogin(browser, asks));
  });

  it('both lead to the login page when nobody is signed in', async () => {
    const browser = test.browser();
    const login = await openLogin(browser);
    for (const path of ['/u/select-account', '/u/consent']) {
      const page = await browser.open(new URL(`${path}${login.url.search}`, test.issuer));
      expect(page.url.pathname).toBe('/u/login');
    }
    const posted = await browser.submit({ ...login, html: login.html.replace('/u/login', '/u/consent') }, {});
    expect(posted.url.pathname).toBe('/u/login');
    expect(posted.callback).toBeUndefined();
  });
});

describe('security of the pages', () => {
  const pages = ['/u/login', '/u/signup', '/u/reset-password/request', '/u/reset-password/sent'];

  it('T21: no page may be framed, cached, sniffed, or tell where one came from; nothing is loaded from elsewhere', async () => {
    const browser = test.browser();
    const { search } = (await openLogin(browser)).url;
    const urls = [
      ...pages.map((path) => `${path}${search}`),
      '/u/reset-password?ticket=x',
      '/u/login?state=x',
      '/__tenant',
      '/v2/logout',
    ];
    for (const url of urls) {
      const page = await browser.open(new URL(url, test.issuer));
      const policy = page.headers.get('content-security-policy') ?? '';
      for (const part of [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ])
        expect(policy, url).toContain(part);
      expect(policy, url).not.toMatch(/unsafe|\*/);
      expect(page.headers.get('x-frame-options'), url).toBe('DENY');
      expect(page.headers.get('referrer-policy'), url).toBe('no-referrer');
      expect(page.headers.get('x-content-type-options'), url).toBe('nosniff');
      expect(page.headers.get('cache-control'), url).toBe('no-store');
      expect(page.headers.get('access-control-allow-origin'), url).toBeNull();
      const loaded = [...page.html.matchAll(/<(?:link|script|img|iframe)\b[^>]*?(?:href|src)="([^"]*)"/g)].map(
        ([, at]) => at,
      );
      expect(loaded.length, url).toBeGreaterThan(0);
      for (const address of loaded) expect(address, url).toMatch(/^\/u\/assets\//);
      expect(page.html, url).not.toMatch(/<script(?![^>]*\ssrc=)|\son[a-z]+="|\sstyle="/);
    }
  });

  it('T21: form-action names this origin and the address of the app, custom schemes too', async () => {
    const policyOf = async (changes: object) =>
      (await openLogin(undefined, changes)).headers.get('content-security-policy');
    expect(await policyOf({})).toContain("form-action 'self' https://app.example.test;");
    const native = { client_id: 'app', redirect_uri: 'com.example.app://callback' };
    expect(await policyOf(native)).toContain("form-action 'self' com.example.app:;");
  });

  it.each([
    ['a missing', () => undefined],
    ['an empty', () => ''],
    ['a made-up', () => 'made-up'],
    ['another browser’s', async () => readForm((await openLogin()).html).fields._csrf],
  ])('T21: %s CSRF token is refused and nothing happens', async (_what, token) => {
    const browser = test.browser();
    const login = await openLogin(browser);
    const { fields } = readForm(login.html);
    const csrf = await token();
    const body = new URLSearchParams({
      state: fields.state ?? '',
      ...sampleUser,
      ...(csrf === undefined ? {} : { _csrf: csrf }),
    });
    const page = await browser.open(new URL('/u/login', test.issuer), { method: 'POST', body });
    expect(page.status).toBe(403);
    expect(page.html).toContain('Please try again');
    expect([...browser.cookies.keys()].some((name) => name.startsWith('postern_session'))).toBe(false);
    codeOf(await browser.submit(login, { ...sampleUser }));
  });

  it('T21: a JSON body, which another site could send without a preflight as text/plain, is no form', async () => {
    const browser = test.browser();
    const login = await openLogin(browser);
    const { fields } = readForm(login.html);
    const body = JSON.stringify({ ...fields, ...sampleUser });
    for (const type of ['application/json', 'text/plain']) {
      const page = await browser.open(login.url, { method: 'POST', body, headers: { 'content-type': type } });
      expect(page.status).toBe(403);
    }
  });

  it.each([
    ['unknown', 'x'.repeat(43)],
    ['empty', ''],
  ])('an %s state gets a page that says what to do', async (_what, state) => {
    for (const path of [...pages, '/u/consent', '/u/select-account']) {
      const page = await test.browser().open(new URL(`${path}?state=${state}`, test.issuer));
      expect(page.status).toBe(400);
      expect(page.html).toContain('This page has expired');
      expect(page.html).toContain('Go back to the app and log in again');
    }
  });

  it('a state of another browser, a finished and an expired one lead nowhere', async () => {
    const browser = test.browser();
    const login = await openLogin(browser);
    expect((await test.browser().open(login.url)).status).toBe(400);
    codeOf(await browser.submit(login, { ...sampleUser }));
    expect((await browser.submit(login, { ...sampleUser })).status).toBe(400);
    const late = await openLogin(browser, { prompt: 'login' });
    test.tenant.context.clock.advance(test.tenant.context.registry.config.lifetimes.interaction * 1000);
    expect((await browser.submit(late, { ...sampleUser })).status).toBe(400);
    test.tenant.context.clock.reset();
  });

  it('T22: every form is answered by a 303, a refused one too', async () => {
    const browser = test.browser();
    const post = async (path: string, html: string, fields: Record<string, string>) => {
      const body = new URLSearchParams({ ...readForm(html).fields, ...fields });
      return browser.request(new URL(path, test.issuer), { method: 'POST', body });
    };
    const login = await openLogin(browser, { prompt: 'login' });
    const forgot = await browser.open(new URL(`/u/reset-password/request${login.url.search}`, test.issuer));
    expect((await post('/u/reset-password/request', forgot.html, { email: 'user@example.com' })).status).toBe(303);
    expect((await post('/u/reset-password/request', forgot.html, { email: 'nonsense' })).status).toBe(303);
    const signup = await browser.open(new URL(`/u/signup${login.url.search}`, test.issuer));
    expect((await post('/u/signup', signup.html, { email: '' })).status).toBe(303);
    expect((await post('/u/login', login.html, { ...sampleUser, password: 'wrong' })).status).toBe(303);
    expect((await post('/u/login', login.html, { ...sampleUser })).status).toBe(303);
    const cancelled = await openLogin(browser, { prompt: 'login' });
    expect((await post('/u/login', cancelled.html, { action: 'cancel' })).status).toBe(303);
    const choose = await openLogin(browser, { prompt: 'select_account' });
    expect((await post('/u/select-account', choose.html, { action: 'continue' })).status).toBe(303);
    const consent = await openLogin(browser, { client_id: 'asks', prompt: 'consent' });
    expect((await post('/u/consent', consent.html, { action: 'allow' })).status).toBe(303);
  });

  it('T35: the cookies of the pages are HttpOnly and SameSite, and the session’s value is new after login', async () => {
    const browser = test.browser();
    const login = await openLogin(browser);
    const port = new URL(test.issuer).port;
    browser.cookies.set(`postern_session_${port}`, 'planted-before-login');
    codeOf(await browser.submit(login, { ...sampleUser }));
    expect(browser.cookies.get(`postern_session_${port}`)).not.toBe('planted-before-login');
    expect(browser.setCookies.length).toBeGreaterThan(1);
    for (const cookie of browser.setCookies) {
      expect(cookie).toMatch(/;\s*HttpOnly/i);
      expect(cookie).toMatch(/;\s*SameSite=(Lax|Strict)/i);
    }
  });

  it('T36: every page says that this is a local test tenant', async () => {
    const browser = test.browser();
    const { search } = (await openLogin(browser)).url;
    for (const url of [...pages.map((path) => `${path}${search}`), '/u/login?state=x', '/v2/logout'])
      expect((await browser.open(new URL(url, test.issuer))).html).toContain('Local test tenant');
  });

  it('a form larger than any of ours is refused', async () => {
    const body = new URLSearchParams({ username: 'x'.repeat(40_000) });
    const response = await fetch(new URL('/u/login', test.issuer), { method: 'POST', body });
    expect(response.status).toBe(413);
  });
});

describe('assets', () => {
  it('are named by their content and may be kept for ever; other names are unknown', async () => {
    const { html } = await openLogin();
    const urls = [...html.matchAll(/"(\/u\/assets\/[^"]+)"/g)].map(([, url]) => url ?? '');
    expect(urls.map((url) => url.replace(/\.[0-9a-f]{12}\./, '.')).sort()).toEqual([
      '/u/assets/icon.svg',
      '/u/assets/pages.css',
      '/u/assets/password-fields.js',
    ]);
    for (const url of urls) {
      const response = await fetch(new URL(url, test.issuer));
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(await response.text()).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    }
    for (const name of ['pages.css', 'pages.000000000000.css', '..%2f..%2fpackage.json'])
      expect((await fetch(new URL(`/u/assets/${name}`, test.issuer))).status).toBe(404);
  });

  it('draw a picture for one or two letters, and nothing for anything else', async () => {
    const picture = await fetch(new URL('/u/avatar/rs.svg', test.issuer));
    expect(picture.headers.get('content-type')).toContain('image/svg+xml');
    expect(picture.headers.get('content-security-policy')).toContain('sandbox');
    expect(await picture.text()).toContain('>RS<');
    expect((await fetch(new URL(`/u/avatar/${encodeURIComponent('ßł')}.svg`, test.issuer))).status).toBe(200);
    for (const name of ['abc', '%3Cscript%3E', 'a%3C', '%22x'])
      expect((await fetch(new URL(`/u/avatar/${name}.svg`, test.issuer))).status).toBe(404);
  });
});

it('a redirect URI that is not registered is never part of a page’s policy', async () => {
  const page = await test.browser().open(test.authorizeUrl({ redirect_uri: 'https://evil.example/callback' }));
  expect(page.callback).toBeUndefined();
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self';");
});
