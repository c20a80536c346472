import type { TenantContext } from '../context.ts';
import { verifyEmailMessage } from '../delivery/templates/account-messages.ts';
import type { User } from '../store/store.ts';
import { issueTicket, spendTicket } from './tickets.ts';

const lifetime = 5 * 86_400;

/** Sends the mail whose link proves that the address is theirs. */
export async function sendVerificationEmail(tenant: TenantContext, user: User): Promise<void> {
  if (user.email === undefined) return;
  const ticket = await issueTicket(tenant, 'email_verification', user.id, { email: user.email }, lifetime);
  const link = `${tenant.issuer}u/email-verification?ticket=${ticket}`;
  const content = await verifyEmailMessage(tenant.registry.config.name, link);
  await tenant.outbox.send({ channel: 'email', to: user.email, template: 'verify_email', ...content, link });
}

/** True when the ticket was good and the address is still the user's. */
export async function verifyEmail(tenant: TenantContext, ticket: string): Promise<boolean> {
  const spent = await spendTicket<{ email: string }>(tenant, 'email_verification', ticket);
  const user = spent?.subject === undefined ? undefined : await tenant.store.users.get(spent.subject);
  if (!spent || !user || user.email !== spent.data.email) return false;
  await tenant.store.users.update(user.id, { emailVerified: true }, tenant.clock.now());
  tenant.events.record({
    type: 'user.email_verified',
    outcome: 'success',
    sentence: `User ${user.id} confirmed their email address.`,
    userId: user.id,
  });
  return true;
}
