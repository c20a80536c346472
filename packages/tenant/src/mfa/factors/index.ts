import type { TenantContext } from '../../context.ts';
import { listOf, OAuthError, refuse } from '../../errors.ts';
import type { Authenticator, Store } from '../../store/store.ts';
import { countTry, forgetTries } from '../attempts.ts';
import { findChallengeable, hasFactor } from '../enrolled.ts';
import { email } from './email.ts';
import { beginEnrollment, isBeingEnrolled } from './enrollment.ts';
import type {
  EnrollmentRequest,
  Factor,
  FactorName,
  MfaParty,
  Proof,
  StartedChallenge,
  StartedEnrollment,
  Verified,
} from './factor.ts';
import { factorType } from './factor-types.ts';
import { otp, verifyOtp } from './otp.ts';
import { sms, voice } from './phone-code.ts';
import { push } from './push.ts';
import { createRecoveryCode, planRecoveryCode, recoveryCode, verifyRecoveryCode } from './recovery-code.ts';
import { verifyOob } from './verify-oob.ts';

export type * from './factor.ts';

/** Every factor. Adding one is a file and a row. */
const factors: Readonly<Record<FactorName, Factor>> = { otp, sms, voice, email, push, 'recovery-code': recoveryCode };

/*
 * The API (`/mfa/*`, the MFA grants) and the hosted pages use these four alike. They reject with an `OAuthError` whose
 * `error` and `message` are what the API answers and a page may show.
 */

/**
 * Begins to set up a factor; it counts from its first proof on. Rejects with `access_denied` "User is already enrolled"
 * unless the user has none yet or `mayAddFactor`; `invalid_request` for a bad number or address; `too_many_attempts`.
 */
export async function startEnrollment(
  tenant: TenantContext,
  party: MfaParty,
  request: EnrollmentRequest,
): Promise<StartedEnrollment> {
  const { user } = party;
  const factor = factors[request.factor];
  const allowed = tenant.registry.config.mfa.factors;
  if (factor.plan === undefined || !allowed.includes(request.factor)) {
    throw new OAuthError('unsupported_challenge_type', `The factor ${request.factor} is not enabled.`, {
      explanation: `The factor ${request.factor} cannot be set up; enabled in mfa.factors: ${listOf(allowed)}.`,
    });
  }
  const existing = await tenant.store.authenticators.list(user.id);
  if (hasFactor(existing) && party.mayAddFactor !== true) throw alreadyEnrolled(user.id);

  const { authenticators, secret } = factor.plan(tenant, user, request);
  const hasCode = existing.some((one) => one.factor === 'recovery-code' && one.confirmed);
  const bringsCode = allowed.includes('recovery-code') && !hasCode && party.selfService !== true;
  const code = bringsCode ? createRecoveryCode() : undefined;
  const [authenticator] = authenticators;
  await tenant.store.transaction(async (store) => {
    await dropPending(store, party, authenticator.factor);
    const recovery = code === undefined ? [] : [planRecoveryCode(tenant, user, code)];
    await store.authenticators.insert([...authenticators, ...recovery]);
    await beginEnrollment(tenant, store, party, authenticator);
  });
  const started: StartedEnrollment = {
    ...(await factor.start(tenant, party, authenticator)),
    secret,
    recoveryCodes: code === undefined ? undefined : [code],
  };
  tenant.events.record({
    type: 'mfa.enrollment_started',
    outcome: 'success',
    sentence: `User ${user.id} began to set up the factor ${request.factor}; it counts after its first proof.`,
    clientId: party.clientId,
    userId: user.id,
    details: { factor: request.factor },
  });
  return { ...started, barcodeUri: factor.barcodeUri?.(tenant, user, started) };
}

/** The first proof of a factor that is being set up. As `verifyChallenge`; rejects when the proof is of another one. */
export async function confirmEnrollment(tenant: TenantContext, party: MfaParty, proof: Proof): Promise<Verified> {
  const verified = await checkProof(tenant, party, proof);
  if (verified.authenticator.confirmed) throw refuse.mfaRejected('The proof is of a factor that was set up before.');
  return spendNow(tenant, verified);
}

