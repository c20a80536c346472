import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args });

/**
 * A person at one of the fixtures' doors: signs in on the tenant's page, reloads, signs out. Fails when the page complains of
 * anything meanwhile, a hydration mismatch included.
 */
export async function signInAndOut(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    await page.goto(url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Email address').fill('user@example.com');
    await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-42');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Sign out user@example.com' }).waitFor();
    assert.equal(new URL(page.url()).search, '', 'The code is still in the address.');
    await page.reload();
    await page.getByRole('button', { name: 'Sign out user@example.com' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  } catch (error) {
    const text = await page
      .locator('body')
      .textContent()
      .catch(() => '');
    throw new Error(`${error.message}\nat ${page.url()}:\n${text}\n${complaints.join('\n')}`);
  } finally {
    await context.close();
  }
  assert.deepEqual(complaints, []);
}
