import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { signedInAs } from './support/sdk-page.ts';
import { authorize, type Scene, startScene, type Visitor } from './support/sdk-scene.ts';

/** A person logs in on the hosted pages with a code or a link in a mail, or with a passkey, and the app has its user. */

let scene: Scene;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene?.close());
beforeEach(async () => {
  visitor = await scene.visitor({ mode: 'react' });
  visitor.context.setDefaultTimeout(15_000);
  page = await visitor.open();
});
afterEach(() => visitor.context.close());

const heading = (name: string, tab = page) => tab.getByRole('heading', { level: 1, name });
const mailTo = (to: string) => scene.tenant.control.outbox.waitForMessage({ to });

async function giveAddress(email: string, button: string) {
  await authorize(page);
  await page.getByRole('link', { name: 'Continue with an email code' }).click();
  await heading('Log in with your email').waitFor();
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: button }).click();
}

it('by code: a wrong one is told, the one in the mail is pasted', async () => {
  const email = 'by-code@example.com';
  await giveAddress(email, 'Email me a code');
  await heading('Enter the code we sent').waitFor();
  const { code = '' } = await mailTo(email);
  await page.getByLabel('Six-digit code').fill(`${(Number(code[0]) + 1) % 10}${code.slice(1)}`);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /That code is not right/ }).waitFor();
  await page.getByLabel('Six-digit code').fill(` ${code} `);
  await page.keyboard.press('Enter');
  await signedInAs(page, email);
});

it('by link, opened in another tab: the first tab goes on by itself, and the other one may be closed', async () => {
  const email = 'by-link@example.com';
  await giveAddress(email, 'Email me a link instead');
  await heading('Check your email').waitFor();
  await page.getByText('Waiting for the link.').waitFor();
  const { link = '' } = await mailTo(email);
  const tab = await visitor.context.newPage();
  await tab.goto(link);
  await heading('You are logged in', tab).waitFor();
  await tab.getByText('You can close this one.').waitFor();
  await signedInAs(page, email);
  expect(await page.evaluate(() => window.sdk.hook.error)).toBeNull();
  await tab.getByRole('button', { name: 'Continue here' }).click();
  await tab.getByText('You can close this tab.').waitFor();
  expect(visitor.tokenCalls()).toBe(1);
});

it('by link without JavaScript: the first tab goes on when its button is pressed', async () => {
  const email = 'no-script@example.com';
  const context = await scene.browser.newContext({ javaScriptEnabled: false });
  context.setDefaultTimeout(15_000);
  const first = await context.newPage();
  const url = new URL('/authorize', scene.options().domain);
  url.search = String(
    new URLSearchParams({
      client_id: 'postern-spa',
      response_type: 'code',
      redirect_uri: `${scene.app.origin}/callback`,
      scope: 'openid',
      state: 'the-state',
      connection: 'email',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }),
  );
  await first.goto(url.href);
  await first.getByLabel('Email address').fill(email);
  await first.getByRole('button', { name: 'Email me a link instead' }).click();
  await first.getByRole('button', { name: 'I opened the link' }).click();
  await first.getByText('The link was not opened in this browser yet.').waitFor();
  const { link = '' } = await mailTo(email);
  const tab = await context.newPage();
  await tab.goto(link);
  await heading('You are logged in', tab).waitFor();
  await first.getByRole('button', { name: 'I opened the link' }).click();
  await first.waitForURL(/\/callback\?/);
  const answer = new URL(first.url()).searchParams;
  expect([answer.get('state'), answer.get('code') !== null]).toEqual(['the-state', true]);
  await context.close();
});

it('a link that a program opens first still works for the person', async () => {
  const email = 'scanned@example.com';
  await giveAddress(email, 'Email me a link instead');
  const { link = '' } = await mailTo(email);
  expect((await fetch(link)).status).toBe(400);
  const tab = await visitor.context.newPage();
  await tab.goto(link);
  await signedInAs(page, email);
});

it('by passkey: made at sign-up in place of a password, and used at the next login', async () => {
  const email = 'by-passkey@example.com';
  const devtools = await visitor.context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await authorize(page);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await heading('Create your account').waitFor();
  const create = page.getByRole('button', { name: 'Continue with a new passkey' });
  await create.click();
  await page.getByText('Enter an email address').waitFor();
  await page.getByLabel('Email address').fill(email);
  await create.click();
  await signedInAs(page, email);
  expect((await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials).toHaveLength(1);

  await visitor.context.clearCookies();
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await authorize(page);
  await heading('Log in').waitFor();
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.getByRole('button', { name: 'Continue with a passkey' }).click();
  await signedInAs(page, email);
  const [user] = await scene.tenant.control.users.list({ search: email });
  expect(user?.loginsCount).toBe(2);
});

it('shows no passkey button without JavaScript, nor in a browser that does not know them', async () => {
  const off = await scene.browser.newContext({ javaScriptEnabled: false });
  await visitor.context.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
  await authorize(page);
  const plain = await off.newPage();
  await heading('Log in').waitFor();
  const shown = (tab: Page) => tab.getByRole('button', { name: 'Continue with a passkey' }).isVisible();
  expect(await shown(page)).toBe(false);
  const url = new URL('/authorize', scene.options().domain);
  url.search = String(
    new URLSearchParams({
      client_id: 'postern-spa',
      response_type: 'code',
      redirect_uri: `${scene.app.origin}/callback`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }),
  );
  await plain.goto(url.href);
  await heading('Log in', plain).waitFor();
  expect(await shown(plain)).toBe(false);
  await plain.getByLabel('Email address').waitFor();
  await off.close();
});
