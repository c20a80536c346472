import { refuseNewPassword } from '../attack-protection/breached-passwords.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { passwordResetMessage } from '../delivery/templates/account-messages.ts';
import type { User } from '../store/store.ts';
import { checkNewPassword, nextPasswordHistory, type PasswordError } from './password-policy.ts';
import { findTicket, issueTicket, spendTicket } from './tickets.ts';

/**
 * Mails a reset link if somebody in the connection has that address. Nothing is returned: whether there was one is told
 * to nobody but the event log.
 */
export async function requestPasswordReset(
  tenant: TenantContext,
  { connection, email, clientId }: { connection: ConnectionConfig; email: string; clientId?: string | undefined },
): Promise<void> {
  const user = await tenant.store.users.findByIdentifier(connection.name, email);
  if (user?.email === undefined) {
    tenant.events.record({
      type: 'password_reset.unknown_address',
      outcome: 'failure',
      sentence: `A password reset was asked for an address that nobody in connection ${connection.name} has; no mail was sent, and the page did not say so.`,
      clientId,
      details: { connection: connection.name },
    });
    return;
  }
  const lifetime = tenant.registry.config.lifetimes.passwordReset;
  const ticket = await issueTicket(tenant, 'password_reset', user.id, { clientId: clientId ?? null }, lifetime);
  const link = `${tenant.issuer}u/reset-password?ticket=${ticket}`;
  const content = await passwordResetMessage(tenant.registry.config.name, link, lifetime);
  await tenant.outbox.send({ channel: 'email', to: user.email, template: 'password_reset', ...content, link });
  tenant.events.record({
    type: 'password_reset.requested',
    outcome: 'success',
    sentence: `User ${user.id} asked for a new password; the link is in the outbox.`,
    clientId,
    userId: user.id,
    details: { connection: connection.name },
  });
}

/** Whose password the ticket may change, while it may. */
export async function findResetUser(tenant: TenantContext, ticket: string): Promise<User | undefined> {
  const found = await findTicket(tenant, 'password_reset', ticket);
  return found?.subject === undefined ? undefined : tenant.store.users.get(found.subject);
}

export type ResetResult =
  | { readonly kind: 'changed'; readonly user: User }
  | { readonly kind: 'invalid_password'; readonly error: PasswordError }
  | { readonly kind: 'stale_ticket' };

/** Sets the new password with a ticket. A password that is refused does not spend the ticket. */
export async function resetPassword(tenant: TenantContext, ticket: string, password: string): Promise<ResetResult> {
  const user = await findResetUser(tenant, ticket);
  const connection = user && tenant.registry.connection(user.connection);
  if (!user || !connection) return { kind: 'stale_ticket' };
  const error =
    (await checkNewPassword(connection.passwordPolicy, password, user, tenant.passwords)) ??
    refuseNewPassword(tenant, password);
  if (error) return { kind: 'invalid_password', error };
  const passwordHash = await tenant.passwords.hash(password);
  const spent = await spendTicket(tenant, 'password_reset', ticket);
  if (!spent) return { kind: 'stale_ticket' };
  await changePassword(tenant, user, passwordHash);
  // Whoever opened the link reads the mail of that address.
  await tenant.store.users.update(user.id, { emailVerified: true }, tenant.clock.now());
  return { kind: 'changed', user };
}

/**
 * Replaces the password and ends everything the old one opened: sessions, refresh-token families and opaque access
 * tokens (RFC 9700 4.14.2). Blocks after wrong passwords end as well: their counters are kept per password.
 */
export async function changePassword(tenant: TenantContext, user: User, passwordHash: string): Promise<void> {
  const now = tenant.clock.now();
  await tenant.store.transaction(async (store) => {
    await store.users.update(
      user.id,
      {
        passwordHash,
        passwordHistory: nextPasswordHistory(user),
        lastPasswordResetAt: now,
      },
      now,
    );
    await store.sessions.endForUser(user.id, now);
    await store.refreshTokens.revokeWhere({ userId: user.id }, 'the password was changed', now);
    await store.accessTokens.revoke({ userId: user.id }, now);
  });
  tenant.events.record({
    type: 'password.changed',
    outcome: 'success',
    sentence: `User ${user.id} has a new password; all their sessions and refresh-token families ended.`,
    userId: user.id,
  });
}
