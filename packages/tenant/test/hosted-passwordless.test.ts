import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Page, readForm } from './support/browser.ts';
import { type DirectTest, database, startDirectTest } from './support/direct.ts';
import { claimsOf, codeOf } from './support/protocol.ts';

let test: DirectTest;
let count = 0;
beforeAll(async () => {
  test = await startDirectTest();
});
afterAll(() => test.close());

const somebody = () => `page-${++count}@example.com`;
const authorize = (changes: Record<string, string | undefined> = {}) =>
  test.authorizeUrl({ client_id: 'app', scope: 'openid email', audience: undefined, ...changes });
const alertOf = (page: Page) => /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(page.html)?.[1] ?? '';
const begin = (browser: Browser, connection = 'email') => browser.open(authorize({ connection }));
const sent = async (to: string) => test.newest(to);
const claimsAt = async (page: Page) => {
  const answer = await test.redeem(codeOf(page), { client_id: 'app' });
  return claimsOf(String(answer.body.id_token));
};
const wrong = (code = '000000') => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;

describe('the login page', () => {
  it('offers providers and codes beside the password, and only where the app named no connection', async () => {
    const browser = test.browser();
    const page = await browser.open(authorize());
    for (const name of ['Google', 'Apple', 'Facebook', 'an email code', 'a text message']) {
      expect(page.html).toContain(`Continue with ${name}`);
    }
    const named = await test.browser().open(authorize({ connection: database }));
    expect(named.url.pathname).toBe('/u/login');
    expect(named.html).not.toContain('Continue with');
    const signup = await test.browser().open(authorize({ screen_hint: 'signup' }));
    expect(signup.html).toContain('Continue with Google');
  });

  it('of a client without a database is the one way it has', async () => {
    const { pathname } = (await test.browser().open(test.authorizeUrl({ client_id: 'phone-only' }))).url;
    expect(pathname).toBe('/u/passwordless/sms');
    const few = await test.browser().open(test.authorizeUrl({ client_id: 'no-password' }));
    expect(few.url.pathname).toBe('/u/login');
    expect(few.html).not.toContain('name="password"');
    expect(few.html).toContain('Continue with GitHub');
    const cancelled = await test.browser().open(few.url);
    expect(cancelled.status).toBe(400);
  });

  it('says that the person cancelled at a provider', async () => {
    const browser = test.browser();
    const login = await browser.open(authorize());
    const link = login.html.split('<a ').find((part) => part.includes('Continue with Google'));
    const href = /href="([^"]+)"/.exec(link ?? '')?.[1] ?? '';
    const provider = await browser.open(new URL(href.replaceAll('&amp;', '&'), login.url));
    expect(provider.html).toContain('Simulated.');
    const back = await browser.submit(provider, {}, 'cancel');
    expect([back.url.pathname, back.status]).toEqual(['/u/login', 200]);
    expect(alertOf(back)).toContain('You cancelled at Google');
  });
});