/** Asks for a proof: sends a code or a question, or says that the person has to look at their app. */
export async function startChallenge(
  tenant: TenantContext,
  party: MfaParty,
  authenticator: Authenticator,
): Promise<StartedChallenge> {
  return factors[authenticator.factor].start(tenant, party, authenticator);
}

/**
 * Checks a proof and uses it up. Rejects with `invalid_grant` (wrong, used or expired proof), `authorization_pending`,
 * `slow_down`, or `too_many_attempts`.
 */
export async function verifyChallenge(tenant: TenantContext, party: MfaParty, proof: Proof): Promise<Verified> {
  return spendNow(tenant, await checkProof(tenant, party, proof));
}

async function spendNow(tenant: TenantContext, verified: Verified): Promise<Verified> {
  if (await tenant.store.transaction(verified.spend)) return verified;
  throw refuse.mfaRejected('The same proof was used by another call at the same time.');
}

/** Checks a proof and leaves using it up to `spend`, for who has more to store in the same transaction. */
export async function checkProof(tenant: TenantContext, party: MfaParty, proof: Proof): Promise<Verified> {
  const { user } = party;
  const verified = await check(tenant, party, proof);
  const { authenticator } = verified;
  const confirm = async (store: Store) => {
    if (authenticator.confirmed) return true;
    // A code that somebody else was shown, with the password alone, must not come to count by this proof.
    if (party.selfService === true) await dropPending(store, party, 'recovery-code');
    if (!(await store.authenticators.confirmGroup(authenticator.groupId))) return false;
    if (party.selfService !== true) await store.authenticators.deleteUnconfirmed(user.id);
    return true;
  };
  return {
    ...verified,
    spend: async (store) => {
      if (!(await verified.spend(store)) || !(await confirm(store))) return false;
      await forgetTries(store, user);
      tenant.events.record({
        type: authenticator.confirmed ? 'mfa.success' : 'mfa.enrolled',
        outcome: 'success',
        sentence: `User ${user.id} ${authenticator.confirmed ? 'proved' : 'set up'} the factor ${authenticator.factor}.`,
        clientId: party.clientId,
        userId: user.id,
        details: { factor: authenticator.factor },
      });
      return true;
    },
  };
}

/** What was begun before and never proved: all of it, or at the My Account API the same kind. */
async function dropPending(store: Store, { user, selfService }: MfaParty, factor: FactorName): Promise<void> {
  if (selfService !== true) return store.authenticators.deleteUnconfirmed(user.id);
  const pending = (await store.authenticators.list(user.id)).filter(({ confirmed }) => !confirmed);
  const isPush = (groupId: string) => pending.some((one) => one.groupId === groupId && one.factor === 'push');
  for (const one of pending) {
    // The app of a pushing device came with the device, and goes with it alone.
    const isTwin = one.factor === 'otp' && factor === 'otp' && isPush(one.groupId);
    const isSame = factorType(one.factor) === factorType(factor) && !isTwin;
    if (isSame || one.factor === 'recovery-code') await store.authenticators.deleteGroup(one.groupId);
  }
}

async function check(tenant: TenantContext, party: MfaParty, proof: Proof): Promise<Verified> {
  const { user } = party;
  const stored = await tenant.store.authenticators.list(user.id);
  const pending = await isBeingEnrolled(tenant, party, stored);
  const counting = [...findChallengeable(tenant, user, stored), ...pending];
  if (proof.kind === 'oob') return verifyOob(tenant, party, proof, counting);
  await countTry(tenant, user);
  if (proof.kind === 'recovery-code') return verifyRecoveryCode(tenant, user, proof.recoveryCode, counting);
  return verifyOtp(
    tenant,
    user,
    proof.otp,
    counting.filter(({ factor, secret }) => factor === 'otp' && secret !== undefined),
  );
}

function alreadyEnrolled(userId: string): OAuthError {
  return new OAuthError('access_denied', 'User is already enrolled', {
    status: 403,
    explanation: `User ${userId} has a second factor; adding another one takes an access token for the audience "mfa/" with the scope enroll, not an mfa_token.`,
  });
}
