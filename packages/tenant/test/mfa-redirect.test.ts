import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOwedFactor, finishMfa } from '../src/login/redirect-gate.ts';
import { verifyChallenge } from '../src/mfa/factors/index.ts';
import { loadInteraction } from '../src/sessions/interactions.ts';
import { type Browser, createBrowser, type Page } from './support/browser.ts';
import { type MfaTest, multiFactor, startMfaTest } from './support/mfa.ts';
import { claimsOf, codeOf } from './support/protocol.ts';

let test: MfaTest;
let browser: Browser;
beforeEach(async () => {
  test = await startMfaTest();
  browser = test.browser();
});
afterEach(() => test.close());

/** The hub sends on to the page that asks for the factor, or to the list of what can be set up. */
const mfaPages = /^\/u\/mfa\/(?:otp|enroll)$/;

const ada = { username: 'ada@example.com', password: 'Engine-Horse-42' };
const grace = { username: 'grace@example.com', password: 'Engine-Horse-42' };
const url = (changes: Record<string, string | undefined> = {}) => test.authorizeUrl({ client_id: 'app', ...changes });

/** What the pages do to the session when a factor was proved. */
async function proveFactor(): Promise<void> {
  const [session] = await test.tenant.context.store.sessions.list();
  await test.tenant.context.store.sessions.update(session?.id ?? '', { amr: ['pwd', 'mfa', 'otp'] });
}

const resume = (page: Page) =>
  browser.open(new URL(`/authorize/resume?state=${page.url.searchParams.get('state')}`, test.issuer));
const tokensOf = async (page: Page, client = 'app') => (await test.redeem(codeOf(page), { client_id: client })).body;

describe('a login through the browser', () => {
  it('comes to the page of the second factor before there is a code, and stays there', async () => {
    const page = await browser.logIn(url(), ada);
    expect(page.url.pathname).toMatch(mfaPages);
    expect(page.callback).toBeUndefined();
    for (let count = 0; count < 2; count++) expect((await resume(page)).url.pathname).toMatch(mfaPages);
    expect((await browser.open(url())).url.pathname).toMatch(mfaPages);
  });
  it('goes on once a factor was proved, and tells so in the ID token', async () => {
    const page = await browser.logIn(url({ nonce: 'n' }), ada);
    await proveFactor();
    const tokens = await tokensOf(await resume(page));
    expect(claimsOf(String(tokens.id_token))).toMatchObject({
      amr: ['pwd', 'mfa', 'otp'],
      acr: multiFactor,
      nonce: 'n',
    });
    expect((await test.refresh(String(tokens.refresh_token), { client_id: 'app' })).status).toBe(200);
  });
  it('a session that had its second factor is not asked again, by another client neither', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    expect(codeOf(await browser.open(url()))).not.toBe('');
    expect(codeOf(await browser.open(url({ client_id: 'always' })))).not.toBe('');
    expect(codeOf(await browser.open(url({ acr_values: multiFactor })))).not.toBe('');
  });
  it('signing in again owes it again', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    const page = await browser.logIn(url({ prompt: 'login' }), ada);
    expect(page.url.pathname).toMatch(mfaPages);
  });
  it('signing in again in a login that was let through owes it again, too', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    const consent = await browser.open(url({ client_id: 'third-party' }));
    expect(consent.url.pathname).toBe('/u/consent');
    test.advance(1);
    const login = await browser.open(new URL(`/u/login${consent.url.search}`, test.issuer));
    expect((await browser.submit(login, ada)).url.pathname).toMatch(mfaPages);
  });
  it('who owes nothing gets the code, without amr', async () => {
    const tokens = await tokensOf(await browser.logIn(url(), grace));
    expect(claimsOf(String(tokens.id_token))).not.toHaveProperty('amr');
    expect(claimsOf(String(tokens.id_token))).not.toHaveProperty('acr');
  });
  it('another person’s second factor does not count', async () => {
    await browser.logIn(url(), ada);
    await proveFactor();
    const page = await browser.logIn(url({ prompt: 'login', client_id: 'always' }), grace);
    expect(page.url.pathname).toMatch(mfaPages);
  });
});

