import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cases } from '../../packages/postern/test/platform-contract/contract.ts';
import { type LoginPages, serveLoginPages } from '../../packages/postern/test/platform-contract/login-pages.ts';
import { launchBrowser } from '../support/browser.ts';
import { type SdkApp, startSdkApp } from '../support/sdk-page.ts';

/** The contract that Node and memory are held to in `packages/postern/test/platform-contract`. */

let browser: Browser;
let app: SdkApp;
let pages: LoginPages;
let page: Page;

beforeAll(async () => {
  // Several windows in one case: the one that a click allows is in `user-agent.test.ts`.
  [browser, app, pages] = await Promise.all([
    launchBrowser({ allowPopups: true }),
    startSdkApp('platform-contract.ts'),
    serveLoginPages(),
  ]);
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await pages?.close();
});

/** The app, freshly opened: a new document, with nothing of the one before in memory. */
async function openApp(): Promise<void> {
  await page.goto(`${app.origin}/`);
  await page.waitForSelector('html[data-handed-over="false"]', { state: 'attached' });
}

const play = (index: number, act: 'run' | 'after', before?: unknown) =>
  page.evaluate(([which, what, settings]) => window.play(which, what, settings), [
    index,
    act,
    { issuer: pages.origin, before },
  ] as const);

describe('the platform browser', () => {
  it.each(cases.map((one, index) => [one.port, one.name, index] as const))('%s: %s', async (_, __, index) => {
    const { leaves, after } = cases[index] ?? {};
    await openApp();
    const before = await play(index, 'run');
    if (leaves) await page.waitForURL(`${pages.origin}/**`);
    if (!after) return;
    await openApp();
    await play(index, 'after', before);
  });
});
