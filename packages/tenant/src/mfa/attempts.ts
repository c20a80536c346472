import type { TenantContext } from '../context.ts';
import { refuse } from '../errors.ts';
import type { Store, User } from '../store/store.ts';

/** NIST SP 800-63B 5.2.2, in Auth0's measure: ten tries, and one back every six minutes. */
const bucket = { capacity: 10, refillMs: 360_000 };

const messagesPerHour = 10;
const hour = 3_600_000;

/**
 * Counts a try before the code is looked at, so that guesses at once cannot share the last one. Counted per user: a new
 * login, which anybody with the password can begin, gives no new tries.
 */
export async function countTry(tenant: TenantContext, user: User): Promise<void> {
  const { counters } = tenant.store;
  const now = tenant.clock.now();
  if (await counters.takeFromBucket(triesKey(user), bucket, now)) return;
  const { nextAt } = await counters.lookAtBucket(triesKey(user), bucket, now);
  throw refuse.tooManyCodes(
    `User ${user.id} used up ${bucket.capacity} tries for a second factor; one comes back every ${bucket.refillMs / 60_000} minutes.`,
    secondsUntil(nextAt, now),
  );
}

/** A right code fills the bucket. */
export async function forgetTries(store: Store, user: User): Promise<void> {
  await store.counters.clear(triesKey(user));
}

/** Rejects when the user was sent too many codes within an hour. */
export async function countMessage(tenant: TenantContext, user: User): Promise<void> {
  const now = tenant.clock.now();
  const { count, windowEndsAt } = await tenant.store.counters.hit(`mfa-messages:${user.id}`, hour, now);
  if (count <= messagesPerHour) return;
  throw refuse.tooManyMessages(
    `User ${user.id} was sent ${messagesPerHour} codes within an hour; more wait.`,
    secondsUntil(windowEndsAt, now),
  );
}

function secondsUntil(time: number, now: number): number {
  return Math.max(1, Math.ceil((time - now) / 1000));
}

function triesKey(user: User): string {
  return `mfa-tries:${user.id}`;
}
