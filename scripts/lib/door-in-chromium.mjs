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
    const isOfResponse = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isOfResponse) complaints.push(message.text());
  });
  const answers = [];
  page.on('response', (response) => {
    if (response.status() >= 400) answers.push(describe(response));
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
  // The first proof of all has no nonce, and is answered with one (RFC 9449 section 8).
  const unexpected = (await Promise.all(answers)).filter((answer) => answer !== '400 /oauth/token use_dpop_nonce');
  assert.deepEqual([...complaints, ...unexpected], []);
}

async function describe(response) {
  const { error = '' } = await response.json().catch(() => ({}));
  return `${response.status()} ${new URL(response.url()).pathname} ${error}`;
}
