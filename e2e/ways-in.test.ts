import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { inspectPage } from './support/inspect-page.ts';
import { openOwnBrowser } from './support/own-browser.ts';
import { readQrCode } from './support/qr-code.ts';
import { type RunningApp, startApp } from './support/running-app.ts';
import { totpOf } from './support/totp.ts';

/** Logins by the demo's own forms, as a person does them, with the messages read from the drawer on the page. */

const sample = { email: 'user@example.com', password: 'Correct-Horse-42' };
const careful = {
  email: 'mfa@example.com',
  password: 'Correct-Horse-42',
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  recoveryCode: 'SAMPLERECOVERYCODE123456',
};
const password = 'Seven-Quiet-Otters-7';
const phone = { width: 390, height: 844 };

let app: RunningApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(['--port', '0']), launchChromium()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** Does `work` in a browser of its own, which must have met no error and no third party. */
async function inOwnBrowser(path: string, work: (page: Page) => Promise<void>, isPhone = false) {
  const { context, page, complaints } = await openOwnBrowser(browser, app, isPhone ? { viewport: phone } : {});
  try {
    await page.goto(`${app.demo}${path}`);
    await page.getByRole('heading', { level: 1, name: 'Ways in' }).waitFor();
    await work(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

const step = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 2, name });
const press = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('button', { name }).click();
const alert = (page: Page) => page.getByRole('main').getByRole('alert');
const focused = (page: Page) => page.locator(':focus');
const choose = (page: Page, list: string, name: string) =>
  page.getByRole('list', { name: list }).getByRole('button', { name }).click();

async function fill(page: Page, fields: Readonly<Record<string, string>>) {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

async function logIn(page: Page, { email, password }: { email: string; password: string }) {
  await fill(page, { 'E-mail address': email, Password: password });
  await press(page, 'Log in');
}

/** The step has come, and the keyboard with it. */
async function expectStep(page: Page, name: string | RegExp, focus: 'heading' | 'field' = 'heading') {
  await step(page, name).waitFor();
  await expect
    .poll(() => focused(page).evaluate((element) => element.tagName))
    .toBe(focus === 'heading' ? 'H2' : 'INPUT');
}

const expectIn = (page: Page) => expectStep(page, /^You are in/);

/** The `count`-th code to come, the newest, as shown in the drawer. */
async function readCode(page: Page, count = 1): Promise<string> {
  const codes = page.getByRole('complementary', { name: 'Your messages' }).locator('.message-code > code');
  await expect.poll(() => codes.count(), { timeout: 10_000 }).toBe(count);
  return (await codes.first().textContent()) ?? '';
}

async function signUp(page: Page, email: string) {
  await page.getByRole('link', { name: 'New account' }).click();
  // The form before it has fields of the same names.
  await step(page, 'Create an account').waitFor();
  await fill(page, { 'E-mail address': email, Password: password });
  await press(page, 'Create account');
  await expectIn(page);
}

async function leave(page: Page) {
  await press(page, 'Leave and try another');
  await expectStep(page, 'Log in with a password');
}

describe('a password', () => {
  it('is asked for without a login, and takes no focus that nobody gave it', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await step(page, 'Log in with a password').waitFor();
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
      const ways = page.getByRole('navigation', { name: 'Ways in' });
      expect(await ways.locator('[aria-current]').allTextContents()).toEqual(['Password']);
      expect(await inspectPage(page, '20-ways-in')).toEqual([]);
    });
  });

  it('that is wrong is refused by the field, without the banner of the page', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, { ...sample, password: 'not the password' });
      await alert(page).waitFor();
      expect(await alert(page).count()).toBe(1);
      expect(await alert(page).textContent()).toContain('invalid_grant');
      expect(await focused(page).getAttribute('name')).toBe('password');
      expect(await inspectPage(page, '21-password-refused')).toEqual([]);
      await page.getByRole('link', { name: 'Notes' }).click();
      await page.getByRole('button', { name: 'Create an account' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  it('makes a session like any other: the API takes its token, a reload keeps it, a refresh renews it', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, sample);
      await expectIn(page);
      expect(await inspectPage(page, '22-you-are-in')).toEqual([]);
      await page.getByRole('link', { name: 'note', exact: true }).click();
      await page.getByText('No notes yet').waitFor();
      await page.reload();
      await page.getByRole('link', { name: 'Tokens' }).click();
      await page.getByRole('button', { name: 'Refresh now' }).click();
      await page.getByRole('log').getByText('Refreshed').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Create an account' }).waitFor();
    });
  });

  it('can be left: the refresh token is given back', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, sample);
      await expectIn(page);
      const revoked = page.waitForResponse((response) => response.url() === `${app.issuer}oauth/revoke`);
      await leave(page);
      expect((await revoked).status()).toBe(200);
      await page.reload();
      await step(page, 'Log in with a password').waitFor();
    });
  });
});

