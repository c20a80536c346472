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
  const invitation = await tenant.store.artifacts.get<InvitationData>(kind, hash);
  if (invitation?.data.organizationId !== id) return false;
  const { email } = invitation.data;
  if (email !== undefined && (!user.emailVerified || user.email?.toLowerCase() !== email.toLowerCase())) return false;
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
