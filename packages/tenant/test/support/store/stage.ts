import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { RefreshFamily, Store } from '../../../src/store/store.ts';

/** The store of the engine whose tests run. */
export let store: Store;
/** Its name. */
export let engine: string;

/** Within a `describe`: its tests find the store empty. */
export function useStore(name: string, open: () => Promise<Store>): void {
  beforeAll(async () => {
    engine = name;
    store = await open();
  });
  beforeEach(() => store.clear());
  afterAll(() => store?.close());
}

export const NOW = 1_800_000_000_000;
export const MINUTE = 60_000;

export const alice = { id: 'auth0|alice', connection: 'db', email: 'Alice@Example.com', username: 'alice' };
export const family = (changes: Partial<RefreshFamily> = {}): Omit<RefreshFamily, 'revokedAt' | 'revokedReason'> => ({
  id: 'family',
  userId: alice.id,
  clientId: 'app',
  audience: 'https://api.example.test',
  scope: ['openid', 'offline_access'],
  authTime: NOW,
  data: { acr: null },
  createdAt: NOW,
  lastUsedAt: NOW,
  idleExpiresAt: NOW + MINUTE,
  absoluteExpiresAt: NOW + 10 * MINUTE,
  ...changes,
});
export const artifact = {
  kind: 'code',
  hash: 'h1',
  subject: 's',
  data: { a: 1 },
  createdAt: NOW,
  expiresAt: NOW + MINUTE,
};
export const accessToken = {
  userId: alice.id,
  clientId: 'app',
  audience: '',
  scope: ['openid'],
  data: {},
  createdAt: NOW,
  expiresAt: NOW + MINUTE,
};