describe('a new account', () => {
  it('is refused with each rule that a weak password broke, then made and signed in', async () => {
    await inOwnBrowser('/ways-in/sign-up', async (page) => {
      await fill(page, { 'E-mail address': 'pat@example.com', Password: 'otters' });
      await press(page, 'Create account');
      await alert(page).waitFor();
      const rules = await alert(page).getByRole('listitem').allTextContents();
      expect(rules.find((rule) => rule.includes('8 characters'))).toContain('not met');
      expect(rules.find((rule) => rule.startsWith('✓'))).toContain('lower case');
      expect(await focused(page).getAttribute('name')).toBe('password');
      expect(await inspectPage(page, '23-sign-up-refused')).toEqual([]);
      await fill(page, { Password: password });
      await press(page, 'Create account');
      await expectIn(page);
    });
  });

  it('is refused for an address that has one', async () => {
    await inOwnBrowser('/ways-in/sign-up', async (page) => {
      await fill(page, { 'E-mail address': sample.email, Password: password });
      await press(page, 'Create account');
      expect(await alert(page).textContent()).toMatch(/invalid_signup|user_exists/);
    });
  });
});

describe('a forgotten password', () => {
  it('is replaced by the link in the mail', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await signUp(page, 'forgetful@example.com');
      await leave(page);
      await page.getByRole('link', { name: 'Forgot password' }).click();
      // The form before it has a field of the same name.
      await step(page, 'Choose a new password').waitFor();
      await fill(page, { 'E-mail address': 'forgetful@example.com' });
      await press(page, 'Send me a link');
      await expectStep(page, 'Look into your mailbox');
      const link = page.getByRole('link', { name: /^Open the link.*password/ });
      await link.waitFor();
      expect(await inspectPage(page, '24-reset-sent')).toEqual([]);
      const opened = page.waitForEvent('popup');
      await link.click();
      const other = await opened;
      await other.getByLabel('New password', { exact: true }).fill('Nine-Loud-Herons-99');
      await other.getByLabel('New password again').fill('Nine-Loud-Herons-99');
      await other.getByRole('button', { name: 'Set the new password' }).click();
      await other.getByRole('heading', { level: 1, name: /password/i }).waitFor();
      await page.getByRole('link', { name: 'Password', exact: true }).click();
      await logIn(page, { email: 'forgetful@example.com', password });
      await alert(page).waitFor();
      await logIn(page, { email: 'forgetful@example.com', password: 'Nine-Loud-Herons-99' });
      await expectIn(page);
    });
  });

  it('tells nobody who has an account', async () => {
    await inOwnBrowser('/ways-in/forgot', async (page) => {
      await fill(page, { 'E-mail address': 'nobody@example.com' });
      await press(page, 'Send me a link');
      await expectStep(page, 'Look into your mailbox');
    });
  });
});

