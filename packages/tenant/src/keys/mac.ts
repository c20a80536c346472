import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

/** The keyed hash of `TenantContext.mac`; its key lives in the store, so that a cookie of one process is good in another. */
export async function createMac(store: Store): Promise<(purpose: string, value: string) => Promise<string>> {
  const secret = await store.settings.setIfAbsent('mac_key', randomBytes(32).toString('base64url'));
  const key = Buffer.from(secret, 'base64url');
  return async (purpose, value) =>
    // Length-prefixed, so that no pair of purpose and value can be read as another pair.
    createHmac('sha256', key).update(`${purpose.length}:${purpose}:${value}`).digest('base64url');
}
