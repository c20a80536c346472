import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSameNetwork } from '../src/http/networks.ts';
import { type BoundTest, createProofKey, startBoundTest } from './support/bound.ts';
import type { Browser, Page } from './support/browser.ts';
import { claimsOf, codeOf, otherUser, secret, type TokenAnswer } from './support/protocol.ts';

let test: BoundTest;
let audience: string;
beforeEach(async () => {
  test = await startBoundTest();
  test.tenant.context.clock.set(Date.now());
  audience = `urn:${new URL(test.issuer).host}:session_transfer`;
});
afterEach(() => test.close());

const native = { client_id: 'native' };
const tokenOf = (answer: TokenAnswer) => String(answer.body.refresh_token);
const transferOf = (answer: TokenAnswer) => String(answer.body.access_token);

/** A login on the device, and its refresh token exchanged for a session transfer token. */
async function createTransfer(client = 'native', login: Record<string, string> = {}): Promise<TokenAnswer> {
  const first = await test.login({ client_id: client, ...login });
  return test.refresh(tokenOf(first), { client_id: client, audience });
}

const urlWith = (token: string, changes: Record<string, string | undefined> = {}) =>
  test.authorizeUrl({ session_transfer_token: token, ...changes });
const open = (token: string, browser: Browser = test.browser(), changes: Record<string, string | undefined> = {}) =>
  browser.open(urlWith(token, changes));
const isLogin = (page: Page) => page.url.pathname === '/u/login';
const rejection = async () => (await test.lastEvent('session_transfer.rejected')).sentence;

describe('the exchange', () => {
  it('gives a token for one minute in place of an access token, and rotates the refresh token', async () => {
    const first = await test.login(native);
    const answer = await test.refresh(tokenOf(first), { ...native, audience });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      issued_token_type: 'urn:auth0:params:oauth:token-type:session_transfer_token',
      token_type: 'N_A',
      expires_in: 60,
    });
    expect(transferOf(answer)).not.toContain('.');
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ sub: 'auth0|sample', aud: 'native' });
    expect((await test.refresh(tokenOf(answer), native)).status).toBe(200);
  });
  it('takes the domain without its port, too', async () => {
    const first = await test.login(native);
    const short = `urn:${new URL(test.issuer).hostname}:session_transfer`;
    expect((await test.refresh(tokenOf(first), { ...native, audience: short })).body.token_type).toBe('N_A');
  });
  it('does not take another domain', async () => {
    const first = await test.login(native);
    const answer = await test.refresh(tokenOf(first), { ...native, audience: 'urn:evil.test:session_transfer' });
    expect([answer.status, answer.body.error]).toEqual([403, 'access_denied']);
  });
  it('is refused to a client that may not create them, without spending the refresh token', async () => {
    const first = await test.login();
    const answer = await test.refresh(tokenOf(first), { audience });
    expect([answer.status, answer.body.error]).toEqual([403, 'unauthorized_client']);
    expect((await test.lastEvent('token.rejected')).sentence).toContain('sessionTransfer.canCreate');
    expect((await test.refresh(tokenOf(first))).status).toBe(200);
  });
  it('T13: takes a proof of the key the refresh token is bound to', async () => {
    const [key, other] = await Promise.all([createProofKey(), createProofKey()]);
    const first = await test.provedLogin(key, native);
    const form = { grant_type: 'refresh_token', ...native, refresh_token: tokenOf(first), audience };
    expect((await test.post('/oauth/token', form)).status).toBe(403);
    expect((await test.postProved(other, form)).status).toBe(403);
    expect((await test.postProved(key, form)).body.token_type).toBe('N_A');
  });
  it('T28: the token is no access token', async () => {
    expect((await test.userinfo(transferOf(await createTransfer()))).status).toBe(401);
  });
});

