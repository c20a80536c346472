import type { Context } from 'hono';
import type { ConnectionConfig, TenantConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { refuse } from '../errors.ts';
import type { Bucket } from '../store/store.ts';

export type LimitName = keyof TenantConfig['rateLimits'];

/** Whom the limits that an endpoint shares with a page are for. */
export const limited = {
  login: (connection: ConnectionConfig, identifier: string, address: string) =>
    `${connection.name}/${identifier.toLowerCase()}@${address}`,
  resetMail: (email: string, address: string) => `${email.toLowerCase()}@${address}`,
} as const;

/**
 * Counts a request and says in its answer's headers how many more there may be. Nothing happens where the configuration
 * has no limit of that name. Rejects with 429 `too_many_requests` when none is left.
 *
 * @param who whom the limit is for: an address, a user, an address together with an e-mail
 */
export async function limitRate(tenant: TenantContext, c: Context, name: LimitName, who: string): Promise<void> {
  const limit = tenant.registry.config.rateLimits[name];
  if (limit === undefined) return;
  const now = tenant.clock.now();
  const bucket: Bucket = { capacity: limit.burst, refillMs: Math.ceil(60_000 / limit.perMinute) };
  const key = `rate:${name}:${who}`;
  const taken = await tenant.store.counters.takeFromBucket(key, bucket, now);
  const { remaining, fullAt, nextAt } = await tenant.store.counters.lookAtBucket(key, bucket, now);
  const headers = {
    'X-RateLimit-Limit': String(limit.burst),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil(fullAt / 1000)),
  };
  for (const [header, value] of Object.entries(headers)) c.header(header, value);
  if (taken) return;
  throw refuse.tooManyRequests(
    `${c.req.path} was called more often than the limit rateLimits.${name} allows: ${limit.burst} at once, then ${limit.perMinute} a minute.`,
    { ...headers, 'Retry-After': String(Math.max(1, Math.ceil((nextAt - now) / 1000))) },
  );
}
