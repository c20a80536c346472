import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readForm } from './support/browser.ts';
import { pagesConfig } from './support/pages.ts';
import { codeOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest(pagesConfig);
});
afterAll(() => test.close());

const openSignup = (browser = test.browser(), changes = {}) =>
  browser.open(test.authorizeUrl({ screen_hint: 'signup', ...changes }));
const alertOf = (html: string) => /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(html)?.[1] ?? '';
const goodPassword = 'Quiet-Lake-77';

describe('the sign-up page', () => {
  it('asks for what the connection needs, and lists the rules of its passwords', async () => {
    const page = await openSignup(undefined, { login_hint: 'new@example.com' });
    expect(page.url.pathname).toBe('/u/signup');
    expect(page.html).toContain('<title>Create your account · Acme Test</title>');
    expect(readForm(page.html).fields).toMatchObject({ email: 'new@example.com', username: '' });
    expect(page.html).toMatch(/name="password"[^>]*autocomplete="new-password"[^>]*aria-describedby="password-rules"/);
    expect(page.html).toContain('At least 8 characters in length');
    const plain = await openSignup(undefined, { connection: 'Plain' });
    expect(readForm(plain.html).fields).not.toHaveProperty('username');
  });

  it('creates the user, signs them in, and mails a link that confirms the address once', async () => {
    const browser = test.browser();
    const page = await browser.submit(await openSignup(browser), {
      email: 'Grace.Hopper@example.com',
      username: 'amazing',
      password: goodPassword,
    });
    const { body } = await test.redeem(codeOf(page));
    const profile = await (await test.userinfo(String(body.access_token))).json();
    expect(profile).toMatchObject({
      sub: expect.stringMatching(/^auth0\|[0-9a-f]{24}$/),
      email: 'Grace.Hopper@example.com',
      email_verified: false,
      name: 'Grace.Hopper@example.com',
      nickname: 'amazing',
      picture: `${test.issuer}u/avatar/gh.svg`,
    });
    expect((await fetch(profile.picture)).status).toBe(200);

    const [mail] = await test.tenant.context.outbox.list({ to: 'Grace.Hopper@example.com' });
    expect(mail).toMatchObject({ template: 'verify_email', channel: 'email', subject: 'Confirm your email address' });
    expect(mail?.text).toContain(mail?.link);
    expect(mail?.html).toContain(`href="${mail?.link}"`);
    const mailReader = test.browser();
    const asked = await mailReader.open(mail?.link ?? '');
    expect((await test.tenant.context.store.users.get(profile.sub))?.emailVerified).toBe(false);
    const confirmed = await mailReader.submit(asked);
    expect(confirmed.html).toContain('Your address is confirmed');
    expect((await test.tenant.context.store.users.get(profile.sub))?.emailVerified).toBe(true);
    expect((await test.browser().open(mail?.link ?? '')).status).toBe(400);
  });

  it.each([
    ['no address', { email: '' }, 'href="#email"'],
    ['a mistyped address', { email: 'ada@example' }, 'href="#email"'],
    ['no username', { username: '' }, 'href="#username"'],
    ['a username with a space', { username: 'two words' }, 'href="#username"'],
    ['a username that is too long', { username: 'x'.repeat(16) }, 'href="#username"'],
    ['no password', { password: '' }, 'href="#password"'],
    ['a weak password', { password: 'abcdefgh' }, 'missing: upper case letters'],
    ['a common password', { password: 'Password123!' }, 'might be too common'],
    ['a password with the name', { password: 'Fresh.Person-1' }, 'part of your personal data'],
  ])('refuses %s on the server and keeps the rest', async (_what, wrong, words) => {
    const browser = test.browser();
    const good = { email: 'fresh.person@example.com', username: 'fresh', password: goodPassword };
    const page = await browser.submit(await openSignup(browser), { ...good, ...wrong });
    expect(page.status).toBe(400);
    expect(page.html).toContain('<title>Error: Create your account');
    expect(alertOf(page.html)).toContain(words);
    const { fields } = readForm(page.html);
    expect({ email: fields.email, username: fields.username }).toEqual({
      email: { ...good, ...wrong }.email,
      username: { ...good, ...wrong }.username,
    });
    expect(fields.password).toBe('');
    expect(await test.tenant.context.store.users.findByEmail('fresh.person@example.com')).toEqual([]);
  });

  it('does not tell who has an account, unless the connection says so', async () => {
    const browser = test.browser();
    const taken = { email: 'USER@example.com', username: 'somebody', password: goodPassword };
    const generic = await browser.submit(await openSignup(browser), taken);
    expect(generic.status).toBe(400);
    expect(alertOf(generic.html)).toContain('We could not sign you up with these details.');
    expect(alertOf(generic.html)).not.toMatch(/exists|taken|already an/);
    const username = await browser.submit(await openSignup(browser), {
      ...taken,
      email: 'x@example.com',
      username: 'ROBIN',
    });
    expect(alertOf(username.html)).toBe(alertOf(generic.html));
    const open = { email: 'plain@example.com', password: goodPassword };
    const told = await browser.submit(await openSignup(browser, { connection: 'Plain' }), open);
    expect(alertOf(told.html)).toContain('There is an account with that address already.');
  });

  it('of two people who sign up with one address at once, one succeeds', async () => {
    const race = async (username: string) => {
      const browser = test.browser();
      const page = await openSignup(browser);
      return browser.submit(page, { email: 'race@example.com', username, password: goodPassword });
    };
    const pages = await Promise.all(['racer1', 'racer2', 'racer3'].map(race));
    expect(pages.filter(({ callback }) => callback?.searchParams.has('code'))).toHaveLength(1);
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(2);
  });

  it('a closed connection sends to the login page, even a form that was made up', async () => {
    const browser = test.browser();
    const page = await openSignup(browser, { connection: 'Closed' });
    expect(page.url.pathname).toBe('/u/login');
    const form = { ...page, html: page.html.replace('action="/u/login"', 'action="/u/signup"') };
    const made = await browser.submit(form, { email: 'closed@example.com', password: goodPassword });
    expect(made.url.pathname).toBe('/u/login');
    expect(await test.tenant.context.store.users.findByEmail('closed@example.com')).toEqual([]);
  });

  it('no event repeats the password or the ticket of the mail', async () => {
    const browser = test.browser();
    await browser.submit(await openSignup(browser), {
      email: 'log@example.com',
      username: 'log',
      password: goodPassword,
    });
    const [mail] = await test.tenant.context.outbox.list({ to: 'log@example.com' });
    const log = JSON.stringify(await test.tenant.context.events.list({ limit: 1000 }));
    expect(log).toContain('signup.success');
    expect(log).not.toContain(goodPassword);
    expect(log).not.toContain(new URL(mail?.link ?? '').searchParams.get('ticket'));
  });
});
