import { connectionOf, settingsOf } from '../config/organization-connections.ts';
import type { OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, OAuthError } from '../errors.ts';
import type { User } from '../store/store.ts';
import { acceptInvitation, badInvitation } from './invitations.ts';

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
  const isConfigured = organization.members.includes(user.id) || isMemberByAddress(organization, user);
  return isConfigured || tenant.store.members.has(organization.id, user.id);
}

export function isMemberByAddress(
  { members }: OrganizationConfig,
  { email, emailVerified }: Pick<User, 'email' | 'emailVerified'>,
): boolean {
  return emailVerified && members.some((member) => member.toLowerCase() === email?.toLowerCase());
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
 * Whether the user may sign in to the organization with that connection. An invitation that fits makes them a member
 * first, or the login itself where the organization takes whoever has that connection. Undefined when they may.
 */
export async function whyNotAdmitted(
  tenant: TenantContext,
  organization: OrganizationConfig,
  user: User,
  { connection, invitation }: { connection: string; invitation?: string | undefined },
): Promise<NotAdmitted | undefined> {
  const refusal = await whyNoMember(tenant, organization, user, connection);
  const settings = connectionOf(organization, connection);
  if (refusal === undefined || settings === undefined) return refusal;
  if (invitation !== undefined && (await acceptInvitation(tenant, organization, user, invitation))) return undefined;
  if (settings.assignMembershipOnLogin) {
    await addMember(tenant, organization, user, connection);
    return undefined;
  }
  return invitation === undefined ? refusal : { ...refusal, explanation: `${refusal.explanation} ${badInvitation}` };
}

/** The same of who signed in before: nothing makes them a member now. */
export async function whyNoMember(
  tenant: TenantContext,
  organization: OrganizationConfig,
  user: User,
  connection: string,
): Promise<NotAdmitted | undefined> {
  const { id, name } = organization;
  if (connectionOf(organization, connection) === undefined) {
    return refuseConnection(organization, connection, `User ${user.id} signed in`);
  }
  if (await isMember(tenant, organization, user)) return undefined;
  return {
    description: `user ${user.id} is not part of the ${id} organization`,
    explanation: `User ${user.id} is no member of the organization ${id} (${name}).`,
  };
}

export function refuseConnection(
  { id, name, connections = [] }: OrganizationConfig,
  connection: string,
  who: string,
): NotAdmitted {
  const usable = listOf(connections.map((one) => settingsOf(one).name));
  return {
    description: `the connection ${connection} is not enabled for the organization ${id}`,
    explanation: `${who} with connection ${connection}; members of ${id} (${name}) use: ${usable}.`,
  };
}

async function addMember(tenant: TenantContext, { id }: OrganizationConfig, user: User, connection: string) {
  await tenant.store.members.add(id, user.id, tenant.clock.now());
  tenant.events.record({
    type: 'organization.joined',
    outcome: 'success',
    sentence: `User ${user.id} signed in with connection ${connection} and is a member of the organization ${id} by that.`,
    userId: user.id,
    details: { organization: id, connection },
  });
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
  if (refusal !== undefined) throw denyAdmission(refusal);
}

/** For logins without pages. */
export function denyAdmission({ description, explanation }: NotAdmitted): OAuthError {
  return new OAuthError('access_denied', description, { status: 403, explanation });
}
