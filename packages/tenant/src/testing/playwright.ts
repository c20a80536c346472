/**
 * Playwright's `test` with a tenant for each worker, and people, time and trouble in it. See docs/testing.md.
 *
 * @module
 */
import {
  type BrowserContext,
  test as base,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test';
import { createTestTenant } from './create-test-tenant.ts';
import type { TestTenant, TestTenantOptions } from './test-tenant.ts';
import type { TestUser, TestUserInput } from './test-users.ts';

export interface PosternWorkerFixtures {
  /** Of the tenant: app, API, configuration. Set it with `test.use` or in the project's `use`. */
  readonly tenantOptions: TestTenantOptions;
  /** The worker's tenant. Serve the app with `tenant.origin` as its `domain`. */
  readonly tenant: TestTenant;
}

export interface PosternFixtures {
  /** What `user` is like: a name, second factors. */
  readonly userOptions: TestUserInput;
  /** A person of this test's own. */
  readonly user: TestUser;
  /**
   * `true`: the test's browser starts out signed in at the tenant as `user`, so that the app's login shows no page; `mfa`:
   * with a second factor proved. Default: nobody is signed in.
   */
  readonly signedIn: boolean | 'mfa';
  /**
   * Puts tenant and pages forward together, in seconds; timers of the pages that have become due fire. A test that
   * names it has the pages' time under its control from the start, as has one that begins when the tenant's is another than
   * the machine's (`tenantOptions.now`).
   */
  readonly advance: (seconds: number) => Promise<void>;
}

/** Less than that is the time that passes until the page is there. */
const SAME_TIME_MS = 10_000;
const followers = new WeakSet<BrowserContext>();

/** Once for a context: a clock cannot be installed twice. */
async function follow(context: BrowserContext, tenant: TestTenant): Promise<void> {
  if (followers.has(context)) return;
  followers.add(context);
  await context.clock.install({ time: tenant.clock.now() });
}

/**
 * @example
 * import { test } from '@postern/tenant/playwright';
 *
 * test.use({ signedIn: true });
 * test('shows the notes', async ({ page, tenant }) => {
 *   tenant.faults.failNext('/userinfo');
 *   await page.goto('/notes');
 * });
 */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & PosternFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & PosternWorkerFixtures
> = base.extend<PosternFixtures & { readonly isolated: undefined }, PosternWorkerFixtures>({
  tenantOptions: [{}, { option: true, scope: 'worker' }],
  tenant: [
    async ({ tenantOptions }, use) => {
      await using tenant = await createTestTenant(tenantOptions);
      await use(tenant);
    },
    { scope: 'worker' },
  ],

  userOptions: [{}, { option: true }],
  user: async ({ tenant, userOptions }, use) => {
    await use(await tenant.users.create(userOptions));
  },

  signedIn: [false, { option: true }],
  storageState: async ({ storageState, signedIn, tenant, user }, use) => {
    if (!signedIn) return use(storageState);
    const { cookies } = await tenant.storageState(user, { mfa: signedIn === 'mfa' });
    const given = typeof storageState === 'object' ? storageState : undefined;
    return use({ origins: given?.origins ?? [], cookies: [...(given?.cookies ?? []), ...cookies] });
  },

  context: async ({ context, tenant }, use) => {
    // Elsewhere a page would take the tenant's tokens for expired, or for issued in the future.
    if (Math.abs(tenant.clock.now() - Date.now()) > SAME_TIME_MS) await follow(context, tenant);
    await use(context);
  },

  advance: async ({ context, tenant }, use) => {
    await follow(context, tenant);
    await use(async (seconds) => {
      tenant.clock.advance(seconds);
      await context.clock.fastForward(seconds * 1000);
    });
  },

  isolated: [
    async ({ tenant }, use) => {
      await use(undefined);
      // The next test of this worker finds the tenant as this one did.
      await tenant.reset();
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
export type { TestTenant, TestTenantOptions } from './test-tenant.ts';
export type { TestUser, TestUserInput } from './test-users.ts';
