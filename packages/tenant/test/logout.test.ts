import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from './support/browser.ts';
import { claimsOf, codeOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest();
});
afterAll(() => test.close());

const bye = 'https://app.example.test/bye';
const go = (browser: Browser, path: string, query: Record<string, string>) =>
  browser.open(new URL(`${path}?${new URLSearchParams(query)}`, test.issuer));
const isSignedIn = async (browser: Browser) =>
  (await browser.open(test.authorizeUrl({ prompt: 'none' }))).callback?.searchParams.has('code');
const signedIn = async () => {
  const browser = test.browser();
  return { browser, tokens: await test.tokens({}, browser) };
};

describe('/v2/logout', () => {
  it('ends the session, forgets the cookie and goes to the registered address', async () => {
    const { browser } = await signedIn();
    const page = await go(browser, '/v2/logout', { client_id: 'spa', returnTo: bye });
    expect(page.callback?.href).toBe(bye);
    expect([...browser.cookies.keys()].some((name) => name.startsWith('postern_session'))).toBe(false);
    expect(await isSignedIn(browser)).toBe(false);
  });
  it('T11: the session is dead for a copy of its cookie, too', async () => {
    const { browser } = await signedIn();
    const copy = test.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    await go(browser, '/v2/logout', { client_id: 'spa', returnTo: bye });
    expect(await isSignedIn(copy)).toBe(false);
  });
  it('T11: logout revokes the refresh tokens of its session, and those of no other', async () => {
    const { browser, tokens } = await signedIn();
    const elsewhere = await signedIn();
    await go(browser, '/v2/logout', { client_id: 'spa', returnTo: bye });
    expect((await test.refresh(tokens.refresh_token)).body.error_description).toBe('Unknown or invalid refresh token.');
    expect((await test.lastEvent('token.rejected')).sentence).toContain('was revoked: logout');
    expect((await test.refresh(elsewhere.tokens.refresh_token)).status).toBe(200);
    expect(await isSignedIn(elsewhere.browser)).toBe(true);
  });
  it('T11: tokens from before a re-authentication in the same session end with it', async () => {
    const { browser, tokens } = await signedIn();
    await test.redeem(codeOf(await browser.logIn(test.authorizeUrl({ prompt: 'login' }))));
    await go(browser, '/v2/logout', { client_id: 'spa', returnTo: bye });
    expect((await test.refresh(tokens.refresh_token)).status).toBe(403);
  });
  it('goes to the first logout URL when none is named, and takes federated', async () => {
    const page = await go(test.browser(), '/v2/logout', { client_id: 'spa', federated: '' });
    expect(page.callback?.href).toBe(bye);
  });
  it('shows a page when there is nowhere to go', async () => {
    const page = await go(test.browser(), '/v2/logout', {});
    expect([page.status, page.callback]).toEqual([200, undefined]);
    expect(page.html).toContain('Nobody was signed in');
  });
  it('ignores query and hash and the case of the host, as Auth0 does', async () => {
    for (const returnTo of [`${bye}?a=1`, `${bye}#x`, 'https://APP.example.test/bye']) {
      expect((await go(test.browser(), '/v2/logout', { client_id: 'spa', returnTo })).callback).toBeDefined();
    }
  });
  it.each([
    'https://evil.test/',
    'https://app.example.test/Bye',
    'https://app.example.test/bye/',
    'https://app.example.test/bye/../x',
    'https://app.example.test/x/../bye',
    'https://app.example.test.evil.test/bye',
    'https://app.example.test@evil.test/bye',
    'https://evil@app.example.test/bye',
    'http://app.example.test/bye',
    'https:/\\evil.test/bye',
    '//evil.test/bye',
    'javascript:alert(1)',
    'https://server.example.test/bye',
  ])('T23: an unknown address gets an error page and no logout: %s', async (returnTo) => {
    const { browser } = await signedIn();
    const page = await go(browser, '/v2/logout', { client_id: 'spa', returnTo });
    expect([page.status, page.callback]).toEqual([400, undefined]);
    expect((await test.lastEvent('logout.rejected')).sentence).toContain(`registered: ${bye}`);
    expect(await isSignedIn(browser)).toBe(true);
  });
  it('T23: an address without client_id, an unknown client and a duplicate are refused', async () => {
    expect((await go(test.browser(), '/v2/logout', { returnTo: bye })).status).toBe(400);
    expect((await go(test.browser(), '/v2/logout', { client_id: 'nobody', returnTo: bye })).status).toBe(400);
    const twice = await test
      .browser()
      .open(
        new URL(`/v2/logout?client_id=spa&returnTo=${encodeURIComponent(bye)}&returnTo=https://evil.test`, test.issuer),
      );
    expect([twice.status, twice.callback]).toEqual([400, undefined]);
  });
  it('T23: a development client may return to loopback, and nowhere else', async () => {
    const ask = async (returnTo: string) =>
      (await go(test.browser(), '/v2/logout', { client_id: 'dev-spa', returnTo })).callback?.href;
    expect(await ask('http://localhost:5173/out')).toBe('http://localhost:5173/out');
    expect(await ask('http://localhost.evil.test/')).toBeUndefined();
    expect(await ask('http://x@localhost:5173/')).toBeUndefined();
  });
});