describe('at /authorize', () => {
  it('the token signs a fresh browser in, with no page and no password', async () => {
    const answer = await createTransfer();
    const browser = test.browser();
    const code = codeOf(await open(transferOf(answer), browser));
    const { body } = await test.redeem(code);
    expect(claimsOf(String(body.id_token))).toMatchObject({ sub: 'auth0|sample', aud: 'spa' });
    const silent = await browser.open(test.authorizeUrl({ prompt: 'none' }));
    expect(silent.callback?.searchParams.get('code')).toBeTruthy();
    const event = await test.lastEvent('session_transfer.success');
    expect(event.sentence).toContain('client native signed user auth0|sample in for client spa');
    expect(event.sentence).not.toContain(transferOf(answer));
  });
  it('comes as a cookie as well, which is then gone', async () => {
    const browser = test.browser();
    browser.cookies.set('auth0_session_transfer_token', transferOf(await createTransfer()));
    expect(codeOf(await browser.open(test.authorizeUrl()))).not.toBe('');
    expect(browser.cookies.has('auth0_session_transfer_token')).toBe(false);
  });
  it('works once: a second use leads to the login page, also of a browser that has a session', async () => {
    const token = transferOf(await createTransfer());
    const browser = test.browser();
    codeOf(await open(token, browser));
    for (const one of [test.browser(), browser]) expect(isLogin(await open(token, one))).toBe(true);
    expect(await rejection()).toContain('was used before');
  });
  it('of 10 browsers at once one is signed in', async () => {
    const token = transferOf(await createTransfer());
    const pages = await Promise.all(Array.from({ length: 10 }, () => open(token)));
    expect(pages.filter((page) => page.callback !== undefined)).toHaveLength(1);
    expect(pages.filter(isLogin)).toHaveLength(9);
  });
  it('lives for 60 seconds', async () => {
    const [young, old] = [transferOf(await createTransfer()), transferOf(await createTransfer())];
    test.advance(59);
    codeOf(await open(young));
    test.advance(1);
    expect(isLogin(await open(old))).toBe(true);
    expect(await rejection()).toContain('older than its 60 s');
  });
  it('made up leads to the login page silently, and with prompt=none to login_required', async () => {
    expect(isLogin(await open('made-up'))).toBe(true);
    const silent = await open('made-up', test.browser(), { prompt: 'none' });
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
  });
  it('that was refused does not stop a login with the password', async () => {
    const browser = test.browser();
    const page = await browser.logIn(urlWith('made-up'));
    expect(codeOf(page)).not.toBe('');
  });
  it('a session of the same person goes on', async () => {
    const browser = test.browser();
    codeOf(await browser.logIn(test.authorizeUrl()));
    const before = new Map(browser.cookies);
    codeOf(await open(transferOf(await createTransfer()), browser));
    expect(browser.cookies).toEqual(before);
  });
  it('a session of somebody else ends, and the login page is due', async () => {
    const browser = test.browser();
    const code = codeOf(await browser.logIn(test.authorizeUrl(), otherUser));
    const other = await test.redeem(code);
    const page = await open(transferOf(await createTransfer()), browser);
    expect(isLogin(page)).toBe(true);
    expect(await rejection()).toContain('signed in as user auth0|other, whose session has ended now');
    const silent = await browser.open(test.authorizeUrl({ prompt: 'none' }));
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
    expect((await test.refresh(tokenOf(other))).status).toBe(403);
  });
  it('is taken only the ways the client allows', async () => {
    const query = await open(transferOf(await createTransfer()), test.browser(), { client_id: 'cookie-web' });
    expect(isLogin(query)).toBe(true);
    expect(await rejection()).toContain('do not name query');
    const browser = test.browser();
    const token = transferOf(await createTransfer());
    browser.cookies.set('auth0_session_transfer_token', token);
    expect(isLogin(await browser.open(test.authorizeUrl({ client_id: 'plain-spa' })))).toBe(true);
    expect(browser.cookies.get('auth0_session_transfer_token')).toBe(token);
    codeOf(await browser.open(test.authorizeUrl({ client_id: 'cookie-web' })));
  });
  it('a client that does not know transfers goes on with the session there is', async () => {
    const browser = test.browser();
    codeOf(await browser.logIn(test.authorizeUrl()));
    codeOf(await open('made-up', browser, { client_id: 'plain-spa' }));
  });
  it('is bound to the address it was made at, unless the web client says otherwise', async () => {
    const elsewhere = async () => {
      const first = await test.login({ client_id: 'server', client_secret: secret });
      const form = { grant_type: 'refresh_token', client_id: 'server', client_secret: secret, audience };
      const headers = { 'auth0-forwarded-for': '203.0.113.9' };
      return transferOf(await test.post('/oauth/token', { ...form, refresh_token: tokenOf(first) }, headers));
    };
    expect(isLogin(await open(await elsewhere()))).toBe(true);
    expect(await rejection()).toContain('another address');
    const browser = test.browser();
    browser.cookies.set('auth0_session_transfer_token', await elsewhere());
    codeOf(await browser.open(test.authorizeUrl({ client_id: 'cookie-web' })));
  });
  it('of a blocked or deleted user signs nobody in', async () => {
    for (const change of ['block', 'delete'] as const) {
      const user = await test.tenant.control.users.create({
        email: `${change}@example.com`,
        password: 'Doomed-Horse-42',
      });
      const answer = await createTransfer('native', { username: `${change}@example.com`, password: 'Doomed-Horse-42' });
      await test.tenant.control.users[change](user.id);
      expect(isLogin(await open(transferOf(answer)))).toBe(true);
      expect(await rejection()).toContain('deleted or blocked');
    }
  });
  it('is for the organization of the login', async () => {
    const transfer = async () => transferOf(await createTransfer('native', { organization: 'acme' }));
    expect(isLogin(await open(await transfer()))).toBe(true);
    expect(await rejection()).toContain('it is for org_acme, the request for no organization');
    const code = codeOf(await open(await transfer(), test.browser(), { organization: 'org_acme' }));
    expect(claimsOf(String((await test.redeem(code)).body.id_token)).org_id).toBe('org_acme');
  });
  it('does not replace a login that the app insists on', async () => {
    const page = await open(transferOf(await createTransfer()), test.browser(), { prompt: 'login' });
    expect(isLogin(page)).toBe(true);
  });
  it('carries the time of the login: max_age counts from there', async () => {
    const first = await test.login(native);
    test.advance(100);
    const one = await test.refresh(tokenOf(first), { ...native, audience });
    expect(isLogin(await open(transferOf(one), test.browser(), { max_age: '50' }))).toBe(true);
    const again = await test.refresh(tokenOf(one), { ...native, audience });
    const code = codeOf(await open(transferOf(again), test.browser(), { max_age: '500' }));
    const { auth_time: authTime } = claimsOf(String((await test.redeem(code)).body.id_token));
    expect(test.tenant.context.clock.seconds() - Number(authTime)).toBe(100);
  });
});

