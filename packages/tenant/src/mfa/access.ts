import type { TenantContext } from '../context.ts';
import { readAccessToken } from '../tokens/access-token.ts';
import { hashSecret } from '../tokens/secret.ts';
import type { MfaParty } from './factors/factor.ts';
import { mfaAudience } from './mfa-api.ts';

/** What an access token for the MFA API allows. */
export interface MfaAccess {
  readonly party: MfaParty;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: readonly string[];
}

/**
 * What the access token allows; undefined when it is none for the MFA API, is bound to another DPoP key than `provedJkt`,
 * or of a user who is gone.
 */
export async function findMfaAccess(
  tenant: TenantContext,
  value: string,
  provedJkt?: string,
): Promise<MfaAccess | undefined> {
  if (!value.includes('.')) return undefined;
  const token = await readAccessToken(tenant, value);
  const audience = mfaAudience(tenant.issuer);
  if ('problem' in token || !token.audience.includes(audience)) return undefined;
  if (token.dpopJkt !== undefined && token.dpopJkt !== provedJkt) return undefined;
  const user = await tenant.store.users.get(token.userId);
  if (user === undefined) return undefined;
  const { clientId, scope } = token;
  return { party: { user, transaction: hashSecret(value), clientId, mayAddFactor: true }, clientId, audience, scope };
}
