import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { blockedAccountMessage } from '../delivery/templates/account-messages.ts';
import type { User } from '../store/store.ts';
import { issueTicket, spendTicket } from './tickets.ts';

export const wrongPasswordText = 'Wrong email or password.';
export const tooManyAttemptsText =
  "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your preferred contact method with instructions on how to unblock it.";

export type PasswordLogin =
  | { readonly kind: 'ok'; readonly user: User }
  | { readonly kind: 'wrong_password' }
  | { readonly kind: 'too_many_attempts' };

interface Attempt {
  readonly connection: ConnectionConfig;
  readonly identifier: string;
  readonly password: string;
  /** Where the attempt comes from. */
  readonly address: string;
  readonly clientId?: string | undefined;
}

/**
 * Checks an identifier and a password. An unknown user and a wrong password get the same answer in the same time, and both
 * count towards a block of that user from that address. A user who is `blocked` may still be returned: what to tell them
 * is the caller's business.
 */
export async function authenticateWithPassword(tenant: TenantContext, attempt: Attempt): Promise<PasswordLogin> {
  const { connection, identifier, password, address, clientId } = attempt;
  const user = await tenant.store.users.findByIdentifier(connection.name, identifier);
  const key = attemptsKey(connection, identifier, user, address);
  const { maxAttempts, blockDuration } = tenant.registry.config.attackProtection;
  // Counted before the password is looked at: parallel guesses cannot slip in together under the limit.
  const { count } = await tenant.store.counters.hit(key, blockDuration * 1000, tenant.clock.now());
  const who = user ? `User ${user.id}` : 'Somebody with an unknown identifier';
  if (count > maxAttempts) {
    tenant.events.record({
      type: 'login.blocked',
      outcome: 'failure',
      sentence: `${who} gave a wrong password ${maxAttempts} times in a row from one address, so log-ins from there are blocked. The link in the "blocked_account" message of the outbox, or a new password, ends the block.`,
      clientId,
      userId: user?.id,
      details: { connection: connection.name, error: 'too_many_attempts' },
    });
    if (user?.email && count === maxAttempts + 1) await notifyBlocked(tenant, user, user.email, key);
    return { kind: 'too_many_attempts' };
  }
  if (user && (await tenant.passwords.verify(user.passwordHash, password))) {
    await tenant.store.counters.clear(key);
    return { kind: 'ok', user };
  }
  if (!user) await tenant.passwords.verify(undefined, password);
  tenant.events.record({
    type: 'login.failure',
    outcome: 'failure',
    sentence: user
      ? `User ${user.id} gave a wrong password (${count} of ${maxAttempts} attempts before a block).`
      : `Nobody in connection ${connection.name} has the identifier that was entered; the person was told "${wrongPasswordText}"`,
    clientId,
    userId: user?.id,
    details: { connection: connection.name, error: 'invalid_grant' },
  });
  return { kind: 'wrong_password' };
}

/**
 * Attempts are counted per user and address. The time of the last password change is part of the key, so that a new
 * password ends every block of that user, from wherever.
 */
function attemptsKey(connection: ConnectionConfig, identifier: string, user: User | undefined, address: string) {
  const who = user ? `${user.id}@${user.lastPasswordResetAt ?? 0}` : `${connection.name}/${identifier.toLowerCase()}`;
  return `login:${who}:${address}`;
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
