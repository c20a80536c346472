import type { TenantContext } from '../context.ts';
import { isSameSecret } from './secret.ts';

/**
 * Nonces without a store (RFC 9449 section 8): a keyed hash over a window of the tenant's clock, the same in every
 * process on one database. The running window's and the one before are good, so each lives between one and two windows.
 */
const WINDOW_MS = 300_000;

export function currentDpopNonce(tenant: TenantContext): Promise<string> {
  return nonceOf(tenant, 0);
}

export async function isGoodDpopNonce(tenant: TenantContext, nonce: string): Promise<boolean> {
  const good = await Promise.all([nonceOf(tenant, 0), nonceOf(tenant, 1)]);
  return good.some((one) => isSameSecret(one, nonce));
}

function nonceOf(tenant: TenantContext, windowsAgo: number): Promise<string> {
  return tenant.mac('dpop-nonce', String(Math.floor(tenant.clock.now() / WINDOW_MS) - windowsAgo));
}
