import type { ConnectionConfig, OrganizationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { refuse } from '../errors.ts';
import { passDirectGate } from '../login/direct-gate.ts';
import type { LoginAttempt } from '../login/gate.ts';
import { readOrganization, requireMembership } from '../organizations/membership.ts';
import type { User } from '../store/store.ts';
import { allowedScope, identityScopes, parseScope } from '../tokens/scopes.ts';
import type { Subject } from '../tokens/subject.ts';
import type { TokenRequest } from './grant.ts';

export interface DirectLogin {
  readonly user: User;
  /** Undefined when it is not configured any more. */
  readonly connection: ConnectionConfig | undefined;
  readonly protocol: LoginAttempt['protocol'];
  /** How the person proved who they are (RFC 8176). */
  readonly amr: readonly string[];
  readonly gty?: Subject['gty'];
}

/** What the tokens will be for, checked before anything of the person's is looked at. */
export interface Target {
  readonly audience: string | undefined;
  readonly scope: readonly string[];
  readonly organization?: OrganizationConfig | undefined;
}

/**
 * The API and scope of a login without pages. Without `scope` it gets all there is for the audience, refresh tokens
 * excepted. Rejects with `access_denied` "Service not found: …".
 */
export function readTarget(tenant: TenantContext, { client, parameters }: TokenRequest): Target {
  const named = parameters.audience ?? tenant.registry.config.defaultAudience;
  const audience = named === `${tenant.issuer}userinfo` ? undefined : named;
  const api = audience === undefined ? undefined : tenant.registry.api(audience);
  if (audience !== undefined && api === undefined) {
    throw refuse.audience(
      audience,
      tenant.registry.config.apis.map((known) => known.identifier),
    );
  }
  const requested =
    parameters.scope === undefined ? [...identityScopes, ...(api?.scopes ?? [])] : parseScope(parameters.scope);
  const organization = readOrganization(tenant, client.clientId, parameters.organization);
  return { audience, scope: allowedScope(client, api, requested), organization };
}

/** The person proved who they are: passes the gate, and answers who gets tokens. Rejects with `mfa_required` among others. */
export async function finishDirectLogin(
  tenant: TenantContext,
  { client, parameters, dpopJkt, request }: TokenRequest,
  { audience, scope, organization }: Target,
  { user, connection, protocol, amr, gty }: DirectLogin,
): Promise<Subject> {
  const acrValues = parameters.acr_values?.split(' ');
  const from = connection?.name ?? user.connection;
  await requireMembership(tenant, organization, user, from);
  const target = { audience, scope, acrValues, organization };
  const attempt = { client, user, connection: from, protocol, amr, ...target, request };
  const passed = await passDirectGate(tenant, attempt, { gty, dpopJkt, organizationId: organization?.id });
  const now = tenant.clock.now();
  await tenant.store.users.recordLogin(user.id, now);
  tenant.events.record({
    type: 'login.success',
    outcome: 'success',
    sentence: `User ${user.id} signed in for client ${client.clientId} without pages (${amr.join(', ')}).`,
    clientId: client.clientId,
    userId: user.id,
    details: { connection: from },
  });
  return { client, user, audience, organization, ...passed, authTime: now, amr, gty, dpopJkt };
}
