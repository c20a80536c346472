import { connectionOf } from '../config/organization-connections.ts';
import type { ConnectionConfig, OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { badInvitation, lookAtInvitation } from './invitations.ts';
import { isMemberByAddress, type NotAdmitted, refuseConnection } from './membership.ts';

/** Where somebody wants to sign in who has no account yet. */
export interface Joining {
  readonly organization?: OrganizationConfig | undefined;
  readonly invitation?: string | undefined;
}

export type Admission =
  /** `provesEmail`: their address is theirs, by the invitation that went there. */
  | { readonly kind: 'admitted'; readonly provesEmail: boolean }
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted };

/**
 * Whether somebody who signs up will be let in to the organization, asked before they are made: an account nobody can
 * use would only take their address. What makes them a member is the login that follows.
 */
export async function admitNewcomer(
  tenant: TenantContext,
  { organization, invitation }: Joining,
  newcomer: { connection: ConnectionConfig; email?: string | undefined; emailVerified?: boolean | undefined },
): Promise<Admission> {
  const admitted = { kind: 'admitted', provesEmail: false } as const;
  if (organization === undefined) return admitted;
  const { connection, email, emailVerified = false } = newcomer;
  if (connectionOf(organization, connection.name) === undefined) {
    const refusal = refuseConnection(organization, connection.name, 'Somebody would have signed up');
    return { kind: 'not_admitted', refusal };
  }
  if (invitation !== undefined) {
    const { isGood, provesEmail } = await lookAtInvitation(tenant, organization.id, invitation, email);
    if (isGood) return { kind: 'admitted', provesEmail };
  }
  if (isMemberByAddress(organization, { email, emailVerified })) return admitted;
  if (takesNewcomers(organization, connection)) return admitted;
  return { kind: 'not_admitted', refusal: refuseNewcomer(organization, connection, invitation) };
}

/** Whether anybody may sign up to the organization with that connection, without being named or invited. */
export function takesNewcomers(
  organization: OrganizationConfig,
  { name, strategy }: Pick<ConnectionConfig, 'name' | 'strategy'>,
): boolean {
  const settings = connectionOf(organization, name);
  return settings?.assignMembershipOnLogin === true && (strategy !== 'auth0' || settings.signup);
}

function refuseNewcomer(
  { id, name }: OrganizationConfig,
  connection: ConnectionConfig,
  invitation: string | undefined,
): NotAdmitted {
  const setting = connection.strategy === 'auth0' ? 'assignMembershipOnLogin and signup' : 'assignMembershipOnLogin';
  const way = `Nobody was signed up in connection ${connection.name}: they would be no member of the organization ${id} (${name}), which takes newcomers there with ${setting}, by an invitation, or by a verified address among its members.`;
  return {
    description: `the user is not part of the ${id} organization`,
    explanation: invitation === undefined ? way : `${way} ${badInvitation}`,
  };
}

export function recordRefusedNewcomer(
  tenant: TenantContext,
  { connection, clientId }: { connection: ConnectionConfig; clientId?: string | undefined },
  { explanation }: NotAdmitted,
): void {
  tenant.events.record({
    type: 'signup.failure',
    outcome: 'failure',
    sentence: explanation,
    clientId,
    details: { connection: connection.name, error: 'access_denied' },
  });
}