describe('a code', () => {
  it('by mail signs in, with whatever was pasted around it', async () => {
    const browser = test.browser();
    const address = await begin(browser);
    expect(address.url.pathname).toBe('/u/passwordless/email');
    const email = somebody();
    const page = await browser.submit(address, { address: email }, 'code');
    expect(page.url.pathname).toBe('/u/passwordless/email/code');
    expect(page.html).toContain(email);
    expect(/<input[^>]*name="code"[^>]*>/.exec(page.html)?.[0]).toContain('autocomplete="one-time-code"');
    const { code = '' } = await sent(email);
    const done = await browser.submit(page, { code: ` ${code.slice(0, 3)}-${code.slice(3)}` }, 'verify');
    expect(await claimsAt(done)).toMatchObject({ email, email_verified: true });
  });

  it('by text message, to a number with the spaces people write', async () => {
    const browser = test.browser();
    const address = await begin(browser, 'sms');
    expect(address.html).not.toContain('Email me a link');
    expect(alertOf(await browser.submit(address, { address: '555' }, 'code'))).toContain('country code');
    const page = await browser.submit(address, { address: '+1 (555) 010-4477' }, 'code');
    const { code = '' } = await sent('+15550104477');
    expect((await claimsAt(await browser.submit(page, { code }, 'verify'))).sub).toMatch(/^sms\|/);
  });

  it('tells what the provider of messages says to a number', async () => {
    const browser = test.browser();
    const page = await browser.submit(await begin(browser, 'sms'), { address: '+15005550009' }, 'code');
    expect(alertOf(page)).toContain('not a mobile number');
  });

  it('needs an address', async () => {
    const browser = test.browser();
    const page = await browser.submit(await begin(browser), { address: 'nobody' }, 'code');
    expect(page.status).toBe(400);
    expect(alertOf(page)).toContain('href="#address"');
    expect(readForm(page.html).fields.address).toBe('nobody');
  });

  it('T32: is refused when wrong; three wrong ones kill it, and a new one works', async () => {
    const browser = test.browser();
    const email = somebody();
    let page = await browser.submit(await begin(browser), { address: email }, 'code');
    const { code = '' } = await sent(email);
    expect(alertOf(await browser.submit(page, { code: '12' }, 'verify'))).toContain('Enter the six digits');
    for (let n = 0; n < 3; n++) {
      page = await browser.submit(page, { code: wrong(code) }, 'verify');
      expect(alertOf(page)).toContain('That code is not right');
    }
    page = await browser.submit(page, { code }, 'verify');
    expect(page.status).toBe(400);
    expect(alertOf(page)).toContain('no longer works');
    const resent = await browser.submit(page, {}, 'resend');
    expect(alertOf(resent)).toBe('');
    codeOf(await browser.submit(resent, { code: (await sent(email)).code ?? '' }, 'verify'));
  });

  it('T32: of somebody else’s login is worthless', async () => {
    const email = somebody();
    const mine = test.browser();
    const page = await mine.submit(await begin(mine), { address: email }, 'code');
    const { code = '' } = await sent(email);
    const theirs = test.browser();
    const other = await theirs.submit(await begin(theirs), { address: somebody() }, 'code');
    expect((await theirs.submit(other, { code }, 'verify')).callback).toBeUndefined();
    codeOf(await mine.submit(page, { code }, 'verify'));
  });

  it('is not sent where sign-up is off and nobody has the address; the page says the same', async () => {
    const browser = test.browser();
    const address = await browser.open(test.authorizeUrl({ client_id: 'no-signup', connection: 'closed-email' }));
    const email = somebody();
    const page = await browser.submit(address, { address: email }, 'code');
    expect(page.url.pathname).toBe('/u/passwordless/closed-email/code');
    expect(await test.tenant.context.outbox.list({ to: email })).toEqual([]);
    expect((await test.lastEvent('passwordless.rejected')).sentence).toContain('sign-up is off');
    expect(alertOf(await browser.submit(page, { code: '123456' }, 'verify'))).toContain('not right');
  });

  it('without having asked for one leads back to the address', async () => {
    const browser = test.browser();
    const address = await begin(browser);
    const page = await browser.open(new URL(`/u/passwordless/email/code${address.url.search}`, test.issuer));
    expect(page.url.pathname).toBe('/u/passwordless/email');
    const alien = await browser.open(new URL(`/u/passwordless/closed-email-2${address.url.search}`, test.issuer));
    expect(alien.url.pathname).toBe('/u/login');
  });

  it('tells the app of a blocked person', async () => {
    const browser = test.browser();
    const email = somebody();
    const first = await browser.submit(await begin(browser), { address: email }, 'code');
    const sub = String(
      (await claimsAt(await browser.submit(first, { code: (await sent(email)).code ?? '' }, 'verify'))).sub,
    );
    await test.tenant.control.users.block(sub);
    const later = test.browser();
    const page = await later.submit(await begin(later), { address: email }, 'code');
    const refused = await later.submit(page, { code: (await sent(email)).code ?? '' }, 'verify');
    expect(refused.callback?.searchParams.get('error')).toBe('unauthorized');
  });
});

