import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { openOwnBrowser } from './support/own-browser.ts';
import { type RunningApp, startApp } from './support/running-app.ts';

/** The demo as it would be deployed: minified, in chunks, against the built packages. */

let app: RunningApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(['--port', '0', '--built']), launchChromium()]);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

it('signs in by its own form and by the login page, calls both APIs, and forgets nothing over a reload', async () => {
  const { context, page, complaints } = await openOwnBrowser(browser, app);
  const html = await (await fetch(app.demo)).text();
  expect(html.includes('/@vite/client')).toBe(false);
  const script = /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? expect.fail('The page has no script.');
  // Words of React's development build: which one comes along is decided by NODE_ENV, and this process has its own.
  const code = await (await fetch(new URL(script, app.demo))).text();
  expect(code.includes('Each child in a list')).toBe(false);

  await page.goto(`${app.demo}/ways-in`);
  await page.getByLabel('E-mail address').fill('user@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { level: 2, name: 'You are in, Robin' }).waitFor();
  await page.getByRole('link', { name: 'Notes', exact: true }).last().click();
  await page.getByLabel('New note').fill('Built to last');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Built to last' }).waitFor();
  await page.reload();
  await page.getByText('Built to last').waitFor();
  await page.getByRole('link', { name: 'Files', exact: true }).click();
  await page.getByText('notes.txt').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();

  await page.getByRole('button', { name: 'Create an account' }).waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Email address').fill('user@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Built to last').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});
