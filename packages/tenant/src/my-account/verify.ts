import type { TenantContext } from '../context.ts';
import { createAuthenticator } from '../mfa/factors/authenticator.ts';
import type { Proof } from '../mfa/factors/factor.ts';
import { checkProof } from '../mfa/factors/index.ts';
import { enrollPasskey } from '../passkeys/enroll.ts';
import { readAuthenticatorResponse } from '../passkeys/read-response.ts';
import { hashSecret } from '../tokens/secret.ts';
import type { Account } from './account.ts';
import { newPasskeyId, type PendingCode, partyOf, pendingCodeKind } from './enroll.ts';
import type { VerificationBody } from './enrollment-body.ts';
import { findMethod, type Method } from './methods.ts';
import { verifyPassword } from './password.ts';
import { badMember, invalidSession, notFound, orNotFound, Problem } from './problem.ts';

/** The first proof of what is being set up: it counts from now on. Rejects with a `Problem` or an `OAuthError`. */
export async function verifyEnrollment(
  tenant: TenantContext,
  account: Account,
  id: string,
  body: VerificationBody,
  userAgent: string | undefined,
): Promise<Method> {
  const type = id.slice(0, id.indexOf('|'));
  if (id === newPasskeyId) return verifyPasskey(tenant, account, body, userAgent);
  if (type === 'password') return verifyPassword(tenant, account, id, body);
  if (type === 'recovery-code') return verifyRecoveryCode(tenant, account, id, body);
  return verifyFactor(tenant, account, id, body);
}

async function verifyFactor(
  tenant: TenantContext,
  account: Account,
  id: string,
  { auth_session: authSession, otp_code: otp }: VerificationBody,
): Promise<Method> {
  const pending = await findMethod(tenant, account.user, id);
  if (pending?.group === undefined) throw notFound();
  const { oobCode, ...party } = partyOf(account, authSession);
  const verified = await checkProof(tenant, party, proofOf(pending, oobCode, otp));
  const { authenticator } = verified;
  if (authenticator.confirmed || authenticator.groupId !== pending.group[0].groupId) {
    throw invalidSession('The proof is of another authentication method than the one that is being set up.');
  }
  if (!(await tenant.store.transaction(verified.spend))) {
    throw invalidSession('The same proof was used by another call at the same time.');
  }
  return orNotFound(await findMethod(tenant, account.user, id));
}

function proofOf({ type }: Method, oobCode: string | undefined, otp: string | undefined): Proof {
  if (type === 'push-notification') return { kind: 'oob', oobCode: oobCode ?? '' };
  if (otp === undefined || otp === '') throw badMember('otp_code', 'is required');
  return type === 'totp' ? { kind: 'otp', otp } : { kind: 'oob', oobCode: oobCode ?? '', bindingCode: otp };
}

async function verifyRecoveryCode(
  tenant: TenantContext,
  { user, clientId }: Account,
  id: string,
  { auth_session: authSession }: VerificationBody,
): Promise<Method> {
  const now = tenant.clock.now();
  const isDone = await tenant.store.transaction(async (store) => {
    const hash = hashSecret(authSession);
    const known = await store.artifacts.get<PendingCode>(pendingCodeKind, hash);
    if (known?.data.userId !== user.id || known.data.clientId !== clientId) return false;
    const { groupId, codeHash } = known.data;
    if (id !== `recovery-code|${groupId}`) return false;
    if ((await store.artifacts.consume(pendingCodeKind, hash, now)) === undefined) return false;
    for (const one of await store.authenticators.list(user.id)) {
      if (one.factor === 'recovery-code') await store.authenticators.deleteGroup(one.groupId);
    }
    const made = createAuthenticator(tenant, user, 'recovery-code', { codeHash }, groupId);
    await store.authenticators.insert([{ ...made, confirmed: true }]);
    return true;
  });
  if (!isDone) throw invalidSession('The auth_session is unknown, expired, used, or of another user or code.');
  tenant.events.record({
    type: 'mfa.enrolled',
    outcome: 'success',
    sentence: `User ${user.id} set up the factor recovery-code; any older code is worthless.`,
    clientId,
    userId: user.id,
    details: { factor: 'recovery-code' },
  });
  return orNotFound(await findMethod(tenant, user, id));
}

async function verifyPasskey(
  tenant: TenantContext,
  { user, clientId }: Account,
  { auth_session: authSession, authn_response: input }: VerificationBody,
  userAgent: string | undefined,
): Promise<Method> {
  const response = readAuthenticatorResponse(input);
  const client = tenant.registry.client(clientId);
  if (response?.kind !== 'attestation' || client === undefined) {
    throw badMember('authn_response', 'is not the response of an authenticator that made a passkey');
  }
  const session = { authSession, transaction: hashSecret(user.id) };
  const enrollment = await enrollPasskey(tenant, client, user, session, response.value, userAgent);
  switch (enrollment.kind) {
    case 'created':
      return orNotFound(await findMethod(tenant, user, enrollment.passkey.id));
    case 'taken':
      throw new Problem(409, 'The passkey is registered already.');
    case 'invalid_session':
      throw invalidSession(enrollment.explanation);
    case 'refused':
      throw new Problem(400, 'The passkey could not be verified.', { explanation: enrollment.explanation });
  }
}
