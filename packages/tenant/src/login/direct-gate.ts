import type { TenantContext } from '../context.ts';
import { OAuthError, refuse } from '../errors.ts';
import { createMfaToken, type Resumption } from '../mfa/mfa-token.ts';
import { type LoginAttempt, type MfaRequirement, type Passed, passGate } from './gate.ts';

/**
 * The gate for grants: what a login may have, for spreading into its `Subject`. Rejects with `access_denied` or
 * `unauthorized` when it is denied, and with `mfa_required` and an mfa_token when it owes a second factor; the MFA
 * grants then go on with what is kept in `resume`.
 *
 * @example
 * const passed = await passDirectGate(tenant, attempt, { gty: 'password' });
 * return { client, user, audience, gty: 'password', amr: attempt.amr, ...passed };
 */
export async function passDirectGate(
  tenant: TenantContext,
  attempt: LoginAttempt,
  resume: Resumption = {},
): Promise<Passed> {
  const verdict = await passGate(tenant, attempt);
  if (verdict.kind === 'denied') throw refuseDenied(attempt, verdict);
  if (verdict.kind === 'pass') {
    const { scope, idTokenClaims, accessTokenClaims } = verdict;
    return { scope, idTokenClaims, accessTokenClaims };
  }
  throw await requireMfa(tenant, attempt, verdict, resume);
}

async function requireMfa(
  tenant: TenantContext,
  { client, user, connection, protocol, amr, audience, sessionId }: Omit<LoginAttempt, 'request'>,
  { requirement, passed }: { requirement: MfaRequirement; passed: Passed },
  resume: Resumption,
): Promise<OAuthError> {
  const token = await createMfaToken(tenant, {
    clientId: client.clientId,
    userId: user.id,
    connection,
    protocol,
    amr,
    audience,
    sessionId,
    passed,
    requirement,
    resume,
  });
  tenant.events.record({
    type: 'mfa.required',
    outcome: 'success',
    sentence: `User ${user.id} gave the right credentials to client ${client.clientId} and owes a second factor; the client got an mfa_token to go on with.`,
    clientId: client.clientId,
    userId: user.id,
    details: { protocol },
  });
  return refuse.mfaRequired(
    { mfa_token: token, mfa_requirements: describe(requirement) },
    `The login of user ${user.id} owes a second factor; go on at /mfa/* and with the MFA grants.`,
  );
}

/** Section 14: a list that is empty is left out. */
function describe({ challenge, enroll }: MfaRequirement) {
  const list = (types: readonly string[]) => types.map((type) => ({ type }));
  return {
    ...(challenge.length > 0 ? { challenge: list(challenge) } : {}),
    ...(enroll.length > 0 ? { enroll: list(enroll) } : {}),
  };
}

function refuseDenied(
  { client, user }: LoginAttempt,
  { error, reason }: { error: 'access_denied' | 'unauthorized'; reason: string },
): OAuthError {
  return new OAuthError(error, reason, {
    status: error === 'unauthorized' ? 401 : 403,
    explanation: `The login of user ${user.id} at client ${client.clientId} was denied: ${reason}.`,
  });
}
