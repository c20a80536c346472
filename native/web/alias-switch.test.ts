import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../../e2e/support/chromium.ts';
import { type ExportedApp, startExportedApp } from './exported-app.ts';

/** The app that was written for react-native-auth0, on the web. Steps build on one another. */

let app: ExportedApp;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startExportedApp('alias-switch'), launchChromium()]);
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`));
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });

it('logs in by the page of the tenant', async () => {
  await page.goto(app.origin);
  await page.getByText('Not logged in').waitFor();
  await button('Log In').click();
  await page.getByLabel('Email address').fill('user@example.com');
  await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Hello Robin Sample (user@example.com)').waitFor();
  expect(page.url()).toBe(`${app.origin}/`);
});

it('manages credentials', async () => {
  await button('Credentials').click();
  await button('Get credentials').click();
  await page.getByText(/^token of type DPoP until \d+$/).waitFor();
  await button('Force a refresh').click();
  await page.getByText('new token').waitFor();
});

it('logs out', async () => {
  await button('Hooks').click();
  await button('Log Out').click();
  await page.getByText('Not logged in').waitFor();
  expect(complaints).toEqual([]);
});