describe('a link', () => {
  const askForLink = async (browser: Browser, email = somebody()) => {
    const page = await browser.submit(await begin(browser), { address: email }, 'link');
    const { link = '' } = await sent(email);
    return { email, page, link };
  };
  const isWaiting = async (browser: Browser, page: Page) => {
    const look = /data-wait="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    return (await (await browser.request(new URL(look, page.url))).json()).waiting;
  };

  it('opened in another tab signs in, and the first tab goes on with the app', async () => {
    const browser = test.browser();
    const { email, page, link } = await askForLink(browser);
    expect(page.url.pathname).toBe('/u/passwordless/email/link');
    expect(page.html).toContain(email);
    expect(await isWaiting(browser, page)).toBe(true);
    expect(alertOf(await browser.submit(page, {}, 'opened'))).toContain('not opened in this browser yet');
    const tab = await browser.open(link);
    expect(tab.url.pathname).toBe('/u/passwordless/opened');
    expect(tab.html).toContain('You can close this one');
    expect(await isWaiting(browser, page)).toBe(false);
    expect(await claimsAt(await browser.submit(page, {}, 'opened'))).toMatchObject({ email, email_verified: true });
    const over = await browser.submit(tab, {}, 'continue');
    expect(over.status).toBe(200);
    expect(over.html).toContain('You can close this tab');
  });

  it('goes on in its own tab when the first one is gone', async () => {
    const browser = test.browser();
    const { email, link } = await askForLink(browser);
    const tab = await browser.open(link);
    expect((await claimsAt(await browser.submit(tab, {}, 'continue'))).email).toBe(email);
  });

  it('T32: opened elsewhere, as by a program that scans mails, does nothing and is not spent', async () => {
    const browser = test.browser();
    const { link } = await askForLink(browser);
    const elsewhere = test.browser();
    const page = await elsewhere.open(link);
    expect(page.status).toBe(400);
    expect(page.html).toContain('in the browser where you began');
    expect([...elsewhere.cookies.keys()].some((name) => name.includes('session'))).toBe(false);
    expect((await browser.open(link)).url.pathname).toBe('/u/passwordless/opened');
    expect((await browser.open(link)).status).toBe(400);
  });

  it('T32: whose login was taken out of it signs nobody in', async () => {
    const browser = test.browser();
    const { link } = await askForLink(browser);
    const changed = new URL(link);
    changed.searchParams.delete('interaction');
    expect((await browser.open(changed)).status).toBe(400);
    expect([...browser.cookies.keys()].some((name) => name.includes('session'))).toBe(false);
  });

  it('can be asked for again; only the newest works', async () => {
    const browser = test.browser();
    const { email, page, link } = await askForLink(browser);
    await browser.submit(page, {}, 'resend');
    expect((await browser.open(link)).status).toBe(400);
    const { link: newest = '' } = await sent(email);
    expect((await browser.open(newest)).url.pathname).toBe('/u/passwordless/opened');
  });
});

describe('limits', () => {
  it('an address that asks for too many codes is told to wait', async () => {
    const strict = await startDirectTest({ rateLimits: { passwordlessStart: { burst: 1, perMinute: 1 } } });
    const browser = strict.browser();
    const address = await browser.open(strict.authorizeUrl({ client_id: 'app', connection: 'email' }));
    await browser.submit(address, { address: somebody() }, 'code');
    const page = await browser.submit(address, { address: somebody() }, 'code');
    expect(page.status).toBe(429);
    expect(alertOf(page)).toContain('Wait a minute');
    await strict.close();
  });
});