describe('what the pages of the second factor use', () => {
  /** The least such a page can be: takes the code of an authenticator app. */
  const withPage = (): Browser => {
    const { context } = test.tenant;
    const pages = new Hono();
    pages.post('/u/prove', async (c) => {
      const interaction = await loadInteraction(context, c);
      if (interaction === undefined) return c.text('lost', 400);
      const owed = await findOwedFactor(context, c, interaction);
      if (owed === undefined) return c.text('nothing owed', 409);
      const verified = await verifyChallenge(context, owed.party, { kind: 'otp', otp: c.req.query('otp') ?? '' });
      return finishMfa(context, c, interaction, verified, { remember: c.req.query('remember') === 'true' });
    });
    pages.onError((error, c) => c.text(error.message, 403));
    return createBrowser(test.issuer, async (input, init) =>
      new URL(String(input)).pathname === '/u/prove' ? pages.fetch(new Request(input, init)) : fetch(input, init),
    );
  };
  const prove = async (from: Browser, page: Page, options: { remember?: boolean; otp?: string } = {}) => {
    const target = new URL('/u/prove', test.issuer);
    target.searchParams.set('state', page.url.searchParams.get('state') ?? '');
    target.searchParams.set('otp', options.otp ?? (await test.totp()));
    target.searchParams.set('remember', String(options.remember === true));
    return from.open(target, { method: 'POST' });
  };
  beforeEach(() => {
    browser = withPage();
  });

  it('T35: a proved factor ends the login, and the session cookie changes', async () => {
    const page = await browser.logIn(url(), ada);
    const before = [...browser.cookies].find(([name]) => name.startsWith('postern_session'));
    const done = await prove(browser, page);
    expect(claimsOf(String((await tokensOf(done)).id_token)).amr).toEqual(['pwd', 'mfa', 'otp']);
    const after = [...browser.cookies].find(([name]) => name.startsWith('postern_session'));
    expect(after?.[1]).not.toBe(before?.[1]);
  });
  it('T32: a wrong code, a used one, and another browser change nothing', async () => {
    const page = await browser.logIn(url(), ada);
    expect((await prove(browser, page, { otp: '000000' })).html).toBe('Invalid otp_code.');
    expect((await prove(withPage(), page)).html).toBe('lost');
    const otp = await test.totp();
    await prove(browser, page, { otp });
    const again = await browser.logIn(url({ prompt: 'login' }), ada);
    expect((await prove(browser, again, { otp })).html).toBe('Invalid otp_code.');
    expect((await resume(again)).url.pathname).toMatch(mfaPages);
  });
  it('consent comes after the second factor, and the verdict of before still counts', async () => {
    const page = await browser.logIn(url({ client_id: 'third-party', scope: 'openid' }), ada);
    expect(page.url.pathname).toMatch(mfaPages);
    const consent = await prove(browser, page);
    expect(consent.url.pathname).toBe('/u/consent');
    const tokens = await tokensOf(await browser.submit(consent, {}), 'third-party');
    expect(claimsOf(String(tokens.id_token)).amr).toEqual(['pwd', 'mfa', 'otp']);
  });
  it('nothing is owed to who owes nothing', async () => {
    const page = await browser.logIn(url({ client_id: 'third-party' }), grace);
    expect(page.url.pathname).toBe('/u/consent');
    expect((await prove(browser, page, { otp: '123456' })).html).toBe('nothing owed');
  });

  it('a remembered browser is spared, its renewals too, until it is forgotten', async () => {
    await prove(browser, await browser.logIn(url(), ada), { remember: true });
    const lifetime = browser.setCookies.find((cookie) => cookie.startsWith('postern_mfa'));
    expect(lifetime).toMatch(/HttpOnly/);
    expect(lifetime).toMatch(/Max-Age=2592000/);
    const tokens = await tokensOf(await browser.logIn(url({ prompt: 'login' }), ada));
    expect(claimsOf(String(tokens.id_token))).not.toHaveProperty('amr');
    expect((await test.refresh(String(tokens.refresh_token), { client_id: 'app' })).status).toBe(200);
    test.advance(2_592_000);
    expect((await browser.logIn(url({ prompt: 'login' }), ada)).url.pathname).toMatch(mfaPages);
  });
  it('a remembered browser does not spare what an app asks for, nor other people, nor other browsers', async () => {
    await prove(browser, await browser.logIn(url(), ada), { remember: true });
    const login = { prompt: 'login' };
    expect((await browser.logIn(url({ ...login, acr_values: multiFactor }), ada)).url.pathname).toMatch(mfaPages);
    expect((await browser.logIn(url({ ...login, client_id: 'always' }), grace)).url.pathname).toMatch(mfaPages);
    expect((await test.browser().logIn(url(), ada)).url.pathname).toMatch(mfaPages);
  });
  it('a new password forgets the browser', async () => {
    await prove(browser, await browser.logIn(url(), ada), { remember: true });
    test.advance(1);
    await test.tenant.control.users.update('auth0|ada', { password: 'Another-Horse-43' });
    const page = await browser.logIn(url(), { ...ada, password: 'Another-Horse-43' });
    expect(page.url.pathname).toMatch(mfaPages);
  });
  it('without the box nothing is remembered', async () => {
    await prove(browser, await browser.logIn(url(), ada));
    expect(browser.setCookies.some((cookie) => cookie.startsWith('postern_mfa'))).toBe(false);
  });
});