describe('/oidc/logout', () => {
  it('ends the hinted session and returns with the state', async () => {
    const { browser, tokens } = await signedIn();
    const page = await go(browser, '/oidc/logout', {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: bye,
      state: 'a&b c',
    });
    expect(page.callback?.origin + (page.callback?.pathname ?? '')).toBe(bye);
    expect(page.callback?.searchParams.get('state')).toBe('a&b c');
    expect(await isSignedIn(browser)).toBe(false);
  });
  it('takes a POST, and a registered query as part of the address', async () => {
    const { browser, tokens } = await signedIn();
    const uri = `${bye}?kind=oidc`;
    const body = new URLSearchParams({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: uri,
      state: 's',
    });
    const page = await browser.open(new URL('/oidc/logout', test.issuer), { method: 'POST', body });
    expect(page.status).toBe(303);
    expect(page.callback?.href).toBe(`${uri}&state=s`);
  });
  it('takes an expired hint', async () => {
    const own = await startProtocolTest();
    const browser = own.browser();
    const { id_token = '' } = await own.tokens({}, browser);
    own.tenant.context.clock.advance(40_000_000);
    const query = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: bye });
    expect((await browser.open(new URL(`/oidc/logout?${query}`, own.issuer))).callback?.href).toBe(bye);
    await own.close();
  });
  it('takes logout_hint, the session’s sid', async () => {
    const { browser, tokens } = await signedIn();
    const page = await go(browser, '/oidc/logout', {
      client_id: 'spa',
      logout_hint: String(claimsOf(tokens.id_token).sid),
      post_logout_redirect_uri: bye,
    });
    expect(page.callback?.href).toBe(bye);
    expect(await isSignedIn(browser)).toBe(false);
  });
  it.each([
    ['no hint', { other: false }],
    ['the hint of another session', { other: true }],
  ])('asks the person first with %s', async (_what, { other }) => {
    const { browser } = await signedIn();
    const hint = other ? { id_token_hint: (await signedIn()).tokens.id_token ?? '' } : { client_id: 'spa' };
    const page = await go(browser, '/oidc/logout', { ...hint, post_logout_redirect_uri: bye, state: 's"><b>' });
    expect([page.status, page.url.pathname]).toEqual([200, '/oidc/logout']);
    expect(page.html).not.toContain('<b>');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(await isSignedIn(browser)).toBe(true);
    const done = await browser.submit(page);
    expect(done.status).toBe(303);
    expect(done.callback?.searchParams.get('state')).toBe('s"><b>');
    expect(await isSignedIn(browser)).toBe(false);
  });
  it('T23: the confirmation needs this browser’s CSRF token and checks the address again', async () => {
    const { browser } = await signedIn();
    const page = await go(browser, '/oidc/logout', { client_id: 'spa', post_logout_redirect_uri: bye });
    expect((await browser.submit(page, { _csrf: 'wrong' })).status).toBe(403);
    const evil = await browser.submit(page, { post_logout_redirect_uri: 'https://evil.test/' });
    expect([evil.status, evil.callback]).toEqual([400, undefined]);
    expect(await isSignedIn(browser)).toBe(true);
  });
  it('T23: an id_token_hint for another client is refused', async () => {
    const { browser, tokens } = await signedIn();
    const page = await go(browser, '/oidc/logout', { id_token_hint: tokens.id_token ?? '', client_id: 'native' });
    expect(page.status).toBe(400);
    expect((await test.lastEvent('logout.rejected')).sentence).toContain(
      'issued to client spa, but client_id is native',
    );
    expect(await isSignedIn(browser)).toBe(true);
  });
  it('T23: a forged hint, and hints that do not agree, are refused', async () => {
    const { browser, tokens } = await signedIn();
    const forged = `${(tokens.id_token ?? '').slice(0, -8)}AAAAAAAA`;
    expect((await go(browser, '/oidc/logout', { id_token_hint: forged, post_logout_redirect_uri: bye })).status).toBe(
      400,
    );
    expect((await go(browser, '/oidc/logout', { id_token_hint: tokens.access_token })).status).toBe(400);
    const disagree = { id_token_hint: tokens.id_token ?? '', logout_hint: 'another-sid' };
    expect((await go(browser, '/oidc/logout', disagree)).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
  });
  it.each([
    'https://evil.test/',
    `${bye}?x=1`,
    `${bye}/`,
    `${bye}#x`,
    'https://APP.example.test/bye',
    'https://server.example.test/bye',
  ])('T23: post_logout_redirect_uri is compared exactly: %s', async (uri) => {
    const { browser, tokens } = await signedIn();
    const page = await go(browser, '/oidc/logout', {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: uri,
    });
    expect([page.status, page.callback]).toEqual([400, undefined]);
  });
  it('T23: an address without a client is refused', async () => {
    expect((await go(test.browser(), '/oidc/logout', { post_logout_redirect_uri: bye })).status).toBe(400);
  });
});
