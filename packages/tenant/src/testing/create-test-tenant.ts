import { createRemoteTenant } from './remote-tenant.ts';
import type { TestTenant, TestTenantOptions } from './test-tenant.ts';

/**
 * Starts a tenant for tests: in memory, on a free port of this machine, with password hashing that protects nothing. Any
 * number run side by side. Where a test has the globals of a browser (jsdom, happy-dom) it runs on a thread of its own.
 *
 * @throws ConfigError when `config` cannot be used.
 * @example
 * const tenant = await createTestTenant();
 * const ann = await tenant.users.create({ name: 'Ann', mfa: true });
 * tenant.faults.dropNext('/oauth/token');
 * tenant.clock.advance(3600);
 * await tenant.close();
 */
export async function createTestTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  if (!hasGlobalsOfNode()) return createRemoteTenant(options);
  const { createLocalTenant } = await import('./local-tenant.ts');
  return createLocalTenant(options);
}

/** jsdom brings a `Uint8Array` of its own, which no cipher of Node takes; happy-dom a `Request`, which no server makes. */
function hasGlobalsOfNode(): boolean {
  const { window } = globalThis as { window?: { Request?: unknown } };
  return Object.getPrototypeOf(Buffer) === Uint8Array && typeof Request === 'function' && window?.Request !== Request;
}