describe('policies', () => {
  it.each([
    ['never', ada, undefined, false],
    ['never', ada, multiFactor, false],
    ['adaptive', ada, undefined, false],
    ['adaptive', ada, multiFactor, true],
    ['adaptive', grace, `urn:other ${multiFactor}`, true],
    ['adaptive', ada, 'urn:other', false],
    ['always', grace, undefined, true],
    ['app', grace, undefined, false],
    ['app', grace, multiFactor, true],
  ])('client %s: %o with acr_values %s', async (client, who, acrValues, asked) => {
    const page = await browser.logIn(url({ client_id: client, acr_values: acrValues }), who);
    expect(page.callback === undefined).toBe(asked);
    if (asked) expect(page.url.pathname).toMatch(mfaPages);
  });
  it('acr_values steps up a session that has no second factor', async () => {
    const adaptive = { client_id: 'adaptive' };
    await browser.logIn(url(adaptive), ada);
    const page = await browser.open(url({ ...adaptive, acr_values: multiFactor }));
    expect(page.url.pathname).toMatch(mfaPages);
    await proveFactor();
    const tokens = await tokensOf(await resume(page), 'adaptive');
    expect(claimsOf(String(tokens.id_token)).acr).toBe(multiFactor);
  });
});

describe('silently', () => {
  it('T24: prompt=none shows no page: login_required, with the words by which clients know it', async () => {
    await browser.logIn(url(), ada);
    const page = await browser.open(url({ prompt: 'none' }));
    expect(Object.fromEntries(page.callback?.searchParams ?? [])).toMatchObject({
      error: 'login_required',
      error_description: 'Multifactor authentication required',
      state: 'the-state',
    });
    expect((await test.lastEvent('authorize.rejected')).sentence).toContain('owes a second factor');
    await proveFactor();
    expect(codeOf(await browser.open(url({ prompt: 'none' })))).not.toBe('');
  });
  it('a login that owes nothing is not told so', async () => {
    await browser.logIn(url(), grace);
    expect(codeOf(await browser.open(url({ prompt: 'none' })))).not.toBe('');
  });
});

it('a code of before the second factor does not exist: the interaction is not consumed by waiting', async () => {
  const page = await browser.logIn(url(), ada);
  const other = test.browser();
  const stolen = await other.open(page.url);
  expect(stolen.callback).toBeUndefined();
  await proveFactor();
  const elsewhere = await other.open(
    new URL(`/authorize/resume?state=${page.url.searchParams.get('state')}`, test.issuer),
  );
  expect(elsewhere.callback).toBeUndefined();
  expect(codeOf(await resume(page))).not.toBe('');
});
