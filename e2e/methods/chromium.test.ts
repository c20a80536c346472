import type { Tenant } from '@postern/tenant';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startHttpsTenant } from '../support/https-tenant.ts';
import { type ScriptPage, serveScript } from '../support/script-page.ts';
import { runsIn } from './case.ts';
import { cases } from './cases.ts';
import type { MethodsPageConfig } from './page.tsx';
import { answerControl, visitAs } from './stagehand.ts';
import { createMethodsTenant } from './tenant.ts';

/** The same bodies as in Node, over the built package, in a page of another origin than the tenant's. */

let served: ScriptPage;
let browser: Browser;
beforeAll(async () => {
  served = await serveScript(`import './page.tsx';`, import.meta.dirname);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const places = [
  { name: 'by the class, over http', by: 'class', https: false },
  { name: 'by the hook, over https', by: 'hook', https: true },
] as const;

describe.each(places)('every method in Chromium, $name', ({ by, https }) => {
  let tenant: Tenant;
  let issuer: string;
  let close: () => Promise<void>;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    ({ tenant, issuer, close } = https ? await startHttpsTenant(createMethodsTenant) : await listen());
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    await context.exposeFunction('askControl', (path: string, body?: object) =>
      answerControl(tenant, issuer, path, body ?? undefined),
    );
    await context.exposeFunction('visitAs', (url: string, user: string) => visitAs(tenant, url, user));
    const config: MethodsPageConfig = { issuer, by };
    await context.addInitScript({ content: `window.methodsConfig = ${JSON.stringify(config)};` });
    // Signing out leaves the page; where it comes back to is `sign-out.test.ts`'s concern. With 204 it stays here.
    await context.route(`${issuer}v2/logout*`, (route) => route.fulfill({ status: 204 }));
    page = await context.newPage();
    await page.goto(served.origin);
  });
  afterAll(async () => {
    await context?.close();
    await close?.();
  });

  it.each(cases.map((row, index) => ({ ...row, index })).filter(runsIn('web')))(
    '$method: $name',
    async ({ isLocal, index }) => {
      if (!isLocal) await tenant.control.reset();
      await page.evaluate((at) => (window as unknown as { runCase(at: number): Promise<void> }).runCase(at), index);
    },
  );
});

async function listen() {
  const tenant = await createMethodsTenant();
  const { issuer } = await tenant.listen({ port: 0 });
  return { tenant, issuer, close: () => tenant.close() };
}
