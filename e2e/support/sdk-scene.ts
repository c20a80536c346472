import { sampleConfig, type Tenant, type TenantConfigInput } from '@postern/tenant';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { Auth0Options } from 'postern';
import { createQuickTenant } from '../../packages/tenant/test/support/quick-tenant.ts';
import type { PageConfig } from '../sdk/page/page.tsx';
import { launchBrowser } from './browser.ts';
import { configurePages, type SdkApp, signedInAs, started, startSdkApp } from './sdk-page.ts';

export const person = { email: 'user@example.com', password: 'Correct-Horse-42' };

/** Life of the scene's access tokens, in seconds. */
export const TOKEN_LIFETIME = 3600;

/** Config of the scene's tenant: the sample, with short-lived tokens and a second person. */
const sceneConfig: TenantConfigInput = {
  ...sampleConfig,
  apis: (sampleConfig.apis ?? []).map((api) => ({ ...api, tokenLifetime: TOKEN_LIFETIME })),
  users: [...(sampleConfig.users ?? []), { id: 'auth0|other', email: 'other@example.com', password: person.password }],
};

/** A real tenant, a real app that uses the SDK, and a real browser. */
export interface Scene {
  readonly tenant: Tenant;
  readonly app: SdkApp;
  readonly browser: Browser;
  /** Options of the app's client. */
  options(overrides?: Partial<Auth0Options>): Auth0Options;
  /** A browser of its own, whose pages show what `config` says; `as` is already signed in at the tenant. */
  visitor(config: Partial<PageConfig>, as?: string): Promise<Visitor>;
  close(): Promise<void>;
}

export interface Visitor {
  readonly context: BrowserContext;
  /** A new tab at `path`, its session started. */
  open(path?: string): Promise<Page>;
  /** A new tab in which the person has signed in by a redirect. */
  openSignedIn(path?: string): Promise<Page>;
  /** Requests to the token endpoint so far, by all tabs; without those refused for want of a DPoP nonce. */
  tokenCalls(): number;
  /** Moves the clocks of the tenant, of the given tabs and of pages yet to be loaded by `seconds`. */
  passTime(seconds: number, ...pages: Page[]): Promise<void>;
}

export async function startScene(config: TenantConfigInput = sceneConfig): Promise<Scene> {
  const [tenant, app, browser] = await Promise.all([createQuickTenant(config), startSdkApp(), launchBrowser()]);
  const { issuer } = await tenant.listen({ port: 0 });

  const options = (overrides: Partial<Auth0Options> = {}): Auth0Options => ({
    domain: new URL(issuer).origin,
    clientId: 'postern-spa',
    audience: 'https://api.postern.test',
    scope: 'openid profile email read:notes',
    cacheLocation: 'localstorage',
    ...overrides,
  });

  const visitor: Scene['visitor'] = async (page, as) => {
    const storageState = as === undefined ? undefined : await tenant.control.sessionState({ user: as });
    const context = await browser.newContext(
      storageState ? { storageState: { cookies: [...storageState.cookies], origins: [] } } : {},
    );
    await configurePages(context, { options: options(), mode: 'core', ...page });
    let calls = 0;
    const isTokenRequest = (request: Request) =>
      request.method() === 'POST' && request.url() === `${issuer}oauth/token`;
    context.on('request', (request) => {
      if (isTokenRequest(request)) calls += 1;
    });
    context.on('response', (response) => {
      const asksForNonce = response.status() === 400 && response.headers()['dpop-nonce'] !== undefined;
      if (asksForNonce && isTokenRequest(response.request())) calls -= 1;
    });
    const open = async (path = '/') => {
      const tab = await context.newPage();
      await tab.goto(app.origin + path);
      await started(tab);
      return tab;
    };
    return {
      context,
      open,
      openSignedIn: async (path) => {
        const tab = await open(path);
        await authorize(tab);
        await signedInAs(tab, as ?? person.email);
        return tab;
      },
      tokenCalls: () => calls,
      passTime: async (seconds, ...pages) => {
        tenant.control.clock.advance(seconds * 1000);
        await context.addInitScript({
          content: `window.sdkClockAheadMs = ${tenant.control.clock.get().now - Date.now()};`,
        });
        for (const tab of pages) await tab.evaluate((ms) => window.sdk.advance(ms), seconds * 1000);
      },
    };
  };

  return {
    tenant,
    app,
    browser,
    options,
    visitor,
    close: async () => {
      await browser.close();
      await app.close();
      await tenant.close();
    },
  };
}

/** Starts a login by a redirect and waits until the page has left. */
export async function authorize(page: Page, parameters: object = {}): Promise<void> {
  const left = page.waitForEvent('framenavigated');
  await page.evaluate((given) => {
    const { sdk, sdkConfig } = window;
    sdk.begin('authorize', () =>
      sdkConfig.mode === 'react' ? sdk.hook.authorize(given) : sdk.client.webAuth.authorize(given),
    );
  }, parameters);
  await left;
}
