import { sampleConfig } from '@postern/tenant';
import { TOTP, URI } from 'otpauth';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readQrCode } from './support/qr-code.ts';
import { signedInAs } from './support/sdk-page.ts';
import { authorize, person, type Scene, startScene, type Visitor } from './support/sdk-scene.ts';

/** A person sets up an authenticator app on the hosted pages, and is asked for it from then on. Steps build on one another. */

let scene: Scene;
let visitor: Visitor;
let page: Page;
/** What the person's phone knows after it has seen the picture. */
let phone: TOTP;
let recoveryCode: string;

beforeAll(async () => {
  scene = await startScene({ ...sampleConfig, mfa: { policy: 'always' } });
  visitor = await scene.visitor({ mode: 'react' });
  visitor.context.setDefaultTimeout(15_000);
  page = await visitor.open();
});
afterAll(() => scene?.close());

const heading = (name: string, tab = page) => tab.getByRole('heading', { level: 1, name });
/** What is written in groups, in one piece. */
const textOf = async (shown: Locator) => ((await shown.textContent()) ?? '').replaceAll(/\s/g, '');
const codeNow = (stepsAhead = 0) => phone.generate({ timestamp: Date.now() + stepsAhead * phone.period * 1000 });

async function enterPassword(tab = page) {
  await authorize(tab, { additionalParameters: { prompt: 'login' } });
  await tab.getByLabel('Email address').fill(person.email);
  await tab.getByLabel('Password', { exact: true }).fill(person.password);
  await tab.getByRole('button', { name: 'Log in', exact: true }).click();
}

it('after the password, the picture on the screen goes into an authenticator app', async () => {
  await enterPassword();
  await heading('Secure your account').waitFor();
  await page.getByRole('button', { name: 'Authenticator app' }).click();
  await heading('Set up your authenticator app').waitFor();
  const scanned = URI.parse(await readQrCode(page.getByRole('img', { name: /QR code/ })));
  if (!(scanned instanceof TOTP)) throw new Error('The picture holds no time-based key.');
  phone = scanned;
  expect(phone).toMatchObject({ issuer: 'Postern sample', label: person.email, digits: 6, period: 30 });
  expect(await textOf(page.locator('.setup-key-value'))).toBe(phone.secret.base32);
});

it('in a dark room the picture can be scanned as well', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const scanned = URI.parse(await readQrCode(page.getByRole('img', { name: /QR code/ })));
  expect(scanned.secret.base32).toBe(phone.secret.base32);
  await page.emulateMedia({ colorScheme: null });
});

it('its code finishes the set-up; the recovery code has to be saved; then the app has its user', async () => {
  await page.getByLabel('Six-digit code').fill(codeNow());
  await page.keyboard.press('Enter');
  await heading('Save your recovery code').waitFor();
  recoveryCode = await textOf(page.locator('.recovery-code code'));
  expect(recoveryCode).toMatch(/^[0-9A-Z]{24}$/);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('link', { name: 'Save the code, then tick the box.' }).waitFor();
  await page.getByLabel('I have saved this code in a safe place').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await signedInAs(page, person.email);
  expect(await page.evaluate(() => window.sdk.hook.error)).toBeNull();
});

it('the next login asks for a code; a wrong one is told; "remember this browser" is ticked', async () => {
  await enterPassword();
  await heading('Enter the code of your app').waitFor();
  await page.getByLabel('Six-digit code').fill('000 000');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /That code is not right/ }).waitFor();
  await page.getByLabel('Remember this browser for 30 days').check();
  // The code of this half minute may be the one of the set-up, and none works twice.
  await page.getByLabel('Six-digit code').fill(codeNow(1));
  await page.keyboard.press('Enter');
  await signedInAs(page, person.email);
});

it('the login after that does not ask here', async () => {
  await enterPassword();
  await signedInAs(page, person.email);
});

it('but it does on another browser, where the recovery code helps and is replaced', async () => {
  const other = await scene.visitor({ mode: 'react' });
  other.context.setDefaultTimeout(15_000);
  const tab = await other.open();
  await enterPassword(tab);
  await heading('Enter the code of your app', tab).waitFor();
  await tab.getByRole('link', { name: 'Try another way' }).click();
  await tab.getByRole('button', { name: 'Recovery code' }).click();
  await tab.getByLabel('Recovery code').fill(recoveryCode.toLowerCase());
  await tab.keyboard.press('Enter');
  await heading('Your new recovery code', tab).waitFor();
  expect(await textOf(tab.locator('.recovery-code code'))).not.toBe(recoveryCode);
  await tab.getByLabel('I have saved this code in a safe place').check();
  await tab.getByRole('button', { name: 'Continue' }).click();
  await signedInAs(tab, person.email);
  await other.context.close();
});
