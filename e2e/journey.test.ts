import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { inspectPage } from './support/inspect-page.ts';
import { openOwnBrowser } from './support/own-browser.ts';
import { type RunningApp, startApp } from './support/running-app.ts';
import { readResetLink } from './support/tenant-control.ts';

/** The way of a person through the app that `npm start` brings up, in a real browser. Steps build on one another. */

const newcomer = {
  email: 'newcomer@example.com',
  password: 'Seven-Quiet-Otters-7',
  newPassword: 'Nine-Loud-Herons-99',
};
const sample = { email: 'user@example.com', password: 'Correct-Horse-42' };

let app: RunningApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(['--port', '0']), launchChromium()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const openBrowser = () => openOwnBrowser(browser, app);

async function logIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const headingOf = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const pathOf = (page: Page) => page.url().slice(app.demo.length);
const signOut = (page: Page) => page.getByRole('button', { name: 'Sign out' });

describe('a newcomer', () => {
  let context: BrowserContext;
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    ({ context, page, complaints } = await openBrowser());
  });
  afterAll(async () => {
    await context?.close();
  });

  it('finds the door', async () => {
    await page.goto(app.demo);
    await headingOf(page, 'Notes, behind a small door').waitFor();
    expect(await inspectPage(page, '01-home')).toEqual([]);
  });

  it('signs up, told why a weak password is refused', async () => {
    await page.getByRole('button', { name: 'Create an account' }).click();
    await headingOf(page, 'Create your account').waitFor();
    expect(await inspectPage(page, '02-sign-up')).toEqual([]);

    await page.getByLabel('Email address').fill(newcomer.email);
    await page.getByLabel('Password', { exact: true }).fill('password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await inspectPage(page, '03-sign-up-refused')).toEqual([]);

    await page.getByLabel('Password', { exact: true }).fill(newcomer.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await headingOf(page, 'Notes').waitFor();
    expect(pathOf(page)).toBe('/notes');
    expect(await inspectPage(page, '04-notes-empty')).toEqual([]);
  });

  it('writes notes, which the API keeps', async () => {
    for (const text of ['Oil the hinges', 'Ask 山田 about the key 🔑']) {
      await page.getByLabel('New note').fill(text);
      await page.getByRole('button', { name: 'Add note' }).click();
      await page.getByRole('listitem').filter({ hasText: text }).waitFor();
    }
    expect(await inspectPage(page, '05-notes')).toEqual([]);
  });

  it('sees the profile', async () => {
    await page.getByRole('link', { name: 'Profile' }).click();
    await headingOf(page, 'newcomer').waitFor();
    expect(await page.getByRole('main').textContent()).toContain('auth0|');
    expect(await inspectPage(page, '06-profile')).toEqual([]);
  });

  it('is still signed in after a reload, with nothing asked of the tenant', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(app.issuer)) asked.push(request.url());
    });
    await page.reload();
    await headingOf(page, 'newcomer').waitFor();
    expect(asked).toEqual([]);
    await page.getByRole('link', { name: 'Notes', exact: true }).last().click();
    await page.getByText('Oil the hinges').waitFor();
  });

  it('signs out, and the door is shut', async () => {
    await signOut(page).click();
    await page.getByRole('button', { name: 'Create an account' }).waitFor();
    expect(pathOf(page)).toBe('/');
    await page.goto(`${app.demo}/notes`);
    await headingOf(page, 'Sign in to go on').waitFor();
    expect(await inspectPage(page, '07-behind-the-door')).toEqual([]);
    const left = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(left).not.toMatch(/eyJ|refresh_?token/i);
  });

  it('is refused with a wrong password, without learning whether the account exists', async () => {
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await headingOf(page, 'Log in').waitFor();
    expect(await inspectPage(page, '08-log-in')).toEqual([]);

    await logIn(page, { ...newcomer, password: 'not the password' });
    const alert = page.getByRole('alert').first();
    const refusal = await alert.textContent();
    expect(await inspectPage(page, '09-log-in-refused')).toEqual([]);
    await logIn(page, { email: 'nobody@example.com', password: 'not the password' });
    expect(await alert.textContent()).toBe(refusal);
  });

  it('resets the password by the link in the outbox', async () => {
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await headingOf(page, 'Forgot your password?').waitFor();
    expect(await inspectPage(page, '10-forgot-password')).toEqual([]);
    await page.getByLabel('Email address').fill(newcomer.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await headingOf(page, 'Check your email').waitFor();
    expect(await inspectPage(page, '11-link-sent')).toEqual([]);

    await page.goto(await readResetLink(app, newcomer.email));
    await headingOf(page, 'Choose a new password').waitFor();
    expect(await inspectPage(page, '12-new-password')).toEqual([]);
    await page.getByLabel('New password', { exact: true }).fill(newcomer.newPassword);
    await page.getByLabel('New password again').fill(newcomer.newPassword);
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await page.getByRole('heading', { level: 1, name: /password/i }).waitFor();
    expect(await inspectPage(page, '13-password-changed')).toEqual([]);
  });

  it('comes in with the new password, not with the old one, and finds the notes', async () => {
    await page.goto(`${app.demo}/notes`);
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await logIn(page, newcomer);
    await page.getByRole('alert').first().waitFor();
    await logIn(page, { email: newcomer.email, password: newcomer.newPassword });
    await page.getByText('Oil the hinges').waitFor();
  });

  it('met no error and no third party on the way', () => {
    expect(complaints).toEqual([]);
  });
});

