import { afterAll, beforeAll, describe, it } from 'vitest';
import { cases } from '../../../packages/postern/test/platform-contract/contract.ts';
import { type LoginPages, serveLoginPages } from '../../../packages/postern/test/platform-contract/login-pages.ts';
import { type SdkApp, startSdkApp } from '../../support/sdk-page.ts';
import { startWebKit, type Tab, type WebKit } from './webkit.ts';

/** As `e2e/sdk/platform-contract.test.ts` in Chromium and Firefox. */

let webKit: WebKit;
let app: SdkApp;
let pages: LoginPages;
let tab: Tab;

beforeAll(async () => {
  [webKit, app, pages] = await Promise.all([startWebKit(), startSdkApp('platform-contract.ts'), serveLoginPages()]);
  // Several windows in one case; the one that a click allows is in `login.test.ts`.
  tab = await webKit.open({ allowPopups: true });
});
afterAll(async () => {
  await webKit?.close();
  await app?.close();
  await pages?.close();
});

async function openApp(): Promise<void> {
  await tab.goto(`${app.origin}/`);
  await tab.waitFor('html[data-handed-over="false"]');
}

const play = (index: number, act: 'run' | 'after', before?: unknown) =>
  tab.evaluate((given) => window.play(given.index, given.act, given.settings), {
    index,
    act,
    settings: { issuer: pages.origin, before },
  });

describe('the platform browser, in WebKit', () => {
  it.each(cases.map((one, index) => [one.port, one.name, index] as const))('%s: %s', async (_, __, index) => {
    const { leaves, after } = cases[index] ?? {};
    await openApp();
    const before = await play(index, 'run');
    if (leaves) await tab.waitForUrl(pages.origin);
    if (!after) return;
    await openApp();
    await play(index, 'after', before);
  });
});
