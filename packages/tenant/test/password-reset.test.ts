import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pagesConfig, resetLinkOf } from './support/pages.ts';
import { codeOf, type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest(pagesConfig);
});
beforeEach(() => test.tenant.control.reset());
afterAll(() => test.close());

const address = 'user@example.com';
const oldPassword = 'Correct-Horse-42';
const newPassword = 'New-Lantern-43';
const alertOf = (html: string) => /role="alert"[^>]*>([\s\S]*?)<\/div>/.exec(html)?.[1] ?? '';

/** Asks for a link on the page, as a person who forgot does. */
async function askForLink(email = address) {
  const browser = test.browser();
  const login = await browser.open(test.authorizeUrl());
  const forgot = await browser.open(new URL(`/u/reset-password/request${login.url.search}`, test.issuer));
  return browser.submit(forgot, { email });
}

/** Opens the link in a browser of its own and sends the form. */
async function choosePassword(link: string, password = newPassword, confirmation = password) {
  const browser = test.browser();
  return browser.submit(await browser.open(link), { password, confirmation });
}

async function logIn(password: string) {
  const browser = test.browser();
  return browser.logIn(test.authorizeUrl(), { username: address, password });
}

describe('password reset', () => {
  it('mails a link, takes the new password, and the old one is worth nothing', async () => {
    const sent = await askForLink();
    expect(sent.url.pathname).toBe('/u/reset-password/sent');
    const [mail] = await test.tenant.context.outbox.list({ to: address });
    expect(mail).toMatchObject({ template: 'password_reset', channel: 'email', subject: 'Choose a new password' });
    expect(mail?.text).toContain(mail?.link);
    expect(mail?.text).toContain('for 5 days');
    expect(mail?.html).toContain(`href="${mail?.link}"`);

    const done = await choosePassword(await resetLinkOf(test, address));
    expect(done.url.pathname).toBe('/u/reset-password/done');
    expect(done.html).toContain('Your password is changed');
    expect(alertOf((await logIn(oldPassword)).html)).toContain('Wrong email or password.');
    codeOf(await logIn(newPassword));
  });

  it('answers the same for an unknown address, and mails nothing', async () => {
    const [known, unknown] = [await askForLink(), await askForLink('nobody@example.com')];
    const body = (html: string) => /<main[\s\S]*<\/main>/.exec(html)?.[0].replace(/state=[\w-]+/g, 'state=');
    expect(unknown.status).toBe(known.status);
    expect(body(unknown.html)).toBe(body(known.html));
    expect(await test.tenant.context.outbox.list({ to: 'nobody@example.com' })).toEqual([]);
    expect((await test.lastEvent('password_reset.unknown_address')).sentence).toContain('no mail was sent');
  });

  it('asks for a real address', async () => {
    const page = await askForLink('nonsense');
    expect(page.status).toBe(400);
    expect(alertOf(page.html)).toContain('href="#email"');
    expect(await test.tenant.context.outbox.list()).toEqual([]);
  });

  it('a link works once, for one of several who use it at the same moment', async () => {
    await askForLink();
    const link = await resetLinkOf(test, address);
    const open = await Promise.all(
      ['First-Lantern-1', 'Second-Lantern-2', 'Third-Lantern-3'].map(async (password) => {
        const browser = test.browser();
        return { browser, password, page: await browser.open(link) };
      }),
    );
    const results = await Promise.all(
      open.map(({ browser, page, password }) => browser.submit(page, { password, confirmation: password })),
    );
    expect(results.filter(({ url }) => url.pathname === '/u/reset-password/done')).toHaveLength(1);
    expect(results.filter(({ status }) => status === 400)).toHaveLength(2);
    const again = await test.browser().open(link);
    expect(again.status).toBe(400);
    expect(again.html).toContain('This link no longer works');
    const winner = open[results.findIndex(({ status }) => status === 200)]?.password ?? '';
    codeOf(await logIn(winner));
  });

  it.each([
    ['unknown', async () => `${test.issuer}u/reset-password?ticket=${'x'.repeat(43)}`],
    ['empty', async () => `${test.issuer}u/reset-password`],
    [
      'expired',
      async () => {
        await askForLink();
        test.tenant.control.clock.advance(test.tenant.context.registry.config.lifetimes.passwordReset * 1000);
        return resetLinkOf(test, address);
      },
    ],
    [
      'replaced by a newer one',
      async () => {
        await askForLink();
        const link = await resetLinkOf(test, address);
        await askForLink();
        return link;
      },
    ],
    [
      'of a user who was deleted',
      async () => {
        await askForLink();
        await test.tenant.control.users.delete('auth0|sample');
        return resetLinkOf(test, address);
      },
    ],
  ])('a link that is %s leads to a page that says what to do', async (_what, makeLink) => {
    const page = await test.browser().open(await makeLink());
    expect(page.status).toBe(400);
    expect(page.html).toContain('This link no longer works');
    expect(page.html).not.toContain('<form');
  });

  it('a refused password does not use up the link', async () => {
    await askForLink();
    const link = await resetLinkOf(test, address);
    expect(alertOf((await choosePassword(link, '')).html)).toContain('Choose a password.');
    expect(alertOf((await choosePassword(link, newPassword, 'Other-Lantern-44')).html)).toContain('not the same');
    expect(alertOf((await choosePassword(link, 'abc')).html)).toContain('too weak');
    expect(alertOf((await choosePassword(link, 'Password1!')).html)).toContain('too common');
    expect(alertOf((await choosePassword(link, 'Robin-Lantern-1')).html)).toContain('personal data');
    expect(alertOf((await choosePassword(link, oldPassword)).html)).toContain(
      'may not reuse any of the last 2 passwords',
    );
    expect((await choosePassword(link)).url.pathname).toBe('/u/reset-password/done');
  });

  it('keeps the history: the last passwords are refused, older ones are not', async () => {
    for (const password of ['First-Lantern-1', 'Second-Lantern-2']) {
      await askForLink();
      expect((await choosePassword(await resetLinkOf(test, address), password)).url.pathname).toBe(
        '/u/reset-password/done',
      );
    }
    await askForLink();
    const link = await resetLinkOf(test, address);
    expect((await choosePassword(link, 'First-Lantern-1')).status).toBe(400);
    expect((await choosePassword(link, 'Second-Lantern-2')).status).toBe(400);
    expect((await choosePassword(link, oldPassword)).url.pathname).toBe('/u/reset-password/done');
  });

  it('the form needs a CSRF token of this browser', async () => {
    await askForLink();
    const link = await resetLinkOf(test, address);
    const ticket = new URL(link).searchParams.get('ticket') ?? '';
    const body = new URLSearchParams({ ticket, password: newPassword, confirmation: newPassword });
    const page = await test.browser().open(link, { method: 'POST', body });
    expect(page.status).toBe(403);
    codeOf(await logIn(oldPassword));
  });

  it('T11: a new password ends every session and revokes every refresh token of the user, and of nobody else', async () => {
    const browser = test.browser();
    const tokens = await test.tokens({}, browser);
    const opaque = await test.tokens({ audience: undefined, scope: 'openid' });
    const ada = test.browser();
    const adaCode = await test.code({}, ada, { username: 'ada@example.com', password: 'Engine-Horse-42' });
    const adaTokens = (await test.redeem(adaCode)).body;

    await askForLink();
    await choosePassword(await resetLinkOf(test, address));

    const refused = await test.refresh(tokens.refresh_token);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'Unknown or invalid refresh token.',
    });
    expect((await test.userinfo(opaque.access_token)).status).toBe(401);
    const silent = await browser.open(test.authorizeUrl({ prompt: 'none' }));
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
    const families = await test.tenant.context.store.refreshTokens.list({ userId: 'auth0|sample' });
    expect(families.map(({ revokedReason }) => revokedReason)).toEqual(['the password was changed']);

    expect((await test.refresh(String(adaTokens.refresh_token))).status).toBe(200);
    codeOf(await ada.open(test.authorizeUrl({ prompt: 'none' })));
  });

  it('proves the address, which a new password given through the control API does not', async () => {
    const { users } = test.tenant.control;
    await users.update('auth0|sample', { emailVerified: false });
    await users.update('auth0|sample', { password: 'Given-Lantern-1' });
    expect((await users.get('auth0|sample')).emailVerified).toBe(false);
    await askForLink();
    await choosePassword(await resetLinkOf(test, address));
    expect((await users.get('auth0|sample')).emailVerified).toBe(true);
  });

  it('ends a block after wrong passwords', async () => {
    for (let n = 0; n < 4; n++) await logIn('Wrong-Horse-1');
    expect((await logIn(oldPassword)).status).toBe(429);
    await askForLink();
    await choosePassword(await resetLinkOf(test, address));
    codeOf(await logIn(newPassword));
  });

  it('no page, mail subject or event repeats a password, and no event the ticket', async () => {
    await askForLink();
    const link = await resetLinkOf(test, address);
    const refused = await choosePassword(link, 'abcSecret');
    await choosePassword(link);
    const log = JSON.stringify(await test.tenant.context.events.list({ limit: 1000 }));
    expect(refused.html).not.toContain('abcSecret');
    expect(log).toContain('password.changed');
    expect(log).not.toContain('abcSecret');
    expect(log).not.toContain(newPassword);
    expect(log).not.toContain(new URL(link).searchParams.get('ticket'));
  });
});
