import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError, refuse } from '../errors.ts';
import type { Parameters } from '../http/body.ts';
import type { RefreshFamily } from '../store/store.ts';
import { narrowScope } from './refresh-families.ts';
import { identityScopes, parseScope } from './scopes.ts';
import { isSessionTransferAudience } from './session-transfer-token.ts';

/** What a renewal gives tokens for. The family itself keeps what was granted at login. */
export interface RenewalTarget {
  readonly audience: string | undefined;
  readonly scope: readonly string[];
  /** A session transfer token is asked for in place of an access token. */
  readonly isTransfer: boolean;
}

/**
 * Without `audience` the API of the login. Others by the client's policies (multi-resource refresh tokens), which may
 * also add scopes to the first. One audience per access token; scope never grows beyond login and policy.
 */
export function findRenewalTarget(
  tenant: TenantContext,
  client: ClientConfig,
  family: RefreshFamily,
  parameters: Parameters,
): RenewalTarget {
  if (isSessionTransferAudience(tenant, parameters.audience)) {
    requireTransfer(client, family);
    return { audience: parameters.audience, scope: family.scope, isTransfer: true };
  }
  const audience = chooseAudience(tenant, client, family, parameters.audience);
  const added = findPolicy(tenant, client, audience)?.scope ?? [];
  const granted = audience === family.audience ? family.scope : family.scope.filter((name) => travelling.has(name));
  const allowed = [...new Set([...granted, ...added])];
  const requested = parameters.scope === undefined ? undefined : parseScope(parameters.scope);
  const { scope, refused } = narrowScope(allowed, requested);
  if (refused !== undefined) recordExcess(tenant, family, refused);
  return { audience: audience === '' ? undefined : audience, scope, isTransfer: false };
}

/** What is about the person and the login, not about an API. */
const travelling: ReadonlySet<string> = new Set([...identityScopes, 'offline_access']);

function chooseAudience(
  tenant: TenantContext,
  client: ClientConfig,
  family: RefreshFamily,
  requested: string | undefined,
): string {
  if (requested === undefined || requested === family.audience) return family.audience;
  const api = tenant.registry.api(requested);
  if (api === undefined) {
    throw refuse.audience(
      requested,
      tenant.registry.config.apis.map((known) => known.identifier),
    );
  }
  if (findPolicy(tenant, client, requested) !== undefined) return requested;
  tenant.events.record({
    type: 'refresh.audience_ignored',
    outcome: 'failure',
    sentence: `Client ${family.clientId} asked for a token for ${requested} with a refresh token for ${family.audience === '' ? 'no API' : family.audience}; it has no policy for that, so it gets a token for the original audience.`,
    clientId: family.clientId,
    userId: family.userId,
    details: { audience: requested },
  });
  return family.audience;
}

/** `/me/` in a policy is the tenant's own API there. */
function findPolicy({ issuer }: TenantContext, { refreshToken }: ClientConfig, wanted: string) {
  return refreshToken.policies.find(
    ({ audience }) => (audience.startsWith('/') ? issuer + audience.slice(1) : audience) === wanted,
  );
}

function requireTransfer(client: ClientConfig, family: RefreshFamily): void {
  if (!client.sessionTransfer.canCreate) {
    throw new OAuthError('unauthorized_client', 'The client is not allowed to create session transfer tokens.', {
      status: 403,
      explanation: `Client ${client.clientId} asked for a session transfer token; set sessionTransfer.canCreate to allow it.`,
    });
  }
  if (family.origin !== undefined) {
    throw new OAuthError(
      'access_denied',
      'The refresh token comes from a session transfer and cannot create another.',
      {
        status: 403,
        explanation: `The refresh token of family ${family.id} came from a browser that a session transfer token signed in, so it cannot sign in further ones.`,
      },
    );
  }
}

function recordExcess(tenant: TenantContext, family: RefreshFamily, refused: string): void {
  tenant.events.record({
    type: 'refresh.scope_narrowed',
    outcome: 'failure',
    sentence: `Client ${family.clientId} asked for scope it was never granted at login (${refused}), nor by a policy of the client; a refresh can narrow the scope but never widen it, so that part is left out.`,
    clientId: family.clientId,
    userId: family.userId,
    details: { family_id: family.id },
  });
}
