import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { LoginAttempt, MfaRequirement } from '../login/gate.ts';
import { myAccountAudience } from '../my-account/my-account-api.ts';
import { findChallengeable, hasFactor } from './enrolled.ts';
import type { FactorName } from './factors/factor.ts';
import { factorTypes } from './factors/factor-types.ts';
import { mfaAudience } from './mfa-api.ts';

/** What an app sends in `acr_values` when it wants a second factor. */
export const multiFactorAcr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/**
 * What second factor a login still owes, or undefined when it owes none.
 *
 * - `never`: none, whatever the app asks for; a rule may still require one.
 * - `adaptive`: when the app asks for it by `acr_values`.
 * - `enrolled`: also when the user has a factor.
 * - `always`: everybody; who has no factor sets one up.
 *
 * A user who has a factor also owes it for the APIs that manage factors: they would be a way around them.
 *
 * A login that had a second factor owes none. A remembered browser spares what policy or rule wants, but not what the app
 * asks for: it wants the person to prove it now.
 */
export async function judgeMfa(
  tenant: TenantContext,
  attempt: LoginAttempt,
  { requiredByRule }: { requiredByRule: boolean },
): Promise<MfaRequirement | undefined> {
  if (attempt.amr.includes('mfa')) return undefined;
  const policy = policyOf(tenant, attempt.client);
  const askedFor = policy !== 'never' && attempt.acrValues?.includes(multiFactorAcr) === true;
  const isForFactors = policy !== 'never' && managesFactors(tenant, attempt.audience);
  if (attempt.rememberedBrowser === true && !askedFor && !isForFactors) return undefined;
  const owesAnyway = askedFor || requiredByRule || policy === 'always';
  const owesWithFactor = policy === 'enrolled' || isForFactors;
  if (!owesAnyway && !owesWithFactor) return undefined;
  const authenticators = await tenant.store.authenticators.list(attempt.user.id);
  const isEnrolled = hasFactor(authenticators);
  if (!owesAnyway && !isEnrolled) return undefined;
  return {
    challenge: factorTypes(findChallengeable(tenant, attempt.user, authenticators).map(({ factor }) => factor)),
    enroll: isEnrolled ? [] : factorTypes(tenant.registry.config.mfa.factors.filter(isForEnrolling)),
  };
}

function managesFactors({ issuer }: TenantContext, audience: string | undefined): boolean {
  return audience === mfaAudience(issuer) || audience === myAccountAudience(issuer);
}

/** A recovery code comes with another factor, and a verified e-mail address is there without being set up. */
function isForEnrolling(factor: FactorName): boolean {
  return factor !== 'recovery-code' && factor !== 'email';
}

export function policyOf(tenant: TenantContext, client: ClientConfig) {
  return client.mfaPolicy ?? tenant.registry.config.mfa.policy;
}
