import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from './support/browser.ts';
import { readForm } from './support/browser.ts';
import { type MfaTest, phone, recoveryCode, startMfaTest, wrong } from './support/mfa.ts';
import { claimsOf, codeOf } from './support/protocol.ts';

let test: MfaTest;
let browser: Browser;
beforeEach(async () => {
  test = await startMfaTest();
  browser = test.browser();
});
afterEach(() => test.close());

const ada = { username: 'ada@example.com', password: 'Engine-Horse-42' };
const grace = { username: 'grace@example.com', password: 'Engine-Horse-42' };
const url = (changes: Record<string, string | undefined> = {}) => test.authorizeUrl({ client_id: 'app', ...changes });
const alertOf = (page: Page) => /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(page.html)?.[1] ?? '';
const headingOf = (page: Page) => /<h1>([^<]*)</.exec(page.html)?.[1];
const amrOf = async (page: Page, client = 'app') => {
  const { body } = await test.redeem(codeOf(page), { client_id: client });
  return claimsOf(String(body.id_token)).amr;
};
const follow = (page: Page, text: string) => {
  const href = new RegExp(`<a[^>]*href="([^"]+)"[^>]*>\\s*${text}`).exec(page.html)?.[1]?.replaceAll('&amp;', '&');
  if (href === undefined) throw new Error(`The page has no link "${text}".`);
  return browser.open(new URL(href, page.url));
};
/** Presses the choice of that name. */
const choose = (page: Page, name: string) => {
  const button = page.html.split('<button').find((part) => part.includes(`>${name}<`));
  const value = /value="([^"]+)"/.exec(button ?? '')?.[1];
  if (value === undefined) throw new Error(`There is no choice "${name}".`);
  return browser.submit(page, {}, value);
};
const followChoice = (page: Page, name: string) => {
  const link = page.html.split('<a ').find((part) => part.includes(`>${name}<`));
  const href = /href="([^"]+)"/.exec(link ?? '')?.[1]?.replaceAll('&amp;', '&') ?? '';
  return browser.open(new URL(href, page.url));
};
const enter = (page: Page, code: string, more: Record<string, string> = {}) =>
  browser.submit(page, { code, ...more }, 'verify');