describe('e-mail', () => {
  it('brings a code; a wrong one is refused, and of two the newer counts', async () => {
    await inOwnBrowser('/ways-in/email', async (page) => {
      expect(await inspectPage(page, '25-email')).toEqual([]);
      await fill(page, { 'E-mail address': 'coder@example.com' });
      await press(page, 'Send it');
      await expectStep(page, 'Enter the code from the mail', 'field');
      const first = await readCode(page);
      expect(await inspectPage(page, '26-email-code')).toEqual([]);
      await press(page, 'Send another');
      const second = await readCode(page, 2);
      await fill(page, { Code: first === second ? '000000' : first });
      await press(page, 'Go on');
      await alert(page).waitFor();
      expect(await focused(page).getAttribute('name')).toBe('code');
      await fill(page, { Code: second });
      await press(page, 'Go on');
      await expectIn(page);
    });
  });

  it('brings a link, which signs this browser in from another tab, once', async () => {
    await inOwnBrowser('/ways-in/email', async (page) => {
      await fill(page, { 'E-mail address': 'linker@example.com' });
      await page.getByLabel('A link').check();
      await press(page, 'Send it');
      await expectStep(page, 'Open the link in the mail');
      const link = page.getByRole('link', { name: /^Open the link/ });
      await link.waitFor();
      expect(await inspectPage(page, '27-email-link')).toEqual([]);
      const opened = page.waitForEvent('popup');
      await link.click();
      const other = await opened;
      await continueFromMail(other);
      await step(other, /^You are in/).waitFor();
      expect(other.url()).toBe(`${app.demo}/ways-in`);
      await expectIn(page);
    });
  });

  it('refuses a link that was not asked for in this browser, and clears the address', async () => {
    await inOwnBrowser('/ways-in/link?code=stolen&state=somebody-elses', async (page) => {
      expect(await alert(page).textContent()).toContain('not asked for in this browser');
      expect(page.url()).toBe(`${app.demo}/ways-in/link`);
      expect(await inspectPage(page, '28-link-refused')).toEqual([]);
    });
  });
});

/** Pages that a link in a mail opens ask before they act: programs that look into mails open links, too. */
async function continueFromMail(page: Page) {
  await page.waitForLoadState();
  const ask = page.getByRole('button', { name: /log in|continue|sign in/i });
  if (page.url().startsWith(app.issuer)) await ask.click();
}

describe('a text message', () => {
  it('brings a code to a number typed in groups', async () => {
    await inOwnBrowser('/ways-in/sms', async (page) => {
      expect(await inspectPage(page, '29-sms')).toEqual([]);
      await fill(page, { 'Phone number': '0151 2345' });
      await press(page, 'Send me a code');
      await alert(page).waitFor();
      await fill(page, { 'Phone number': '+49 151 555-0101' });
      await press(page, 'Send me a code');
      await expectStep(page, 'Enter the code from the message', 'field');
      await fill(page, { Code: await readCode(page) });
      await press(page, 'Go on');
      await expectIn(page);
    });
  });
});

