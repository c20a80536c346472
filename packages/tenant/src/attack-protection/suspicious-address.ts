import type { TenantContext } from '../context.ts';
import type { Bucket } from '../store/store.ts';

export const suspiciousAddressText =
  'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.';

/** What of an address is counted: wrong answers at logins of anybody, sign-ups, or subject tokens that were refused. */
export const activities = ['login', 'signup', 'tokenExchange'] as const;
export type Activity = (typeof activities)[number];

export const attemptNames = {
  login: 'wrong log-ins',
  signup: 'sign-ups',
  tokenExchange: 'refused subject tokens',
} as const;

/** Whether the address has used up its attempts, whoever they were for. */
export async function isSuspicious(tenant: TenantContext, activity: Activity, address: string): Promise<boolean> {
  const bucket = bucketOf(tenant, activity);
  if (bucket === undefined) return false;
  const { remaining } = await tenant.store.counters.lookAtBucket(keyOf(activity, address), bucket, tenant.clock.now());
  return remaining < 1;
}

/** Counts one attempt of the address; false when it has none left. */
export async function countAttempt(tenant: TenantContext, activity: Activity, address: string): Promise<boolean> {
  const bucket = bucketOf(tenant, activity);
  if (bucket === undefined) return true;
  return tenant.store.counters.takeFromBucket(keyOf(activity, address), bucket, tenant.clock.now());
}

export function recordSuspiciousAddress(
  tenant: TenantContext,
  activity: Activity,
  about: { clientId?: string | undefined; userId?: string | undefined },
): void {
  const { attempts, refill } = tenant.registry.config.attackProtection.suspiciousAddress[activity];
  tenant.events.record({
    type: `${activity}.throttled`,
    outcome: 'failure',
    sentence: `One address used up its ${attempts} ${attemptNames[activity]}; it gets one more every ${refill} s (attackProtection.suspiciousAddress).`,
    clientId: about.clientId,
    userId: about.userId,
    details: { error: activity === 'signup' ? 'too_many_requests' : 'too_many_attempts' },
  });
}

/** The addresses that have no attempt left now, and when each gets one back (milliseconds). */
export async function listSuspicious(tenant: TenantContext, activity: Activity) {
  const bucket = bucketOf(tenant, activity);
  if (bucket === undefined) return [];
  const now = tenant.clock.now();
  const prefix = keyOf(activity, '');
  const counters = await tenant.store.counters.list(prefix, now);
  const levels = await Promise.all(
    counters.map(async ({ key }) => ({
      address: key.slice(prefix.length),
      activity,
      ...(await tenant.store.counters.lookAtBucket(key, bucket, now)),
    })),
  );
  return levels.filter(({ remaining }) => remaining < 1).map(({ address, nextAt }) => ({ activity, address, nextAt }));
}

/** Gives an address all its attempts back. */
export async function forgetSuspicion(tenant: TenantContext, activity: Activity, address: string): Promise<void> {
  await tenant.store.counters.clear(keyOf(activity, address));
}

function bucketOf(tenant: TenantContext, activity: Activity): Bucket | undefined {
  const { enabled, [activity]: limit } = tenant.registry.config.attackProtection.suspiciousAddress;
  return enabled ? { capacity: limit.attempts, refillMs: Math.ceil(limit.refill * 1000) } : undefined;
}

function keyOf(activity: Activity, address: string): string {
  return `address:${activity}:${address}`;
}
