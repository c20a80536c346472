import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Addresses } from './running-app.ts';

export interface OwnBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whatever a page complained about, and whatever it fetched from elsewhere: to be empty at the end. */
  readonly complaints: readonly string[];
}

/** A person's own browser: cookies, storage and tabs of nobody else. */
export async function openOwnBrowser(
  browser: Browser,
  { demo, issuer }: Pick<Addresses, 'demo' | 'issuer'>,
  options: BrowserContextOptions = {},
): Promise<OwnBrowser> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const known = [demo, issuer.replace(/\/$/, '')];
  context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`));
  context.on('console', (message) => {
    // A refused form is an expected 4xx, which Chromium reports as a failed resource.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  context.on('request', (request) => {
    const url = request.url();
    if (
      /^(https?|wss?):/.test(url) &&
      !known.some((origin) => url.startsWith(origin) || url.startsWith(origin.replace('http', 'ws')))
    )
      complaints.push(`request to a third party: ${url}`);
  });
  return { context, page: await context.newPage(), complaints };
}
