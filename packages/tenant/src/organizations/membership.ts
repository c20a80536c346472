import type { OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, OAuthError } from '../errors.ts';
import type { User } from '../store/store.ts';
import { acceptInvitation } from './invitations.ts';

/** The organization a request names by id or, where that is allowed, by name in any case; undefined when there is none. */
export function findOrganization(tenant: TenantContext, named: string): OrganizationConfig | undefined {
  const { registry } = tenant;
  const byId = registry.organization(named);
  if (byId !== undefined || !registry.config.allowOrganizationNames) return byId;
  return registry.config.organizations.find(({ name }) => name === named.toLowerCase());
}

export function explainUnknownOrganization(tenant: TenantContext, clientId: string, named: string): string {
  const { organizations, allowOrganizationNames } = tenant.registry.config;
  const known = organizations.map(({ id, name }) => (allowOrganizationNames ? `${id} (${name})` : id));
  return `Client ${clientId} named the organization ${named}; configured: ${listOf(known)}.`;
}

async function isMember(tenant: TenantContext, organization: OrganizationConfig, user: User): Promise<boolean> {
  const { id, members } = organization;
  const email = user.emailVerified ? user.email?.toLowerCase() : undefined;
  const isConfigured = members.some((member) => member === user.id || member.toLowerCase() === email);
  return isConfigured || tenant.store.members.has(id, user.id);
}

/** Ids of the organizations the user is a member of. */
export async function organizationsOf(tenant: TenantContext, user: User): Promise<OrganizationConfig[]> {
  const found = await Promise.all(
    tenant.registry.config.organizations.map(async (one) => ((await isMember(tenant, one, user)) ? [one] : [])),
  );
  return found.flat();
}

/** Why somebody may not sign in to an organization, in the words clients see and in those for the developer. */
export interface NotAdmitted {
  readonly description: string;
  readonly explanation: string;
}

/**
 * Whether the user may sign in to the organization with that connection; an invitation that fits makes them a member
 * first. Undefined when they may.
 */
export async function whyNotAdmitted(
  tenant: TenantContext,
  organization: OrganizationConfig,
  user: User,
  { connection, invitation }: { connection: string; invitation?: string | undefined },
): Promise<NotAdmitted | undefined> {
  const { id, name, connections } = organization;
  if (connections !== undefined && !connections.includes(connection)) {
    return {
      description: `the connection ${connection} is not enabled for the organization ${id}`,
      explanation: `User ${user.id} signed in with connection ${connection}; members of ${id} (${name}) use: ${listOf(connections)}.`,
    };
  }
  if (await isMember(tenant, organization, user)) return undefined;
  if (invitation !== undefined && (await acceptInvitation(tenant, organization, user, invitation))) return undefined;
  return {
    description: `user ${user.id} is not part of the ${id} organization`,
    explanation:
      invitation === undefined
        ? `User ${user.id} is no member of the organization ${id} (${name}).`
        : `User ${user.id} is no member of the organization ${id} (${name}), and the invitation is spent, expired, for another organization or for another address.`,
  };
}

/** For logins without pages. Rejects with 400 `invalid_request` when there is no such organization. */
export function readOrganization(
  tenant: TenantContext,
  clientId: string,
  named: string | undefined,
): OrganizationConfig | undefined {
  if (named === undefined) return undefined;
  const organization = findOrganization(tenant, named);
  if (organization !== undefined) return organization;
  throw new OAuthError('invalid_request', 'parameter organization is invalid', {
    explanation: explainUnknownOrganization(tenant, clientId, named),
  });
}

/** Rejects with 403 `access_denied` when the user may not sign in to it. */
export async function requireMembership(
  tenant: TenantContext,
  organization: OrganizationConfig | undefined,
  user: User,
  connection: string,
): Promise<void> {
  if (organization === undefined) return;
  const refusal = await whyNotAdmitted(tenant, organization, user, { connection });
  if (refusal === undefined) return;
  throw new OAuthError('access_denied', refusal.description, { status: 403, explanation: refusal.explanation });
}