describe('a deep link', () => {
  it('is kept over the login, query and hash included', async () => {
    const { context, page, complaints } = await openBrowser();
    await page.goto(`${app.demo}/notes?filter=hinges&from=mail#bottom`);
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await logIn(page, sample);
    await headingOf(page, 'Notes').waitFor();
    expect(pathOf(page)).toBe('/notes?filter=hinges&from=mail#bottom');
    expect(await page.getByLabel('Filter').inputValue()).toBe('hinges');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('to nowhere says so', async () => {
    const { context, page } = await openBrowser();
    await page.goto(`${app.demo}/no/such/page`);
    await headingOf(page, 'No such page').waitFor();
    expect(await inspectPage(page, '14-not-found')).toEqual([]);
    await context.close();
  });
});

describe('a login that is called off', () => {
  it('shows the tenant\u2019s words and leaves the address clean', async () => {
    const { context, page } = await openBrowser();
    await page.goto(app.demo);
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('access_denied');
    expect(page.url()).not.toMatch(/[?&](error|state|error_description)=/);
    expect(await inspectPage(page, '15-called-off')).toEqual([]);
    await context.close();
  });
});

describe('the tokens page', () => {
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    ({ context, page } = await openBrowser());
    await page.goto(`${app.demo}/tokens`);
    await page.getByRole('button', { name: 'Sign in to continue' }).click();
    await logIn(page, sample);
    await headingOf(page, 'Tokens').waitFor();
  });
  afterAll(async () => {
    await context?.close();
  });

  const press = (name: string) => page.getByRole('button', { name }).click();
  const newest = (text: string | RegExp) =>
    page.getByRole('log').getByRole('listitem').first().filter({ hasText: text }).waitFor();
  const fingerprints = async () => {
    const shown = page.locator('.fingerprint code');
    await shown.first().waitFor();
    return shown.allTextContents();
  };

  it('shows what is held and never a token', async () => {
    await page.getByRole('timer').waitFor();
    expect(await page.getByLabel('Scopes').textContent()).toContain('write:notes');
    expect(await page.content()).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
    expect(await inspectPage(page, '16-tokens')).toEqual([]);
  });

  it('refreshes: the spent refresh token is replaced', async () => {
    const [, before] = await fingerprints();
    await press('Refresh now');
    await newest('Refreshed');
    await expect
      .poll(async () => (await fingerprints())[1])
      .toSatisfy((print) => /^[0-9a-f]{8}$/.test(String(print)) && print !== before);
  });

  it('expires the access token, and the next use renews it', async () => {
    await press('Expire it');
    await newest('Expired');
    expect(await page.getByRole('timer').textContent()).toBe('expired');
    await press('Use the access token');
    await newest('Used');
    expect(await page.getByRole('timer').textContent()).toMatch(/^\d+:\d\d/);
  });

  it('survives an answer that got lost after the tenant had spent the refresh token', async () => {
    await press('Lose the next answer');
    await newest('lose its answer');
    await press('Refresh now');
    await newest('Refreshed');
  });

  it('keeps the session when the tenant fails', async () => {
    await press('Fail the next answer');
    await newest('status 500');
    await press('Refresh now');
    await newest('API_ERROR');
    expect(await signOut(page).isVisible()).toBe(true);
    expect(await inspectPage(page, '17-tokens-failed')).toEqual([]);
  });

  it('keeps the session offline', async () => {
    await press('Expire it');
    await newest('Expired');
    await context.setOffline(true);
    await press('Use the access token');
    await newest('NO_NETWORK');
    expect(await signOut(page).isVisible()).toBe(true);
    await context.setOffline(false);
    await press('Use the access token');
    await newest('Used');
  });

  it('ends the session when the refresh tokens are revoked', async () => {
    await press('Revoke my refresh tokens');
    await newest('revoked');
    await press('Refresh now');
    await headingOf(page, 'Sign in to go on').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/refresh token/i);
    expect(await inspectPage(page, '18-session-ended')).toEqual([]);
  });
});

describe('npm start', () => {
  it('ends with everything it started', async () => {
    const other = await startApp(['--port', '0']);
    expect(other.issuer).not.toBe(app.issuer);
    expect(await other.stop()).toBe(0);
    for (const url of [other.demo, other.api, other.issuer]) {
      await expect(fetch(url)).rejects.toThrow();
    }
  });
});
