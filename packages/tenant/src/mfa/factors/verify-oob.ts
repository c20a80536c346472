import type { TenantContext } from '../../context.ts';
import { refuse } from '../../errors.ts';
import type { Artifact, Authenticator } from '../../store/store.ts';
import { isSameSecret } from '../../tokens/secret.ts';
import { countTry } from '../attempts.ts';
import type { FactorName, MfaParty, Proof, Verified } from './factor.ts';
import { findOob, hashCode, type OobData, oobKind } from './out-of-band.ts';

/** Seconds that a client waits before it asks again whether a push was answered. */
const pollInterval = 5;

/** RFC 8176 where it has a name. */
const amr: Readonly<Record<FactorName, string>> = {
  otp: 'otp',
  sms: 'sms',
  voice: 'tel',
  email: 'email',
  push: 'push',
  'recovery-code': 'recovery-code',
};

/** Checks the code that was sent, or whether the question on the device was answered. */
export async function verifyOob(
  tenant: TenantContext,
  party: MfaParty,
  { oobCode, bindingCode }: Extract<Proof, { kind: 'oob' }>,
  counting: readonly Authenticator[],
): Promise<Verified> {
  const oob = await findOob(tenant, oobCode);
  if (oob === undefined) throw refuse.oobCode('The oob_code is unknown to this tenant.');
  const { data } = oob;
  if (data.userId !== party.user.id || data.transaction !== party.transaction) {
    throw refuse.oobCode('The oob_code belongs to another login; a code proves something only where it was asked for.');
  }
  if (data.factor === 'push') await checkPush(tenant, oob);
  else await checkCode(tenant, party, oob, oobCode, bindingCode);

  const authenticator = counting.find(({ id }) => id === data.authenticatorId);
  if (authenticator === undefined) throw refuse.oobCode('The authenticator of the oob_code is no longer there.');
  const now = tenant.clock.now();
  return {
    authenticator,
    amr: ['mfa', amr[data.factor]],
    spend: async (store) => {
      if ((await store.artifacts.consume(oobKind, oob.hash, now)) === undefined) return false;
      await store.authenticators.touch(authenticator.id, now);
      return true;
    },
  };
}

async function checkCode(
  tenant: TenantContext,
  { user }: MfaParty,
  oob: Artifact<OobData>,
  oobCode: string,
  bindingCode: string | undefined,
): Promise<void> {
  if (bindingCode === undefined) throw refuse.missingParameter('binding_code');
  await countTry(tenant, user);
  if (oob.consumedAt !== undefined) {
    throw refuse.bindingCode(`User ${user.id} gave a code that was used before, or that a newer one replaced.`);
  }
  if (oob.expiresAt <= tenant.clock.now()) throw refuse.bindingCode(`User ${user.id} gave a code that has expired.`);
  const given = hashCode(oobCode, bindingCode.replaceAll(' ', ''));
  if (isSameSecret(given, oob.data.codeHash ?? '')) return;
  throw refuse.bindingCode(`User ${user.id} gave a wrong code.`);
}

async function checkPush(tenant: TenantContext, oob: Artifact<OobData>): Promise<void> {
  const { userId, answer, nextPollAt = 0 } = oob.data;
  const now = tenant.clock.now();
  if (oob.consumedAt !== undefined) throw refuse.mfaRejected('The push was answered and used before.');
  if (answer === 'denied') throw refuse.mfaRejected(`User ${userId} denied the push.`);
  if (oob.expiresAt <= now) throw refuse.mfaRejected(`User ${userId} did not answer the push in time.`);
  if (answer === 'approved') return;
  await tenant.store.artifacts.patch(oobKind, oob.hash, { nextPollAt: now + pollInterval * 1000 });
  throw now < nextPollAt ? refuse.slowDown(pollInterval) : refuse.authorizationPending();
}
