import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';

export interface Mac {
  /** The keyed hash of `TenantContext.mac`. */
  readonly mac: (purpose: string, value: string) => Promise<string>;
  /** Reads the key again, after an import replaced it. */
  readonly reload: () => Promise<void>;
}

/** The key lives in the store, so that a form of one process can be posted to another. */
export async function createMac(store: Store): Promise<Mac> {
  const readKey = async () => {
    const secret = await store.settings.setIfAbsent('mac_key', randomBytes(32).toString('base64url'));
    return Buffer.from(secret, 'base64url');
  };
  let key = await readKey();
  return {
    mac: async (purpose, value) =>
      // Length-prefixed, so that no pair of purpose and value can be read as another pair.
      createHmac('sha256', key).update(`${purpose.length}:${purpose}:${value}`).digest('base64url'),
    reload: async () => {
      key = await readKey();
    },
  };
}