describe('a second factor', () => {
  it('is asked for after the password, and an authenticator app answers', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, careful);
      await expectStep(page, 'One more step');
      await page.getByRole('list', { name: 'Your factors' }).waitFor();
      expect(await inspectPage(page, '30-one-more-step')).toEqual([]);
      await choose(page, 'Your factors', 'Authenticator app');
      await expectStep(page, 'Enter the code of your app', 'field');
      await fill(page, { Code: '000000' });
      await press(page, 'Go on');
      await alert(page).waitFor();
      expect(await inspectPage(page, '31-app-code-refused')).toEqual([]);
      await fill(page, { Code: totpOf(careful.totpSecret) });
      await press(page, 'Go on');
      await expectIn(page);
      await page.getByText('two factors proved').waitFor();
    });
  });

  it('is replaced by the recovery code, which is replaced itself', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, careful);
      await choose(page, 'Your factors', 'Recovery code');
      await expectStep(page, 'Enter your recovery code', 'field');
      expect(await inspectPage(page, '32-recovery-code')).toEqual([]);
      await fill(page, { 'Recovery code': careful.recoveryCode });
      await press(page, 'Go on');
      await expectIn(page);
      const next = (await page.locator('.recovery code').textContent()) ?? '';
      expect(next).toMatch(/^[0-9A-Z]{24}$/);
      expect(next).not.toBe(careful.recoveryCode);
      expect(await inspectPage(page, '33-new-recovery-code')).toEqual([]);
      await leave(page);
      await logIn(page, careful);
      await choose(page, 'Your factors', 'Recovery code');
      await fill(page, { 'Recovery code': careful.recoveryCode });
      await press(page, 'Go on');
      await alert(page).waitFor();
      await fill(page, { 'Recovery code': next });
      await press(page, 'Go on');
      await expectIn(page);
    });
  });

  it('can be put off', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, careful);
      await press(page, 'Not now');
      await expectStep(page, 'Log in with a password');
    });
  });

  it('is set up by reading the QR code, and asked for at the next login', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await signUp(page, 'scanner@example.com');
      await page.getByText('one factor proved').waitFor();
      await press(page, 'Ask for a second factor here');
      await expectStep(page, 'One more step');
      await page.getByRole('list', { name: 'Factors to set up' }).waitFor();
      expect(await inspectPage(page, '34-set-up')).toEqual([]);
      await choose(page, 'Factors to set up', 'Authenticator app');
      await expectStep(page, 'Set up an authenticator app');
      expect(await inspectPage(page, '35-set-up-app')).toEqual([]);
      const uri = new URL(await readQrCode(page.getByRole('img', { name: /^QR code/ })));
      expect(uri.protocol).toBe('otpauth:');
      const secret = uri.searchParams.get('secret') ?? '';
      expect((await page.locator('.secret code').textContent())?.replaceAll(' ', '')).toBe(secret);
      await fill(page, { Code: totpOf(secret) });
      await press(page, 'Go on');
      await expectIn(page);
      await page.getByText('two factors proved').waitFor();
      expect(await page.locator('.recovery code').textContent()).toMatch(/^[0-9A-Z]{24}$/);

      await leave(page);
      await logIn(page, { email: 'scanner@example.com', password });
      await choose(page, 'Your factors', 'Authenticator app');
      // RFC 6238: the code of this half minute is spent; the tenant allows for a clock that is one step ahead.
      await fill(page, { Code: totpOf(secret, 1) });
      await press(page, 'Go on');
      await expectIn(page);
    });
  });

  it('is set up with a phone and asked for by text message', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await signUp(page, 'texter@example.com');
      await press(page, 'Ask for a second factor here');
      await choose(page, 'Factors to set up', 'Text messages');
      await expectStep(page, 'Set up text messages', 'field');
      expect(await inspectPage(page, '36-set-up-phone')).toEqual([]);
      await fill(page, { 'Phone number': '+49 151 555 0102' });
      await press(page, 'Send me a code');
      await expectStep(page, 'Enter the code you were sent', 'field');
      await fill(page, { Code: await readCode(page) });
      await press(page, 'Go on');
      await expectIn(page);
      await leave(page);
      await logIn(page, { email: 'texter@example.com', password });
      await choose(page, 'Your factors', 'Text message');
      await expectStep(page, 'Enter the code you were sent', 'field');
      await fill(page, { Code: await readCode(page, 2) });
      await press(page, 'Go on');
      await expectIn(page);
    });
  });

  it('is set up with a mailbox', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await signUp(page, 'mailer@example.com');
      await press(page, 'Ask for a second factor here');
      await choose(page, 'Factors to set up', 'E-mail');
      await fill(page, { 'E-mail address': 'mailer@example.org' });
      await press(page, 'Send me a code');
      await expectStep(page, 'Enter the code you were sent', 'field');
      await fill(page, { Code: await readCode(page) });
      await press(page, 'Go on');
      await expectIn(page);
      await page.getByText('two factors proved').waitFor();
    });
  });

  it('is set up with a device, which approves, and at the next login denies', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await signUp(page, 'pusher@example.com');
      await press(page, 'Ask for a second factor here');
      await choose(page, 'Factors to set up', 'A device');
      await expectStep(page, 'Answer on your device');
      await page.getByRole('button', { name: 'Approve' }).waitFor();
      expect(await inspectPage(page, '37-set-up-device')).toEqual([]);
      await press(page, 'Approve');
      await expectIn(page);
      await leave(page);
      await logIn(page, { email: 'pusher@example.com', password });
      await choose(page, 'Your factors', 'Approve on a device');
      await press(page, 'Deny');
      await alert(page).waitFor();
      await press(page, 'Another way');
      await expectStep(page, 'One more step');
    });
  });

  it('is asked for on the login page by acr_values', async () => {
    await inOwnBrowser('/ways-in', async (page) => {
      await logIn(page, careful);
      await choose(page, 'Your factors', 'Recovery code');
      await press(page, 'Another way');
      await press(page, 'Not now');
      await signUp(page, 'stepper@example.com');
      await press(page, 'Ask on the login page');
      await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
      expect(await page.getByLabel('Email address').inputValue()).toBe('stepper@example.com');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('heading', { level: 1, name: /secure|second|factor|step/i }).waitFor();
      expect(page.url().startsWith(app.issuer)).toBe(true);
    });
  });
});

