import { createTenant, sampleConfig, type Tenant } from '@postern/tenant';
import type { Auth0Options } from 'postern';
import type { PageConfig } from '../../sdk/page/page.tsx';
import { startSdkApp } from '../../support/sdk-page.ts';
import { startWebKit, type Tab } from './webkit.ts';

export const person = { email: 'user@example.com', password: 'Correct-Horse-42' };

/** A real tenant, the app of `e2e/sdk`, and WebKit. */
export interface Stage {
  readonly tenant: Tenant;
  /** Where the app is reached from the tenant's own site, and from another one, to which no cookies of the tenant belong. */
  readonly origins: { readonly sameSite: string; readonly otherSite: string };
  /** A new browser with the app open in it, with these options. */
  visit(options?: Partial<Auth0Options>, where?: { mode?: PageConfig['mode']; origin?: string }): Promise<Tab>;
  /** Another tab of the same browser. */
  openAnother(tab: Tab): Promise<Tab>;
  /** How often the tenant has given out tokens since the last `reset`. */
  countAnswers(): Promise<number>;
  /** Moves the clocks of the tenant, of the given tabs and of pages yet to be loaded by `seconds`. */
  passTime(seconds: number, ...tabs: Tab[]): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  let config: PageConfig | undefined;
  const tenant = await createTenant(sampleConfig);
  const clockAhead = () => tenant.control.clock.get().now - Date.now();
  const firstScript = () =>
    `Object.assign(window, ${JSON.stringify({ sdkConfig: config, sdkClockAheadMs: clockAhead() })});`;
  const [app, webKit] = await Promise.all([startSdkApp('page.tsx', firstScript), startWebKit()]);
  const { issuer } = await tenant.listen({ port: 0 });
  let open: Tab | undefined;

  const origins = { sameSite: app.origin, otherSite: app.origin.replace('localhost', '127.0.0.1') };

  const load = async (tab: Tab, origin = origins.sameSite) => {
    await tab.goto(`${origin}/`);
    await tab.waitFor('html[data-loading="false"]');
    return tab;
  };
  return {
    tenant,
    origins,
    visit: async (options = {}, { mode = 'core', origin } = {}) => {
      config = {
        mode,
        options: {
          domain: new URL(issuer).origin,
          clientId: 'postern-spa',
          audience: 'https://api.postern.test',
          ...options,
        },
      };
      open = await webKit.open();
      return load(open, origin);
    },
    openAnother: async (tab) => load(await tab.newTab()),
    countAnswers: async () => (await tenant.control.events.list({ type: 'token.issued' })).length,
    passTime: async (seconds, ...tabs) => {
      tenant.control.clock.advance(seconds * 1000);
      for (const tab of tabs) await tab.evaluate((ms) => window.sdk.advance(ms), seconds * 1000);
    },
    reset: async () => {
      await open?.quit();
      open = undefined;
      await tenant.control.reset();
    },
    close: async () => {
      await webKit.close();
      await app.close();
      await tenant.close();
    },
  };
}

/** Signs the person in by a redirect, on the tenant's own page. */
export async function signIn(tab: Tab): Promise<void> {
  await tab.evaluate(() => {
    const { sdk, sdkConfig } = window;
    sdk.begin('authorize', () => (sdkConfig.mode === 'react' ? sdk.hook.authorize() : sdk.client.webAuth.authorize()));
  });
  await fillLogin(tab);
  await showsUser(tab, person.email);
}

export async function fillLogin(tab: Tab): Promise<void> {
  await tab.fill('input[name="username"]', person.email);
  await tab.fill('input[name="password"]', person.password);
  await tab.click('button[value="login"]');
}

/** Waits until the page shows this user as signed in; `''` is nobody. */
export const showsUser = (tab: Tab, email: string) => tab.waitFor(`html[data-loading="false"][data-user="${email}"]`);
