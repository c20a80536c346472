import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { audience, clientId, createNodeWorld, type NodeWorld } from '../packages/postern/test/support/node-world.ts';
import { launchChromium } from './support/chromium.ts';
import { inspectPage } from './support/inspect-page.ts';
import { fillLogin } from './support/sdk-page.ts';
import { type SystemBrowser, startSystemBrowser } from './support/system-browser.ts';
import { totpOf } from './support/totp.ts';

/** Node and `postern` with Chromium as the person's own browser, in which somebody types. */

const person = { email: 'user@example.com', password: 'Correct-Horse-42' };
const careful = { email: 'mfa@example.com', password: person.password };
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const program = fileURLToPath(new URL('../packages/postern/src/cli/main.ts', import.meta.url));

let chromium: Browser;
let world: NodeWorld;
let browser: SystemBrowser;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  [chromium, world] = await Promise.all([launchChromium(), createNodeWorld()]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  await browser?.close();
});
afterAll(async () => {
  await chromium?.close();
  await world?.close();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const isListening = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Node's `authorize`, up to the login page in the person's browser. */
async function beginLogin(...given: Parameters<ReturnType<NodeWorld['open']>['webAuth']['authorize']>) {
  browser = await startSystemBrowser(chromium);
  vi.stubEnv('BROWSER', browser.command);
  const auth0 = world.open({ credentialsManagerStorageKey: crypto.randomUUID() });
  const tab = browser.nextTab();
  const credentials = auth0.webAuth.authorize(...given);
  credentials.catch(() => undefined);
  const page = await tab;
  return { auth0, credentials, page };
}

describe('signing in from Node', () => {
  it('S33: the person types in their browser, and is told to go back; nothing is left in the address or listening', async () => {
    const { auth0, credentials, page } = await beginLogin();
    await page.waitForURL(`${world.origin}/**`);
    const redirectUri = new Promise<string>((resolve) => {
      page.on('request', (request) => {
        if (request.isNavigationRequest() && request.url().includes('/callback?')) resolve(request.url());
      });
    });
    await fillLogin(page, person);
    const { origin, searchParams } = new URL(await redirectUri);
    expect(searchParams.has('code')).toBe(true);
    expect((await credentials).tokenType).toBe('DPoP');
    expect(auth0.session.getSnapshot().user?.email).toBe(person.email);
    await heading(page, 'Back to your application').waitFor();
    expect(await page.getByText('You may close this page.').isVisible()).toBe(true);
    expect(page.url()).toBe(`${origin}/`);
    expect(await page.content()).not.toContain(searchParams.get('code'));
    expect(await inspectPage(page, 'node-logged-in')).toEqual([]);
    expect(await isListening(origin)).toBe(false);
  });

  it('a login that the tenant refuses is told in the browser, too, without its reasons', async () => {
    const { credentials, page } = await beginLogin({ additionalParameters: { prompt: 'none' } });
    await heading(page, 'The login was not completed').waitFor();
    await expect(credentials).rejects.toMatchObject({ code: 'login_required' });
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await inspectPage(page, 'node-refused')).toEqual([]);
  });

  it('T2: on [::1] and on a port of its own, where that is asked for', async () => {
    const { credentials, page } = await beginLogin({ redirectUrl: 'http://[::1]/signed-in' });
    await page.waitForURL(`${world.origin}/**`);
    await fillLogin(page, person);
    expect((await credentials).accessToken).toBeTruthy();
    await heading(page, 'Back to your application').waitFor();
    expect(new URL(page.url()).hostname).toBe('[::1]');
  });
});

/** `postern`, with the person's browser found as `where` says. */
function startCommand(args: readonly string[], where: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH, HOME, NODE_ENV: 'test', XDG_CONFIG_HOME: world.directory, ...where },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return {
    said: (pattern: RegExp) =>
      vi.waitFor(() => pattern.exec(output) ?? Promise.reject(new Error(`Nothing like ${pattern} in: ${output}`)), {
        timeout: 20_000,
      }),
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
}
const where = () => ['--domain', world.origin, '--client-id', clientId, '--audience', audience];

describe('postern login', () => {
  it('by the browser that xdg-open opens', async () => {
    browser = await startSystemBrowser(chromium);
    const tab = browser.nextTab();
    const path = `${browser.folder}:${process.env.PATH}`;
    const login = startCommand(['login', ...where()], { PATH: path, DISPLAY: ':99' });
    const page = await tab;
    await page.waitForURL(`${world.origin}/**`);
    await fillLogin(page, person);
    await login.said(/Signed in as user@example\.com\./);
    expect(await login.ended).toBe(0);
  });

  it('T30: by a code, without a browser here, by a person with a second factor', async () => {
    browser = await startSystemBrowser(chromium);
    const login = startCommand(['login', ...where(), '--profile', 'careful'], { BROWSER: 'none' });
    await login.said(/No browser can be opened here\./);
    const [, address = ''] = await login.said(/On any device, open {3}(\S+)/);
    const [, code = ''] = await login.said(/and check the code {4}(\S+)/);
    // On their phone.
    const page = await browser.context.newPage();
    await page.goto(address);
    expect(await page.getByLabel('Code on the device').inputValue()).toBe(code);
    await page.getByRole('button', { name: 'Continue' }).click();
    await fillLogin(page, careful);
    await page.getByLabel('Six-digit code').fill('000000');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /That code is not right/ }).waitFor();
    await page.getByLabel('Six-digit code').fill(totpOf(totpSecret));
    await page.keyboard.press('Enter');
    await page.locator('button[value="allow"]').click();
    await login.said(/Signed in as mfa@example\.com\./);
    expect(await login.ended).toBe(0);
  });
});