describe('without a mouse', () => {
  /** Goes on with Tab until something of that name has the focus, which must show. */
  async function tabTo(page: Page, role: 'link' | 'button' | 'textbox' | 'radio', name: string) {
    const target = page.getByRole(role, { name, exact: true });
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab');
      const isThere = await target.evaluateAll((found) => found.includes(document.activeElement as HTMLElement));
      if (!isThere) continue;
      const outline = await focused(page).evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline, `${name} shows that it has the focus`).not.toBe('none');
      return;
    }
    throw new Error(`The keyboard does not get to ${role} "${name}".`);
  }

  it.each([
    ['on a desktop', false],
    ['on a phone', true],
  ])('one signs up, sets up a factor and comes back with it, %s', async (_, isPhone) => {
    const email = isPhone ? 'thumbs@example.com' : 'keys@example.com';
    await inOwnBrowser(
      '/ways-in',
      async (page) => {
        await tabTo(page, 'link', 'New account');
        await page.keyboard.press('Enter');
        await expectStep(page, 'Create an account');
        await tabTo(page, 'textbox', 'E-mail address');
        await page.keyboard.type(email);
        await tabTo(page, 'textbox', 'Password');
        await page.keyboard.type(password);
        await page.keyboard.press('Enter');
        await expectIn(page);
        await tabTo(page, 'button', 'Ask for a second factor here');
        await page.keyboard.press('Enter');
        await expectStep(page, 'One more step');
        await page.getByRole('list', { name: 'Factors to set up' }).waitFor();
        await tabTo(page, 'button', 'Text messages A code to your phone, each time.');
        await page.keyboard.press('Enter');
        await expectStep(page, 'Set up text messages', 'field');
        await page.keyboard.type(isPhone ? '+491515550103' : '+491515550104');
        await page.keyboard.press('Enter');
        await expectStep(page, 'Enter the code you were sent', 'field');
        await page.keyboard.type('000000');
        await page.keyboard.press('Enter');
        await alert(page).waitFor();
        await expect.poll(() => focused(page).getAttribute('name')).toBe('code');
        await page.keyboard.type(await readCode(page));
        await page.keyboard.press('Enter');
        await expectIn(page);
        await tabTo(page, 'button', 'Leave and try another');
        await page.keyboard.press('Enter');
        await expectStep(page, 'Log in with a password');
      },
      isPhone,
    );
  });
});
