import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../../e2e/support/chromium.ts';
import { inspectPage } from '../../../e2e/support/inspect-page.ts';
import { type DirectTest, startDirectTest } from './support/direct.ts';
import { challenge } from './support/protocol.ts';

/** Social logins and links in real Chromium, which enforces the pages' own policy along every redirect. */
describe('in Chromium', { timeout: 120_000 }, () => {
  let test: DirectTest;
  let chromium: Browser;
  const app = createServer((_request, response) => response.end('back in the app'));
  const appOrigin = () => `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  const clientId = 'dev-app';

  beforeAll(async () => {
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const client = { clientId, name: 'Dev app', type: 'spa' as const, allowLoopbackCallbacks: true };
    [test, chromium] = await Promise.all([startDirectTest({ clients: [client] }), launchChromium()]);
  });
  afterAll(async () => {
    await chromium?.close();
    await test?.close();
    app.close();
  });

  async function openWindow() {
    const context = await chromium.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
    });
    return { context, page, complaints };
  }
  const authorizeUrl = (changes: Record<string, string | undefined> = {}) =>
    test.authorizeUrl({ client_id: clientId, redirect_uri: `${appOrigin()}/callback`, ...changes }).href;

  it('"Continue with Google" leads through the provider back to the app, by keyboard alone', async () => {
    const { context, page, complaints } = await openWindow();
    await page.goto(authorizeUrl());
    await page.getByRole('link', { name: 'Continue with Google' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in with Google' }).waitFor();
    const problems = await inspectPage(page, 'tenant-social-provider');
    await page.getByRole('button', { name: 'Sign in with this address' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    problems.push(...(await inspectPage(page, 'tenant-social-provider-errors')));
    await page.getByLabel('Email address').fill('zoe@example.com');
    await page.getByLabel('Name').fill('Zoe');
    await page.keyboard.press('Enter');
    await page.getByText('back in the app').waitFor();
    expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
    expect(problems).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a link opened in another tab brings that tab to the app, and the browser is signed in', async () => {
    const { context, page, complaints } = await openWindow();
    await page.goto(authorizeUrl());
    await test.json('/passwordless/start', {
      client_id: clientId,
      connection: 'email',
      email: 'tab@example.com',
      authParams: {
        redirect_uri: `${appOrigin()}/callback`,
        state: 'from-the-link',
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      },
    });
    const { link = '' } = await test.newest('tab@example.com');
    const tab = await context.newPage();
    await tab.goto(link);
    await tab.getByText('back in the app').waitFor();
    expect(new URL(tab.url()).searchParams.get('state')).toBe('from-the-link');
    await page.goto(authorizeUrl({ prompt: 'none' }));
    expect(new URL(page.url()).searchParams.get('code')).toBeTruthy();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
