import { describe, expect, it } from 'vitest';
import { type Page, readForm } from './support/browser.ts';
import { database } from './support/direct.ts';
import {
  codeTo,
  expectRefused,
  messages,
  op,
  open,
  redeem,
  session,
  test,
  useOtpTenant,
  wrong,
} from './support/otp-stage.ts';
import { claimsOf } from './support/protocol.ts';

useOtpTenant();

describe('on the hosted pages', () => {
  const enter = (changes: Record<string, string> = {}) => {
    const browser = test.browser();
    const url = test.authorizeUrl({ client_id: 'app', audience: undefined, connection: open, ...changes });
    return browser.open(url).then((page) => ({ browser, page }));
  };
  const linkOf = (page: Page, text: string) => {
    const links = page.html.match(/<a [^>]*>.*?<\/a>/g) ?? [];
    const href = /href="([^"]+)"/.exec(links.find((link) => link.includes(`Continue with ${text}<`)) ?? '')?.[1];
    return href === undefined ? undefined : new URL(href.replaceAll('&amp;', '&'), page.url);
  };
  /** As far as the page that takes the code. */
  const askFor = async (address: string, way = 'an email code', connection = open) => {
    const { browser, page } = await enter({ connection });
    const opened = await browser.open(linkOf(page, way) ?? '');
    return { browser, page: await browser.submit(opened, { address }, 'code') };
  };
  const codeOf = (page: Page) => page.callback?.searchParams.get('code');

  it('the login page offers the ways of its database; those of a passwordless connection come before them', async () => {
    const named = (await enter()).page;
    expect(linkOf(named, 'an email code')?.pathname).toBe('/u/passwordless/db/Open/email');
    expect(linkOf(named, 'a text message')?.pathname).toBe('/u/passwordless/db/Open/phone');
    const other = await enter();
    const elsewhere = `/u/passwordless/db/Closed/email${other.page.url.search}`;
    expect((await other.browser.open(new URL(elsewhere, test.issuer))).url.pathname).toBe('/u/login');
    const plain = (await enter({ connection: 'Staff' })).page;
    expect(linkOf(plain, 'an email code')).toBeUndefined();
    const { page, browser } = await enter({ connection: '' });
    expect(page.html).not.toContain('/u/passwordless/db/');
    const state = page.url.searchParams.get('state') ?? '';
    for (const path of [
      `db/${encodeURIComponent(database)}/email`,
      'db/Staff/email',
      'db/Open/email',
      'db/Nowhere/phone',
    ]) {
      const shut = await browser.open(new URL(`/u/passwordless/${path}?state=${state}`, test.issuer));
      expect(shut.url.pathname).toBe('/u/login');
    }
  });

  it.each([
    ['an email code', op, op],
    ['a text message', '+1 555 0001 234', '+15550001234'],
  ])('%s logs in who has the address, and the app gets a code', async (way, typed, address) => {
    if (way === 'a text message') await test.tenant.control.users.update('auth0|op', { phoneNumber: address });
    const { browser, page } = await askFor(typed, way);
    expect(page.html).toContain(address);
    const done = await browser.submit(page, { code: await codeTo(address) }, 'verify');
    const tokens = await test.redeem(codeOf(done) ?? '', { client_id: 'app' });
    expect(claimsOf(String(tokens.body.id_token)).sub).toBe('auth0|op');
    await test.tenant.control.users.update('auth0|op', { phoneNumber: '+15550001' });
  });

  it('signs up who has no account, where sign-up is on', async () => {
    const email = 'page-newcomer@example.com';
    const { browser, page } = await askFor(email);
    const done = await browser.submit(page, { code: await codeTo(email) }, 'verify');
    expect(codeOf(done)).toEqual(expect.any(String));
    const [user] = await test.tenant.context.store.users.findByEmail(email);
    expect(user).toMatchObject({ connection: open, emailVerified: true });
  });

  it('known failure: looks the same for an address that nobody has, and sends nothing', async () => {
    const closed = test.browser();
    const opened = await closed.open(
      test.authorizeUrl({ client_id: 'app', audience: undefined, connection: 'Closed' }),
    );
    const form = await closed.open(linkOf(opened, 'an email code') ?? '');
    const page = await closed.submit(form, { address: 'nobody@example.com' }, 'code');
    expect([page.status, page.url.pathname]).toEqual([200, '/u/passwordless/db/Closed/email/code']);
    expect(page.html).toContain('nobody@example.com');
    expect(await messages('nobody@example.com')).toBe(0);
    const wrongCode = await closed.submit(page, { code: '123456' }, 'verify');
    expect([wrongCode.status, wrongCode.html]).toEqual([400, expect.stringContaining('That code is not right')]);
  });

  it('T32: a code dies by the third wrong one; a new one may be asked for', async () => {
    const { browser, page } = await askFor(op);
    const code = await codeTo(op);
    let shown = page;
    for (let n = 0; n < 3; n++) shown = await browser.submit(shown, { code: wrong(code) }, 'verify');
    shown = await browser.submit(shown, { code }, 'verify');
    expect(shown.html).toContain('That code is not right');
    const renewed = await browser.submit(shown, {}, 'resend');
    expect(renewed.status).toBe(200);
    expect(codeOf(await browser.submit(renewed, { code: await codeTo(op) }, 'verify'))).toEqual(expect.any(String));
  });

  it('T32: an auth_session of the API lets nobody in, nor signs anybody up', async () => {
    for (const email of [op, 'page-nobody@example.com']) {
      const authSession = await session({ email, allow_signup: true });
      const code = await codeTo(email);
      const { browser, page } = await askFor('ada@example.com', 'an email code', database);
      const refused = await browser.submit(page, { challenge: authSession, code }, 'verify');
      expect(refused.html).toContain('That code is not right');
      expect((await test.lastEvent('login.failure')).sentence).toContain('another login');
      expect((await redeem(authSession, code)).status, 'still good where it belongs').toBe(200);
    }
  });

  it('T32: an auth_session is for the login it was asked for in: neither another one nor the API takes it', async () => {
    const { page: asked } = await askFor(op);
    const code = await codeTo(op);
    const challenge = readForm(asked.html).fields.challenge ?? '';
    const other = await askFor('page-other@example.com');
    const refused = await other.browser.submit(other.page, { challenge, code }, 'verify');
    expect(refused.html).toContain('That code is not right');
    expect(codeOf(refused)).toBeUndefined();
    expectRefused(await redeem(challenge, code));
  });

  it('who is blocked goes back to the app, and who has a second factor owes it', async () => {
    const shut = await askFor('shut@example.com');
    const back = await shut.browser.submit(shut.page, { code: await codeTo('shut@example.com') }, 'verify');
    expect(back.callback?.searchParams.get('error')).toBe('unauthorized');
    const two = await askFor('two@example.com');
    const owing = await two.browser.submit(two.page, { code: await codeTo('two@example.com') }, 'verify');
    expect(owing.url.pathname).toMatch(/^\/u\/mfa/);
  });

  it.each([
    ['an address that is none', 'x', 'Enter an email address'],
    ['no address', '', 'Enter an email address'],
  ])('asks again for %s', async (_name, address, text) => {
    const { page } = await askFor(address);
    expect([page.status, page.url.pathname]).toEqual([400, '/u/passwordless/db/Open/email']);
    expect(page.html).toContain(text);
  });

  it('asks again for a code that is none, a number the provider refuses, and over the limit', async () => {
    const { browser, page } = await askFor(op);
    expect((await browser.submit(page, { code: '12' }, 'verify')).html).toContain('Enter the six digits');
    expect((await askFor('+15005550001', 'a text message')).page.html).toContain('is not a valid phone number');
    const { counters } = test.tenant.context.store;
    const now = test.tenant.context.clock.now();
    for (let n = 0; n < 50; n++) {
      await counters.takeFromBucket('rate:otpChallenge:127.0.0.1', { capacity: 50, refillMs: 72_000 }, now);
    }
    const over = await askFor(op);
    expect([over.page.status, over.page.url.pathname]).toEqual([429, '/u/passwordless/db/Open/email']);
  });

  it('T21: takes a CSRF token, and a page opened without an address or a code asks for one', async () => {
    const { browser, page } = await enter();
    const state = page.url.searchParams.get('state') ?? '';
    const path = `/u/passwordless/db/${open}/email`;
    for (const to of [path, `${path}/code`]) {
      const body = new URLSearchParams({ state, address: op, code: '123456' });
      expect((await browser.request(new URL(to, test.issuer), { method: 'POST', body })).status).toBe(403);
    }
    const early = await browser.open(new URL(`${path}/code?state=${state}&challenge=x`, test.issuer));
    expect(early.url.pathname).toBe(path);
  });
});
