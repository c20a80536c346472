import type { Tenant } from '@postern/tenant';
import type { Browser, Page } from 'playwright-core';
import type { BuiltPage } from './build-page.ts';
import type { Call, Visit } from './calls.ts';
import type { DropInConfig, Outcome } from './page.tsx';
import { type Recorded, recordRequests } from './record.ts';

export interface Result {
  readonly requests: readonly Recorded[];
  readonly outcome: Outcome;
}

/** Makes the calls of a visit in a browser of its own, and says what each asked of the tenant and came to. */
export async function makeVisit(
  browser: Browser,
  tenant: Tenant,
  issuer: string,
  built: BuiltPage,
  visit: Visit,
): Promise<Map<string, Result>> {
  const { origin } = built;
  const cookies = visit.isSignedIn ? (await tenant.control.sessionState({ user: 'user@example.com' })).cookies : [];
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    storageState: { cookies: [...cookies], origins: [] },
  });
  context.setDefaultTimeout(10_000);
  const config: DropInConfig = {
    show: 'probe',
    options: { domain: new URL(issuer).host, clientId: 'postern-spa', ...visit.options },
  };
  await context.addInitScript({ content: `window.dropIn = ${JSON.stringify(config)};` });
  await built.serve(context);
  await context.grantPermissions(['local-network-access'], { origin });
  const take = recordRequests(context, issuer, origin);
  const page = await context.newPage();
  const results = new Map<string, Result>();
  const keep = (name: string, outcome: Outcome = {}) => results.set(name, { requests: take(), outcome });
  await page.goto(origin);
  await loaded(page);
  keep(`start ${visit.name}`);
  for (const call of visit.calls) keep(call.name, await (call.leaves ? leave(page, origin, call) : ask(page, call)));
  await context.close();
  return results;
}

const loaded = (page: Page) => page.waitForSelector('html[data-loading="false"]', { state: 'attached' });

function ask(page: Page, { method, args = [] }: Call): Promise<Outcome> {
  return page.evaluate(
    ([path, given]) => {
      const { callMethod } = window as unknown as {
        callMethod(path: string, args: readonly unknown[]): Promise<Outcome>;
      };
      return callMethod(
        path,
        given.map((value) => value ?? undefined),
      );
    },
    [method, args] as const,
  );
}

/** Calls what navigates away, and waits until the page is back and has settled. */
async function leave(page: Page, origin: string, call: Call): Promise<Outcome> {
  const back = page.waitForEvent('domcontentloaded', () => page.url().startsWith(origin));
  await ask(page, call).catch(() => undefined);
  await back;
  await loaded(page);
  return { value: await page.evaluate(() => document.documentElement.dataset.user) };
}
