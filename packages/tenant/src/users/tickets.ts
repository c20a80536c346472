import type { TenantContext } from '../context.ts';
import type { Artifact } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

/** Links in mails. The ticket is in the mail only; the database has its hash. */
export type TicketKind = 'password_reset' | 'email_verification' | 'login_unblock';

/** A new ticket for `subject`; every older one of that kind is worthless from now on. */
export async function issueTicket(
  tenant: TenantContext,
  kind: TicketKind,
  subject: string,
  data: Record<string, unknown>,
  lifetimeSeconds: number,
): Promise<string> {
  const ticket = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.consumeForSubject(kind, subject, now);
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(ticket),
    subject,
    data,
    createdAt: now,
    expiresAt: now + lifetimeSeconds * 1000,
  });
  return ticket;
}

/** The ticket if it may still be used. Looking does not spend it. */
export async function findTicket<Data>(
  tenant: TenantContext,
  kind: TicketKind,
  ticket: string,
): Promise<Artifact<Data> | undefined> {
  const found = await tenant.store.artifacts.get<Data>(kind, hashSecret(ticket));
  return found && found.consumedAt === undefined && found.expiresAt > tenant.clock.now() ? found : undefined;
}

/** Spends the ticket: it is returned to exactly one caller. */
export async function spendTicket<Data>(
  tenant: TenantContext,
  kind: TicketKind,
  ticket: string,
): Promise<Artifact<Data> | undefined> {
  return tenant.store.artifacts.consume<Data>(kind, hashSecret(ticket), tenant.clock.now());
}
