import type { TenantContext } from '../context.ts';
import { refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { findMfaAccess } from '../mfa/access.ts';
import type { MfaParty, Proof, Verified } from '../mfa/factors/factor.ts';
import { checkProof } from '../mfa/factors/index.ts';
import { findMfaToken, type MfaToken, spendMfaToken } from '../mfa/mfa-token.ts';
import type { User } from '../store/store.ts';
import { narrowScope } from '../tokens/refresh-families.ts';
import { parseScope } from '../tokens/scopes.ts';
import { AlreadySpent, type Subject } from '../tokens/subject.ts';
import type { TokenRequest } from './grant.ts';
import { resumeRefresh } from './refresh-token.ts';

/**
 * A second factor was proved: the login that `mfa_required` interrupted goes on with its own audience and scope. Proof and
 * mfa_token are used up together with what the tokens need, so a login that fails costs nobody a code.
 */
export async function finishMfa(request: TokenRequest, tenant: TenantContext, proof: Proof): Promise<Subject> {
  const value = requireParameter(request.parameters, 'mfa_token');
  const access = await findMfaAccess(tenant, value, request.dpopJkt);
  if (access !== undefined) return confirmWithAccessToken(request, tenant, access, proof);

  const { client } = request;
  const token = await findMfaToken(tenant, value, client);
  const { data } = token;
  if (data.resume.dpopJkt !== undefined && data.resume.dpopJkt !== request.dpopJkt) {
    throw refuse.mfaToken('The login began with a DPoP key and goes on only with a proof of the same key.');
  }
  const user = await tenant.store.users.get(data.userId);
  if (user === undefined) throw refuse.mfaToken(`User ${data.userId} was deleted during the login.`);
  if (user.blocked) throw refuse.blockedUser(`User ${user.id} was blocked during the login.`);
  const party = { user, transaction: token.hash, clientId: client.clientId };
  const verified = await checkProof(tenant, party, proof);
  const amr = [...new Set([...data.amr, ...verified.amr])];

  if (data.resume.refreshTokenHash !== undefined) {
    // For what the interrupted renewal was for, whatever the client repeats of it.
    const parameters = { ...request.parameters, audience: data.audience, scope: undefined };
    const subject = await resumeRefresh(tenant, { ...request, parameters }, data.resume.refreshTokenHash);
    const renewed = { ...subject, ...data.passed };
    return { ...renewed, ...finish(tenant, request, renewed, { token, verified, amr, user }) };
  }
  const subject: Subject = {
    client,
    user,
    audience: data.audience,
    ...data.passed,
    sessionId: data.sessionId,
    organization: tenant.registry.organization(data.resume.organizationId),
    authTime: data.resume.authTime ?? tenant.clock.now(),
    tellAuthTime: data.resume.tellAuthTime,
    gty: data.resume.gty,
    dpopJkt: request.dpopJkt,
  };
  return { ...subject, ...finish(tenant, request, subject, { token, verified, amr, user }) };
}

interface Finished {
  readonly token: MfaToken;
  readonly verified: Verified;
  readonly amr: readonly string[];
  readonly user: User;
}

function finish(
  tenant: TenantContext,
  { client, parameters }: TokenRequest,
  subject: Subject,
  { token, verified, amr, user }: Finished,
): Pick<Subject, 'amr' | 'scope' | 'recoveryCode' | 'redeem'> {
  const requested = parameters.scope === undefined ? undefined : parseScope(parameters.scope);
  return {
    amr,
    // What the client repeats may narrow what it asked for before, never widen it.
    scope: narrowScope(subject.scope, requested).scope,
    recoveryCode: verified.newRecoveryCode,
    redeem: async (store, issued) => {
      const now = tenant.clock.now();
      if (!(await spendMfaToken(store, token, now))) {
        throw new AlreadySpent(async () => refuse.mfaToken('The mfa_token was used by another call at the same time.'));
      }
      const rotated = await subject.redeem?.(store, issued);
      if (!(await verified.spend(store))) throw usedMeanwhile(verified);
      if (subject.family !== undefined) await store.refreshTokens.patchFamily(subject.family.id, { amr });
      else await store.users.recordLogin(user.id, now);
      tenant.events.record({
        type: 'login.success',
        outcome: 'success',
        sentence: `User ${user.id} signed in for client ${client.clientId} with a second factor (${amr.join(', ')}).`,
        clientId: client.clientId,
        userId: user.id,
        details: { protocol: token.data.protocol },
      });
      return rotated;
    },
  };
}

/** An access token for `…/mfa/` in place of an mfa_token proves a factor that was added with it, and stays what it is. */
async function confirmWithAccessToken(
  { client, dpopJkt }: TokenRequest,
  tenant: TenantContext,
  {
    party,
    audience,
    scope,
    clientId,
  }: { party: MfaParty; audience: string; scope: readonly string[]; clientId: string },
  proof: Proof,
): Promise<Subject> {
  if (clientId !== client.clientId) {
    throw refuse.mfaToken(`The access token was given to client ${clientId} but client ${client.clientId} used it.`);
  }
  if (!scope.includes('enroll')) throw refuse.mfaToken('The access token lacks the scope enroll.');
  if (party.user.blocked) throw refuse.blockedUser(`User ${party.user.id} is blocked.`);
  const verified = await checkProof(tenant, party, proof);
  if (verified.authenticator.confirmed) {
    throw refuse.mfaToken('An access token confirms a new factor; proving one that is set up takes an mfa_token.');
  }
  return {
    client,
    user: party.user,
    audience,
    scope,
    amr: verified.amr,
    dpopJkt,
    redeem: async (store) => {
      if (await verified.spend(store)) return undefined;
      throw usedMeanwhile(verified);
    },
  };
}

/** The words of a wrong proof of that kind: a code that was used is as good as a wrong one. */
function usedMeanwhile({ authenticator: { factor, userId } }: Verified): AlreadySpent {
  const explanation = `The same proof of user ${userId} was used by another call at the same time.`;
  return new AlreadySpent(async () => {
    if (factor === 'otp') return refuse.otpCode(explanation);
    return factor === 'push' || factor === 'recovery-code'
      ? refuse.mfaRejected(explanation)
      : refuse.bindingCode(explanation);
  });
}