describe('what came from a transfer', () => {
  /** A browser signed in by a transfer, with a refresh token of the web app. */
  async function transferred(client = 'native') {
    const answer = await createTransfer(client);
    const browser = test.browser();
    const code = codeOf(await open(transferOf(answer), browser));
    return { parent: tokenOf(answer), browser, web: await test.redeem(code) };
  }
  const silent = async (browser: Browser) => {
    const page = await browser.open(test.authorizeUrl({ prompt: 'none' }));
    return page.callback?.searchParams.get('error') ?? 'signed in';
  };

  it('ends when its parent is revoked: session and refresh tokens', async () => {
    const { parent, browser, web } = await transferred();
    const renewed = await test.refresh(tokenOf(web));
    expect(renewed.status).toBe(200);
    await test.post('/oauth/revoke', { ...native, token: parent });
    expect(await silent(browser)).toBe('login_required');
    expect((await test.refresh(tokenOf(renewed))).status).toBe(403);
  });
  it('ends when the parent is reused outside of its leeway', async () => {
    const first = await test.login(native);
    const answer = await test.refresh(tokenOf(first), { ...native, audience });
    const browser = test.browser();
    codeOf(await open(transferOf(answer), browser));
    test.advance(11);
    await test.refresh(tokenOf(first), native);
    expect(await silent(browser)).toBe('login_required');
  });
  it('ends with it also for further apps of that browser, and in a session that was there before', async () => {
    const { parent, browser } = await transferred();
    const code = codeOf(await browser.open(test.authorizeUrl({ client_id: 'plain-spa' })));
    const further = await test.redeem(code, { client_id: 'plain-spa' });
    const own = test.browser();
    codeOf(await own.logIn(test.authorizeUrl()));
    const second = await test.refresh(parent, { ...native, audience });
    const joined = await test.redeem(codeOf(await open(transferOf(second), own)));
    await test.post('/oauth/revoke', { ...native, token: tokenOf(second) });
    expect((await test.refresh(tokenOf(further), { client_id: 'plain-spa' })).status).toBe(403);
    expect((await test.refresh(tokenOf(joined))).status).toBe(403);
    expect(await silent(own)).toBe('signed in');
  });
  it('stays where the native client says so', async () => {
    const { parent, browser, web } = await transferred('loose-native');
    await test.post('/oauth/revoke', { client_id: 'loose-native', token: parent });
    expect(await silent(browser)).toBe('signed in');
    expect((await test.refresh(tokenOf(web))).status).toBe(200);
  });
  it('a token whose parent was revoked in the meantime signs nobody in', async () => {
    const answer = await createTransfer();
    await test.post('/oauth/revoke', { ...native, token: tokenOf(answer) });
    expect(isLogin(await open(transferOf(answer)))).toBe(true);
    expect(await rejection()).toContain('was revoked');
  });
  it('cannot be transferred again', async () => {
    const answer = await createTransfer();
    const browser = test.browser();
    const page = await browser.open(urlWith(transferOf(answer), { client_id: 'server' }));
    const credentials = { client_id: 'server', client_secret: secret };
    const web = await test.redeem(codeOf(page), credentials);
    const again = await test.refresh(tokenOf(web), { ...credentials, audience });
    expect([again.status, again.body.error]).toEqual([403, 'access_denied']);
    expect((await test.refresh(tokenOf(web), credentials)).status).toBe(200);

    const sso = codeOf(await browser.open(test.authorizeUrl(native)));
    const mobile = await test.redeem(sso, native);
    expect((await test.refresh(tokenOf(mobile), { ...native, audience })).status).toBe(403);
  });
  it('is somebody’s own after they signed in there themselves', async () => {
    const { browser } = await transferred();
    const page = await browser.logIn(test.authorizeUrl({ ...native, prompt: 'login' }));
    const mobile = await test.redeem(codeOf(page), native);
    expect((await test.refresh(tokenOf(mobile), { ...native, audience })).body.token_type).toBe('N_A');
  });
  it('stays a transfer after a page, in a new session and in one that was there before', async () => {
    const signedIn = test.browser();
    codeOf(await signedIn.logIn(test.authorizeUrl()));
    const credentials = { client_id: 'server', client_secret: secret };
    for (const browser of [test.browser(), signedIn]) {
      const session_transfer_token = transferOf(await createTransfer());
      const page = await browser.open(
        test.authorizeUrl({ client_id: 'server', session_transfer_token, prompt: 'consent' }),
      );
      expect(page.url.pathname).toBe('/u/consent');
      const web = await test.redeem(codeOf(await browser.submit(page, {}, 'allow')), credentials);
      expect(web.status).toBe(200);
      const again = await test.refresh(tokenOf(web), { ...credentials, audience });
      expect([again.status, again.body.error]).toEqual([403, 'access_denied']);
    }
  });
});

it.each([
  ['127.0.0.1', '::1', 'ip', true],
  ['::ffff:127.0.0.1', '127.0.0.5', 'ip', true],
  ['203.0.113.9', '::ffff:203.0.113.9', 'ip', true],
  ['203.0.113.9', '203.0.113.10', 'ip', false],
  ['203.0.113.9', '203.0.113.200', 'asn', true],
  ['203.0.113.9', '203.0.114.9', 'asn', false],
  ['2001:db8:1::5', '2001:0db8:0001:7::9', 'asn', true],
  ['2001:db8:1::5', '2001:db8:2::5', 'asn', false],
  ['2001:db8:1::5', '2001:DB8:1::5', 'ip', true],
  ['local', '203.0.113.9', 'asn', false],
] as const)('%s and %s are one by %s: %s', (left, right, precision, expected) => {
  expect(isSameNetwork(left, right, precision)).toBe(expected);
});
