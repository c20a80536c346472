import type { Page } from 'playwright-core';
import type { Choice } from './contenders.ts';
import type { PageConfig, Started } from './page/bench-page.ts';
import { audience, clientId, person, type Stage } from './stage.ts';
import { recordTraffic, type Traffic } from './traffic.ts';

/** A browser of its own, whose person is signed in at the tenant already: a login shows no page. */
export interface Visit {
  /** A new tab; resolves when it has started. */
  open(): Promise<{ readonly tab: Page; readonly started: Started }>;
  reload(tab: Page): Promise<Started>;
  /** Resolves when the tab is back from the tenant and knows the user. */
  login(tab: Page): Promise<Started>;
  /** Moves the clocks of the tenant, of `tabs` and of pages to come, once the tabs are at rest. */
  passTime(seconds: number, tabs: readonly Page[]): Promise<void>;
  /** `count` reads in each tab, all begun at once; resolves with how long the last took, in milliseconds. */
  readAtOnce(tabs: readonly Page[], count: number): Promise<number>;
  /** What has been asked of the tenant since the last call. */
  takeTraffic(): Promise<Traffic>;
  close(): Promise<void>;
}

/** For what a start does after the user is known: a clock that moved meanwhile would let it renew by itself. */
const SETTLE_MS = 300;
/** For tabs to agree on a moment. */
const LEAD_MS = 100;

export async function beginVisit<Name extends string>(
  { tenant, issuer, browser }: Stage<Name>,
  origin: string,
  choice: Choice,
): Promise<Visit> {
  const { cookies } = await tenant.control.sessionState({ user: person });
  const context = await browser.newContext({ storageState: { cookies: [...cookies], origins: [] } });
  context.setDefaultTimeout(30_000);
  await context.grantPermissions(['local-network-access'], { origin });
  const configure = () => {
    const config: PageConfig = {
      domain: new URL(issuer).host,
      clientId,
      audience,
      scope: 'openid profile email read:notes',
      aheadMs: Math.max(0, Math.round(tenant.control.clock.get().now - Date.now())),
      ...choice,
    };
    return context.addInitScript({ content: `window.benchConfig = ${JSON.stringify(config)};` });
  };
  await configure();
  const { watch, take: takeTraffic } = recordTraffic(issuer);
  const started = (tab: Page) => tab.evaluate(() => window.bench.started);

  return {
    open: async () => {
      const tab = await context.newPage();
      await watch(tab);
      await tab.goto(origin);
      return { tab, started: await started(tab) };
    },
    reload: async (tab) => {
      await tab.reload();
      return started(tab);
    },
    login: async (tab) => {
      const back = tab.waitForEvent('domcontentloaded', () => tab.url().startsWith(`${origin}/`));
      await tab.evaluate(() => window.bench.login());
      await back;
      const result = await started(tab);
      if (result.email !== person) throw new Error(`The login came to ${result.email}.`);
      return result;
    },
    passTime: async (seconds, tabs) => {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      tenant.control.clock.advance(seconds * 1000);
      await configure();
      for (const tab of tabs) await tab.evaluate((ms) => window.bench.advance(ms), seconds * 1000);
    },
    readAtOnce: async (tabs, count) => {
      const moment = Date.now() + LEAD_MS;
      const ends = await Promise.all(
        tabs.map((tab) =>
          tab.evaluate(([times, begin]) => window.bench.readAtOnce(times, begin), [count, moment] as const),
        ),
      );
      return Math.max(...ends) - moment;
    },
    takeTraffic,
    close: () => context.close(),
  };
}