describe('asking for a factor', () => {
  const toWay = async (name: string) => choose(await follow(await browser.logIn(url(), ada), 'Try another way'), name);

  it('asks for the code of the app, ready for one-time-code autofill and number pads', async () => {
    const page = await browser.logIn(url(), ada);
    expect(page.url.pathname).toBe('/u/mfa/otp');
    expect(headingOf(page)).toBe('Enter the code of your app');
    const input = /<input[^>]*name="code"[^>]*>/.exec(page.html)?.[0];
    expect(input).toContain('inputmode="numeric"');
    expect(input).toContain('autocomplete="one-time-code"');
    expect(await amrOf(await enter(page, await test.totp()))).toEqual(['pwd', 'mfa', 'otp']);
  });

  it('takes a code as it was pasted', async () => {
    const page = await browser.logIn(url(), ada);
    const code = await test.totp();
    codeOf(await enter(page, ` ${code.slice(0, 3)} ${code.slice(3)} `));
  });

  it('T32: a wrong, a used and an incomplete code come back to the page, which says why', async () => {
    const page = await browser.logIn(url(), ada);
    const code = await test.totp();
    const mistaken = await enter(page, wrong(code));
    expect([mistaken.status, mistaken.url.pathname]).toEqual([400, '/u/mfa/otp']);
    expect(alertOf(mistaken)).toContain('That code is not right');
    expect(mistaken.html).toMatch(/name="code"[^>]*aria-invalid="true"[^>]*aria-describedby="code-error"/);
    expect(alertOf(await enter(mistaken, '12'))).toContain('Enter the six digits');
    codeOf(await enter(mistaken, code));
    const again = await browser.logIn(url({ prompt: 'login' }), ada);
    expect(alertOf(await enter(again, code))).toContain('was used before');
  });

  it('T32: after ten wrong codes takes none, the right one neither, until time passes', async () => {
    let page = await browser.logIn(url(), ada);
    for (let n = 0; n < 10; n++) page = await enter(page, wrong(await test.totp()));
    const locked = await enter(page, await test.totp());
    expect(locked.status).toBe(429);
    expect(alertOf(locked)).toContain('Too many failed codes');
    test.advance(360);
    codeOf(await enter(locked, await test.totp()));
  });

  it('a text message: the code of its page, and a new one on demand makes the old one worthless', async () => {
    const page = await toWay('Text message');
    expect(page.url.pathname).toBe('/u/mfa/sms');
    expect(page.html).toContain(`the number ending in ${phone.slice(-4)}`);
    expect(page.html).not.toContain(phone);
    const first = await test.sentCode(phone);
    const reloaded = await browser.open(page.url);
    expect(await test.sentCode(phone)).toBe(first);
    const resent = await browser.submit(reloaded, {}, 'resend');
    expect(alertOf(await enter(page, first))).toContain('has expired');
    expect(await amrOf(await enter(resent, await test.sentCode(phone)))).toEqual(['pwd', 'mfa', 'sms']);
  });

  it('a code that has expired says so', async () => {
    const page = await toWay('Text message');
    test.advance(301);
    expect(alertOf(await enter(page, await test.sentCode(phone)))).toContain('has expired');
  });

  it.each([
    ['Phone call', '/u/mfa/voice', phone, 'tel'],
    ['Email', '/u/mfa/email', 'ada@example.com', 'email'],
  ])('%s', async (name, path, to, amr) => {
    const page = await toWay(name);
    expect(page.url.pathname).toBe(path);
    expect(await amrOf(await enter(page, await test.sentCode(to)))).toEqual(['pwd', 'mfa', amr]);
  });

  it('T32: the code of one browser is worthless in another', async () => {
    await toWay('Text message');
    const code = await test.sentCode(phone);
    const other = test.browser();
    const theirs = await other.logIn(url(), ada);
    const query = new URLSearchParams({ state: theirs.url.searchParams.get('state') ?? '', challenge: 'x'.repeat(43) });
    const stolen = await other.open(new URL(`/u/mfa/sms?${query}`, test.issuer));
    expect(stolen.url.pathname).toBe('/u/mfa/options');
    const refused = await other.submit(theirs, { code }, 'verify');
    expect(refused.callback).toBeUndefined();
  });

  it('the recovery code lets in once and is replaced by one that is shown until it is saved', async () => {
    const page = await toWay('Recovery code');
    expect(alertOf(await enter(page, 'NOTTHERECOVERYCODE'))).toContain('not right');
    const fresh = await enter(page, ` ${recoveryCode.toLowerCase().replaceAll(/(.{4})/g, '$1-')}`);
    expect(fresh.url.pathname).toBe('/u/mfa/new-recovery-code');
    const next = /data-copy="([0-9A-Z]{24})"/.exec(fresh.html)?.[1] ?? '';
    expect(next).not.toBe('');
    expect((await browser.open(fresh.url)).html).toContain(next);
    const unsaved = await browser.submit(fresh, {}, 'saved');
    expect(alertOf(unsaved)).toContain('tick the box');
    expect(unsaved.html).toContain(next);
    expect(await amrOf(await browser.submit(unsaved, { saved: 'yes' }, 'saved'))).toContain('recovery-code');
    expect((await browser.open(fresh.url)).html).not.toContain(next);

    browser = test.browser();
    const later = await toWay('Recovery code');
    expect(alertOf(await enter(later, recoveryCode))).toContain('was used before');
    expect((await enter(later, next)).url.pathname).toBe('/u/mfa/new-recovery-code');
  });

  it('no recovery code is in the database as it is', async () => {
    const fresh = await enter(await toWay('Recovery code'), recoveryCode);
    const next = /data-copy="([0-9A-Z]{24})"/.exec(fresh.html)?.[1] ?? 'none';
    const dump = JSON.stringify(await test.tenant.context.store.dump());
    expect(dump).toContain('sealed_note');
    expect(dump).not.toContain(next);
    const note = fresh.url.searchParams.get('note') ?? 'none';
    expect(dump).not.toContain(note);
  });

  it('"Cancel" gives the app access_denied', async () => {
    const page = await browser.submit(await browser.logIn(url(), ada), {}, 'cancel');
    expect(page.callback?.searchParams.get('error')).toBe('access_denied');
  });

  it('T21: without the CSRF token, or from another browser, nothing is taken', async () => {
    const page = await browser.logIn(url(), ada);
    const code = await test.totp();
    const forged = await browser.submit(page, { code, _csrf: 'x' }, 'verify');
    expect(forged.status).toBe(403);
    expect((await test.browser().open(page.url)).status).toBe(400);
    codeOf(await enter(page, code));
  });

  it('T21: has the headers of every page', async () => {
    const { headers } = await browser.logIn(url(), ada);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('connect-src');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('goes on when nothing is owed any more, from an old tab as well', async () => {
    const page = await browser.logIn(url(), ada);
    const other = await browser.logIn(url(), ada);
    codeOf(await enter(other, await test.totp()));
    codeOf(await browser.open(page.url));
  });
});

it('T22: a code is answered with 303, so that no browser sends it again', async () => {
  const page = await browser.logIn(url(), ada);
  const { action, fields } = readForm(page.html, 'verify');
  for (const code of [wrong(await test.totp()), await test.totp()]) {
    const body = new URLSearchParams({ ...fields, code });
    const answer = await browser.request(new URL(action, page.url), { method: 'POST', body });
    expect(answer.status).toBe(303);
  }
});

it('T35: a proved factor changes the session’s cookie', async () => {
  const page = await browser.logIn(url(), ada);
  const sessionCookie = () => [...browser.cookies].find(([name]) => name.startsWith('postern_session'))?.[1];
  const before = sessionCookie();
  codeOf(await enter(page, await test.totp()));
  expect(sessionCookie()).toBeDefined();
  expect(sessionCookie()).not.toBe(before);
});

describe('"Remember this browser"', () => {
  it('spares the next login here, not elsewhere, and not for ever', async () => {
    const page = await browser.logIn(url(), ada);
    expect(page.html).toContain('Remember this browser for 30 days');
    codeOf(await enter(page, await test.totp(), { remember: 'yes' }));
    codeOf(await browser.logIn(url({ prompt: 'login' }), ada));
    const elsewhere = await test.browser().logIn(url(), ada);
    expect(elsewhere.url.pathname).toBe('/u/mfa/otp');
    test.advance(30 * 86_400 + 1);
    expect((await browser.logIn(url({ prompt: 'login' }), ada)).url.pathname).toBe('/u/mfa/otp');
  });

  it('is off unless ticked', async () => {
    codeOf(await enter(await browser.logIn(url(), ada), await test.totp()));
    expect((await browser.logIn(url({ prompt: 'login' }), ada)).url.pathname).toBe('/u/mfa/otp');
  });
});

describe('setting a factor up', () => {
  const always = () => browser.logIn(url({ client_id: 'always' }), grace);

  it('lists what the tenant offers', async () => {
    const page = await always();
    expect(page.url.pathname).toBe('/u/mfa/enroll');
    for (const name of ['Authenticator app', 'Your device', 'Phone', 'Email']) {
      expect(page.html).toContain(`>${name}<`);
    }
  });

  it('an app: picture and key, a wrong code, the right one, the recovery code, and the code at the next login', async () => {
    const page = await choose(await always(), 'Authenticator app');
    expect(page.url.pathname).toBe('/u/mfa/enroll/otp');
    expect(page.html).toContain('src="data:image/svg+xml;base64,');
    const secret = await test.tenant.control.mfa.totpSecret('auth0|grace');
    expect(page.html.replaceAll(/ <\/span><span>/g, '')).toContain(secret);
    const mistaken = await enter(page, wrong(await test.totp('grace')));
    expect(alertOf(mistaken)).toContain('That code is not right');
    expect(mistaken.html.replaceAll(/ <\/span><span>/g, '')).toContain(secret);
    const saved = await enter(mistaken, await test.totp('grace'));
    const code = /data-copy="([0-9A-Z]{24})"/.exec(saved.html)?.[1] ?? '';
    expect(await amrOf(await browser.submit(saved, { saved: 'yes' }, 'saved'), 'always')).toEqual([
      'pwd',
      'mfa',
      'otp',
    ]);

    browser = test.browser();
    const later = await browser.logIn(url(), grace);
    expect(later.url.pathname).toBe('/u/mfa/otp');
    const drawer = await choose(await follow(later, 'Try another way'), 'Recovery code');
    expect((await enter(drawer, code)).url.pathname).toBe('/u/mfa/new-recovery-code');
  });

  it('a phone: number refused, number taken, code refused, code taken', async () => {
    const form = await followChoice(await always(), 'Phone');
    expect(form.url.pathname).toBe('/u/mfa/enroll/new-phone');
    const bad = await browser.submit(form, { address: '555' }, 'sms');
    expect(alertOf(bad)).toContain('country code');
    expect(readForm(bad.html).fields.address).toBe('555');
    const page = await browser.submit(bad, { address: '+1 (555) 010-8731' }, 'sms');
    expect(page.url.pathname).toBe('/u/mfa/enroll/sms');
    const code = await test.sentCode('+15550108731');
    expect(alertOf(await enter(page, wrong(code)))).toContain('not right');
    const resent = await browser.submit(page, {}, 'resend');
    expect(alertOf(await enter(page, code))).toContain('Choose again');
    const done = await enter(resent, await test.sentCode('+15550108731'));
    expect(done.url.pathname).toBe('/u/mfa/new-recovery-code');
    expect(await amrOf(await browser.submit(done, { saved: 'yes' }, 'saved'), 'always')).toContain('sms');
  });

  it('an address that was never verified', async () => {
    const form = await followChoice(await always(), 'Email');
    expect(readForm(form.html).fields.address).toBe('grace@example.com');
    expect(alertOf(await browser.submit(form, { address: 'nobody' }, 'email'))).toContain('email address');
    const page = await browser.submit(form, {}, 'email');
    expect((await enter(page, await test.sentCode('grace@example.com'))).url.pathname).toBe('/u/mfa/new-recovery-code');
  });

  it('a device: waits, looks without changing anything, is refused, and goes on when it is approved', async () => {
    const page = await choose(await always(), 'Your device');
    expect(page.url.pathname).toBe('/u/mfa/enroll/push');
    expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'");
    const look = /data-wait="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const isWaiting = async () => (await (await browser.request(new URL(look, page.url))).json()).waiting;
    expect(await isWaiting()).toBe(true);
    expect(await (await test.browser().request(new URL(look, page.url))).json()).toEqual({ waiting: false });
    const early = await browser.submit(page, {}, 'check');
    expect(alertOf(early)).toContain('no answer yet');
    expect(alertOf(await browser.submit(page, {}, 'check'))).toContain('no answer yet');
    await test.tenant.control.mfa.denyPush('auth0|grace');
    expect(await isWaiting()).toBe(false);
    expect(alertOf(await browser.submit(page, {}, 'check'))).toContain('denied');
    test.advance(1);
    const resent = await browser.submit(page, {}, 'resend');
    await test.tenant.control.mfa.approvePush('auth0|grace');
    const done = await browser.submit(resent, {}, 'check');
    expect(done.url.pathname).toBe('/u/mfa/new-recovery-code');

    browser = test.browser();
    const later = await browser.logIn(url(), grace);
    expect(later.url.pathname).toBe('/u/mfa/push');
    await test.tenant.control.mfa.approvePush('auth0|grace');
    expect(await amrOf(await browser.submit(later, {}, 'check'))).toEqual(['pwd', 'mfa', 'push']);
  });

  it('T32: half set up in one login is not finished in another, and who has a factor sets none up here', async () => {
    const page = await choose(await always(), 'Authenticator app');
    const mine = browser;
    browser = test.browser();
    const other = await always();
    const detour = await browser.open(
      new URL(`/u/mfa/enroll/otp?state=${other.url.searchParams.get('state')}`, test.issuer),
    );
    expect(detour.url.pathname).toBe('/u/mfa/enroll');
    browser = mine;
    const saved = await enter(page, await test.totp('grace'));
    codeOf(await browser.submit(saved, { saved: 'yes' }, 'saved'));
    browser = test.browser();
    const later = await browser.logIn(url(), grace);
    const state = later.url.searchParams.get('state');
    expect((await browser.open(new URL(`/u/mfa/enroll?state=${state}`, test.issuer))).url.pathname).toBe('/u/mfa/otp');
  });

  it('a verified address is used as it is, without setting anything up', async () => {
    await test.tenant.control.users.update('auth0|grace', { emailVerified: true });
    const page = await choose(await always(), 'Email');
    expect(page.url.pathname).toBe('/u/mfa/email');
    expect(await amrOf(await enter(page, await test.sentCode('grace@example.com')), 'always')).toEqual([
      'pwd',
      'mfa',
      'email',
    ]);
  });
});
