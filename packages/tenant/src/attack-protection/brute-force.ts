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
  const who = user ? `${user.id}@${user.lastPasswordResetAt ?? 0}` : `${connection.name}/${identifier.toLowerCase()}`;
  return `login:${who}:${tenant.registry.config.attackProtection.mode === 'per-user' ? '*' : address}`;
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
