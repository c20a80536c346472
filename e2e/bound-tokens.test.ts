import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { inspectPage } from './support/inspect-page.ts';
import { type OwnBrowser, openOwnBrowser } from './support/own-browser.ts';
import { type RunningApp, startApp } from './support/running-app.ts';

/** The demo's APIs take tokens from whoever holds their key; a second API; and a native app that opens the web app. */

const sample = { email: 'user@example.com', password: 'Correct-Horse-42' };

let app: RunningApp;
let browser: Browser;
const opened: OwnBrowser[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(['--port', '0']), launchChromium()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function openPage(path: string): Promise<OwnBrowser> {
  const own = await openOwnBrowser(browser, app);
  opened.push(own);
  await own.page.goto(`${app.demo}${path}`);
  return own;
}

async function logIn(page: Page) {
  await page.getByLabel('E-mail address').fill(sample.email);
  await page.getByLabel('Password', { exact: true }).fill(sample.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { level: 2, name: 'You are in, Robin' }).waitFor();
}

describe('a bound token', () => {
  it('opens the notes with a proof, a new one each time, and is worthless on its own', async () => {
    const { page } = await openPage('/ways-in');
    await logIn(page);
    const proofs: string[] = [];
    let stolen = '';
    let used = '';
    // A proof is worth nothing once it was used; one still on its way could be overtaken.
    page.on('response', (response) => {
      const request = response.request();
      if (response.ok() && request.method() === 'GET' && request.url().startsWith(`${app.demo}/api/notes`))
        used = request.headers().dpop ?? '';
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${app.demo}/api/notes`)) return;
      const { authorization = '', dpop = '' } = request.headers();
      stolen = authorization;
      proofs.push(dpop);
    });
    await page.getByRole('link', { name: 'Notes', exact: true }).last().click();
    await page.getByLabel('New note').fill('Oil the hinges');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Oil the hinges' }).waitFor();
    expect(proofs.length).toBeGreaterThan(1);
    expect(new Set(proofs).size).toBe(proofs.length);
    expect(stolen).toMatch(/^DPoP eyJ/);
    expect(used).not.toBe('');

    const theft = async (headers: Record<string, string>) => (await fetch(`${app.api}/api/notes`, { headers })).status;
    expect(await theft({ Authorization: stolen })).toBe(401);
    expect(await theft({ Authorization: stolen.replace('DPoP', 'Bearer') })).toBe(401);
    expect(await theft({ Authorization: stolen, DPoP: used })).toBe(401);
  });

  it('of the second API comes from the same login, and shows the notes as files', async () => {
    const { page } = await openPage('/ways-in');
    await logIn(page);
    await page.getByRole('link', { name: 'Files', exact: true }).click();
    await page.getByText('notes.txt').waitFor();
    await page.getByRole('timer').waitFor();
    await page.getByRole('button', { name: 'Show notes.txt' }).click();
    await page.getByRole('heading', { level: 2, name: 'notes.txt' }).waitFor();
    expect(await page.content()).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
    expect(await page.locator('.account .avatar').textContent()).toBe('RS');
    expect(await inspectPage(page, '40-files')).toEqual([]);
    await page.getByRole('button', { name: 'Forget it' }).click();
    await page.getByText('not held').waitFor();
    await page.getByRole('button', { name: 'Get one' }).click();
    await page.getByRole('timer').waitFor();
  });
});

describe('a native app', () => {
  it('opens the web app signed in, without a password, once', async () => {
    const { page, context } = await openPage('/ways-in/native-app');
    await page.getByRole('button', { name: 'Log in to the app' }).waitFor();
    expect(await inspectPage(page, '41-native-app')).toEqual([]);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Log in to the app' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(sample.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'The app is signed in as Robin Sample' }).waitFor();
    expect(await inspectPage(page, '42-app-signed-in')).toEqual([]);

    const addresses: string[] = [];
    context.on('request', (request) => {
      if (request.url().startsWith(`${app.demo}/from-app?`)) addresses.push(request.url());
    });
    const popup = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Open the web app, signed in' }).click();
    const web = await popup;
    await web.getByRole('heading', { level: 2, name: 'You are in, Robin' }).waitFor();
    expect(web.url()).toBe(`${app.demo}/ways-in`);
    await page.getByRole('heading', { level: 2, name: 'You are in, Robin' }).waitFor();

    const { page: thief } = await openPage('/');
    const [address] = addresses;
    if (!address) throw new Error('The app opened nothing.');
    await thief.goto(address);
    await thief.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  });

  it('that brings nothing is told so', async () => {
    const { page } = await openPage('/from-app');
    await page.getByText('brought nothing to sign in with').waitFor();
  });
});

it('all of it met no error and no third party', () => {
  expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
});
