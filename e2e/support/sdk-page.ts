import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import type { PageConfig } from '../sdk/page/page.tsx';

/** A small app that uses the SDK from its sources: every path shows the same page. */
export interface SdkApp {
  readonly origin: string;
  close(): Promise<void>;
}

const html = (firstScript: string) =>
  `<!doctype html><html lang="en"><title>SDK page</title><body><script>${firstScript}</script><script type="module" src="/page.js"></script>`;

/**
 * Serves `entry` of `e2e/sdk/page`. Paths below `/coop/` are cut off from the windows they open
 * (`Cross-Origin-Opener-Policy: same-origin`); paths below `/router/` add a parameter and a hash to a callback, as an app's
 * own routing may. `firstScript` is what runs before all else, for browsers that take no script from a test.
 */
export async function startSdkApp(
  entry: 'page.tsx' | 'user-agent.ts' | 'platform-contract.ts' = 'page.tsx',
  firstScript: () => string = () => '',
): Promise<SdkApp> {
  const script = await bundlePage(entry);
  const server = createServer((request, response) => {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      return;
    }
    if (pathname.startsWith('/router/') && searchParams.has('code') && !searchParams.has('tab')) {
      response.writeHead(302, { location: `${pathname}${search}&tab=2#/part` }).end();
      return;
    }
    const coop = pathname.startsWith('/coop/') ? { 'cross-origin-opener-policy': 'same-origin' } : {};
    response.writeHead(pathname === '/favicon.ico' ? 404 : 200, { 'content-type': 'text/html', ...coop });
    response.end(html(firstScript()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bundlePage(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`../sdk/page/${entry}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser'],
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return result.outputFiles[0]?.text ?? '';
}

/** From now on every page and popup of `context` shows what `config` says. */
export async function configurePages(context: BrowserContext, config: PageConfig): Promise<void> {
  await context.addInitScript({ content: `window.sdkConfig = ${JSON.stringify(config)};` });
}

/** Waits until the session of a page has started. */
export async function started(page: Page): Promise<void> {
  await page.waitForSelector('html[data-loading="false"]', { state: 'attached' });
}

/** Waits until the page shows this user as signed in; `''` is nobody. */
export async function signedInAs(page: Page, email: string): Promise<void> {
  await page.waitForSelector(`html[data-loading="false"][data-user="${email}"]`, { state: 'attached' });
}

/** Lets a page look around as often as it would in more than half a second: nobody reads a window faster. */
export async function timePasses(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let looks = 0;
        const timer = setInterval(() => {
          looks += 1;
          if (looks < 6) return;
          clearInterval(timer);
          resolve();
        }, 100);
      }),
  );
}

/** The person types name and password on the tenant's login page. */
export async function fillLogin(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.fill('input[name="username"]', person.email);
  await page.fill('input[name="password"]', person.password);
  await page.click('button[value="login"]');
}
