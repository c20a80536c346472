import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { blockedAccountMessage } from '../delivery/templates/account-messages.ts';
import type { User } from '../store/store.ts';
import { issueTicket, spendTicket } from '../users/tickets.ts';

export const tooManyAttemptsText =
  "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your preferred contact method with instructions on how to unblock it.";

/** Whose wrong answers are counted together. */
export interface Target {
  readonly connection: ConnectionConfig;
  readonly identifier: string;
  readonly user: User | undefined;
  /** Where the attempt comes from. */
  readonly address: string;
  readonly clientId?: string | undefined;
}

/** Whether as many wrong answers were given in a row as the configuration allows. */
export async function isBlocked(tenant: TenantContext, target: Target): Promise<boolean> {
  const { maxAttempts } = tenant.registry.config.attackProtection;
  return (await tenant.store.counters.get(attemptsKey(tenant, target), tenant.clock.now())) >= maxAttempts;
}

/** Counts a wrong answer; the one that reaches the limit sends the mail with the way out. */
export async function countWrongAnswer(tenant: TenantContext, target: Target): Promise<number> {
  const { maxAttempts, blockDuration } = tenant.registry.config.attackProtection;
  const key = attemptsKey(tenant, target);
  const { count } = await tenant.store.counters.hit(key, blockDuration * 1000, tenant.clock.now());
  if (count === maxAttempts && target.user?.email) await notifyBlocked(tenant, target.user, target.user.email, key);
  return count;
}

/** A right answer ends the row of wrong ones. */
export async function forgetWrongAnswers(tenant: TenantContext, target: Target): Promise<void> {
  const key = attemptsKey(tenant, target);
  if ((await tenant.store.counters.get(key, tenant.clock.now())) > 0) await tenant.store.counters.clear(key);
}

export function recordBlockedLogin(tenant: TenantContext, { user, connection, clientId }: Target): void {
  const { maxAttempts, mode } = tenant.registry.config.attackProtection;
  const from = mode === 'per-user' ? '' : ' from one address';
  tenant.events.record({
    type: 'login.blocked',
    outcome: 'failure',
    sentence: `${user ? `User ${user.id}` : 'Somebody with an unknown identifier'} gave a wrong password ${maxAttempts} times in a row${from}, so log-ins${mode === 'per-user' ? '' : ' from there'} are blocked. The link in the "blocked_account" message of the outbox, or a new password, ends the block.`,
    clientId,
    userId: user?.id,
    details: { connection: connection.name, error: 'too_many_attempts' },
  });
}

/**
 * Attempts are counted per user and, unless the configuration says otherwise, address. The time of the last password
 * change is part of the key, so that a new password ends every block of that user, from wherever.
 */
function attemptsKey(tenant: TenantContext, { connection, identifier, user, address }: Target): string {
  const from = tenant.registry.config.attackProtection.mode === 'per-user' ? null : address;
  const counted: Counted = user
    ? { userId: user.id, passwordOf: user.lastPasswordResetAt ?? 0, from }
    : { connection: connection.name, identifier: identifier.toLowerCase(), from };
  return `${prefix}${JSON.stringify(counted)}`;
}

const prefix = 'login:';

/** Whose wrong answers a counter holds; `from` is null where they count from everywhere. */
type Counted = { readonly from: string | null } & (
  | { readonly userId: string; readonly passwordOf: number }
  | { readonly connection: string; readonly identifier: string }
);

/** Log-ins that are refused until `until` (milliseconds), whatever the password. */
export interface Block {
  /** For `endBlock`. */
  readonly key: string;
  /** Absent when nobody has that identifier. */
  readonly user?: User | undefined;
  readonly identifier: string;
  readonly from?: string | undefined;
  readonly count: number;
  readonly until: number;
}

/** Every block that stands now; those that a new password ended are over. */
export async function listBlocks(tenant: TenantContext): Promise<Block[]> {
  const { maxAttempts } = tenant.registry.config.attackProtection;
  const counters = await tenant.store.counters.list(prefix, tenant.clock.now());
  const blocks = await Promise.all(
    counters
      .filter(({ count }) => count >= maxAttempts)
      .map(async ({ key, count, windowEndsAt: until }): Promise<Block | undefined> => {
        const counted: Counted = JSON.parse(key.slice(prefix.length));
        const about = { key, count, until, from: counted.from ?? undefined };
        if (!('userId' in counted)) return { ...about, identifier: counted.identifier };
        const user = await tenant.store.users.get(counted.userId);
        if (user === undefined || (user.lastPasswordResetAt ?? 0) !== counted.passwordOf) return undefined;
        return { ...about, user, identifier: user.email ?? user.username ?? user.id };
      }),
  );
  return blocks.filter((block) => block !== undefined);
}

/** Ends one; false when it was over already. */
export async function endBlock(tenant: TenantContext, key: string): Promise<boolean> {
  const block = (await listBlocks(tenant)).find((one) => one.key === key);
  if (block === undefined) return false;
  await tenant.store.counters.clear(key);
  tenant.events.record({
    type: 'login.unblocked',
    outcome: 'success',
    sentence: `The block of ${block.user ? `user ${block.user.id}` : 'an unknown identifier'} was ended on the dashboard.`,
    userId: block.user?.id,
  });
  return true;
}

const unblockLifetime = 5 * 86_400;

async function notifyBlocked(tenant: TenantContext, user: User, email: string, key: string): Promise<void> {
  const ticket = await issueTicket(tenant, 'login_unblock', user.id, { key }, unblockLifetime);
  const link = `${tenant.issuer}u/unblock?ticket=${ticket}`;
  const content = await blockedAccountMessage(tenant.registry.config.name, link);
  await tenant.outbox.send({ channel: 'email', to: email, template: 'blocked_account', ...content, link });
}

/** Ends the block that the ticket of a "blocked_account" mail belongs to; false when the ticket is spent or unknown. */
export async function unblockLogin(tenant: TenantContext, ticket: string): Promise<boolean> {
  const spent = await spendTicket<{ key: string }>(tenant, 'login_unblock', ticket);
  if (!spent) return false;
  await tenant.store.counters.clear(spent.data.key);
  tenant.events.record({
    type: 'login.unblocked',
    outcome: 'success',
    sentence: `User ${spent.subject} ended the block with the link from the mail.`,
    userId: spent.subject,
  });
  return true;
}
