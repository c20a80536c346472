import type { OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

interface InvitationData extends Record<string, unknown> {
  readonly organizationId: string;
  /** Whom it is for; anybody who has the link when absent. */
  readonly email?: string | undefined;
}

const kind = 'organization_invitation';
/** Seconds. */
const lifetime = 7 * 86_400;

export const badInvitation = 'The invitation is spent, expired, for another organization or for another address.';

/** The ticket that `/authorize` takes as `invitation`. */
export async function createInvitation(tenant: TenantContext, data: InvitationData): Promise<string> {
  const ticket = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(ticket),
    subject: data.organizationId,
    data,
    createdAt: now,
    expiresAt: now + lifetime * 1000,
  });
  return ticket;
}

/** For who has no account yet. One for an address went there: whoever has it and signs up with the address owns that. */
export async function lookAtInvitation(
  tenant: TenantContext,
  organizationId: string,
  ticket: string,
  email: string | undefined,
): Promise<{ readonly isGood: boolean; readonly provesEmail: boolean }> {
  const invitation = await findInvitation(tenant, organizationId, ticket);
  const isGood = invitation !== undefined && isFor(invitation, email);
  return { isGood, provesEmail: isGood && invitation.email !== undefined };
}

async function findInvitation(
  tenant: TenantContext,
  organizationId: string,
  ticket: string,
): Promise<InvitationData | undefined> {
  const found = await tenant.store.artifacts.get<InvitationData>(kind, hashSecret(ticket));
  if (found === undefined || found.consumedAt !== undefined || found.expiresAt <= tenant.clock.now()) return undefined;
  return found.data.organizationId === organizationId ? found.data : undefined;
}

function isFor({ email: invited }: InvitationData, email: string | undefined): boolean {
  return invited === undefined || invited.toLowerCase() === email?.toLowerCase();
}

/**
 * Makes the user a member, once per invitation. One for an address wants it verified: whoever signs up with somebody
 * else's address must not take their place.
 */
export async function acceptInvitation(
  tenant: TenantContext,
  { id }: OrganizationConfig,
  user: User,
  ticket: string,
): Promise<boolean> {
  const hash = hashSecret(ticket);
  const invitation = await findInvitation(tenant, id, ticket);
  if (invitation === undefined || !isFor(invitation, user.email)) return false;
  if (invitation.email !== undefined && !user.emailVerified) return false;
  const now = tenant.clock.now();
  const isAccepted = await tenant.store.transaction(async (store) => {
    if ((await store.artifacts.consume(kind, hash, now)) === undefined) return false;
    await store.members.add(id, user.id, now);
    return true;
  });
  if (isAccepted) {
    tenant.events.record({
      type: 'organization.joined',
      outcome: 'success',
      sentence: `User ${user.id} accepted an invitation and is a member of the organization ${id} now.`,
      userId: user.id,
      details: { organization: id },
    });
  }
  return isAccepted;
}
