import type { TenantContext } from '../../context.ts';
import type { Authenticator, Store } from '../../store/store.ts';
import { hashSecret } from '../../tokens/secret.ts';
import { hasFactor } from '../enrolled.ts';
import type { MfaParty } from './factor.ts';
import { oobLifetime } from './out-of-band.ts';

const kind = 'mfa_enrollment';
/** Seconds that a person may take to install an app and scan the code. */
const enrollmentLifetime = 600;

/** Remembers in which login a factor is being set up: only that login can finish it (T32). */
export async function beginEnrollment(
  tenant: TenantContext,
  store: Store,
  party: MfaParty,
  { groupId, factor }: Authenticator,
): Promise<void> {
  const now = tenant.clock.now();
  await store.artifacts.insert({
    kind,
    hash: hashSecret(groupId),
    subject: party.user.id,
    data: { transaction: party.transaction },
    createdAt: now,
    expiresAt: now + (factor === 'otp' ? enrollmentLifetime : oobLifetime) * 1000,
  });
}

/**
 * Of a user's authenticators the ones this login is setting up. None when the user has got a factor in the meantime,
 * through another login: what was begun with the password alone must not count next to it.
 */
export async function isBeingEnrolled(
  tenant: TenantContext,
  party: MfaParty,
  authenticators: readonly Authenticator[],
): Promise<Authenticator[]> {
  if (hasFactor(authenticators) && party.mayAddFactor !== true) return [];
  const pending = authenticators.filter(({ confirmed, factor }) => !confirmed && factor !== 'recovery-code');
  const begun = await Promise.all(
    [...new Set(pending.map(({ groupId }) => groupId))].map(async (groupId) => {
      const found = await tenant.store.artifacts.get<{ transaction: string }>(kind, hashSecret(groupId));
      const isOurs = found !== undefined && found.data.transaction === party.transaction;
      return isOurs && found.expiresAt > tenant.clock.now() ? groupId : undefined;
    }),
  );
  return pending.filter(({ groupId }) => begun.includes(groupId));
}
