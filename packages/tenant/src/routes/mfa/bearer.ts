import type { TenantContext } from '../../context.ts';
import { OAuthError } from '../../errors.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { readAccess } from '../../http/resource-server.ts';
import { findMfaAccess } from '../../mfa/access.ts';
import type { MfaParty } from '../../mfa/factors/factor.ts';
import { mfaAudience, type mfaScopes } from '../../mfa/mfa-api.ts';
import { findMfaToken } from '../../mfa/mfa-token.ts';
import { hashSecret } from '../../tokens/secret.ts';

type MfaScope = (typeof mfaScopes)[number];

/**
 * Who calls, by an access token for `…/mfa/` that has `scope`, or by an mfa_token. Rejects with 401 `invalid_token` or
 * `expired_token`, or 403 `insufficient_scope`.
 */
export async function readMfaBearer(tenant: TenantContext, c: ProtocolContext, scope: MfaScope): Promise<MfaParty> {
  const bound = await readBoundToken(tenant, c, scope);
  if (bound !== undefined) return bound;
  const value = bearerOf(c);
  const access = await findMfaAccess(tenant, value);
  if (access !== undefined) return allow(tenant, c, access.party, access.scope, scope);
  const token = await findMfaToken(tenant, value).catch((reason: unknown) => {
    throw reason instanceof OAuthError && reason.error !== 'expired_token' ? unknownBearer(reason) : reason;
  });
  const { userId, clientId } = token.data;
  c.set('client', tenant.registry.client(clientId));
  const user = await tenant.store.users.get(userId);
  if (user === undefined || user.blocked) throw invalidToken(`User ${userId} was deleted or blocked.`);
  return { user, transaction: token.hash, clientId };
}

/** Only an access token: an mfa_token comes before the second factor was proved. */
export async function readMfaAccessToken(
  tenant: TenantContext,
  c: ProtocolContext,
  scope: MfaScope,
): Promise<MfaParty> {
  const bound = await readBoundToken(tenant, c, scope);
  if (bound !== undefined) return bound;
  const access = await findMfaAccess(tenant, bearerOf(c));
  if (access !== undefined) return allow(tenant, c, access.party, access.scope, scope);
  throw invalidToken(
    `This takes an access token for the audience ${tenant.issuer}mfa/ with the scope ${scope}; an mfa_token is none.`,
  );
}

/** An access token with the scheme DPoP and a proof; undefined with any other scheme. */
async function readBoundToken(
  tenant: TenantContext,
  c: ProtocolContext,
  scope: MfaScope,
): Promise<MfaParty | undefined> {
  if (!/^DPoP /i.test(c.req.header('authorization') ?? '')) return undefined;
  const url = tenant.issuer + new URL(c.req.url).pathname.slice(1);
  const access = await readAccess(tenant, c, { audience: mfaAudience(tenant.issuer), scope, url, realm: 'MFA' });
  if (!('problem' in access)) {
    const { user, token, value } = access;
    return { user, transaction: hashSecret(value), clientId: token.clientId, mayAddFactor: true };
  }
  const { status, error = 'unauthorized', challenge, problem } = access;
  const words = error === 'insufficient_scope' ? `Insufficient scope, expected: ${scope}` : 'The token is invalid';
  throw new OAuthError(error, words, { status, explanation: problem, headers: { 'WWW-Authenticate': challenge } });
}

function allow(
  tenant: TenantContext,
  c: ProtocolContext,
  party: MfaParty,
  granted: readonly string[],
  scope: MfaScope,
): MfaParty {
  c.set('client', tenant.registry.client(party.clientId ?? ''));
  if (party.user.blocked) throw invalidToken(`User ${party.user.id} is blocked.`);
  if (granted.includes(scope)) return party;
  throw new OAuthError('insufficient_scope', `Insufficient scope, expected: ${scope}`, {
    status: 403,
    headers: { 'WWW-Authenticate': `Bearer realm="MFA", error="insufficient_scope", scope="${scope}"` },
  });
}

function bearerOf(c: ProtocolContext): string {
  const value = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (value !== undefined) return value;
  throw new OAuthError('unauthorized', 'Missing bearer token', {
    status: 401,
    explanation: 'The request carries no mfa_token or access token in its Authorization header.',
    headers: { 'WWW-Authenticate': 'Bearer realm="MFA"' },
  });
}

function unknownBearer(cause: OAuthError): OAuthError {
  return invalidToken(`${cause.explanation} Neither is it an access token for the audience "mfa/".`, cause);
}

function invalidToken(explanation: string, cause?: OAuthError): OAuthError {
  return new OAuthError('invalid_token', 'The token is invalid', {
    status: 401,
    explanation,
    headers: { 'WWW-Authenticate': 'Bearer realm="MFA", error="invalid_token"' },
    cause,
  });
}
