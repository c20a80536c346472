import { limitRate } from '../attack-protection/rate-limits.ts';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError, recordRefusal, respondWithError } from '../errors.ts';
import { readBody } from '../http/body.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { readAccessToken, userinfoAudience } from '../tokens/access-token.ts';
import { userClaims } from '../tokens/claims.ts';

/** `GET|POST /userinfo` (OIDC Core 5.3) */
export async function handleUserinfo(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const value = await readPresentedToken(c);
  if (value === undefined) {
    return deny(tenant, c, {
      status: 401,
      problem: 'The request carries no access token in its Authorization header.',
    });
  }
  const token = await readAccessToken(tenant, value);
  if ('problem' in token) return deny(tenant, c, { status: 401, error: 'invalid_token', problem: token.problem });
  c.set('client', tenant.registry.client(token.clientId));
  const about = { clientId: token.clientId, userId: token.userId };
  if (!token.audience.includes(userinfoAudience(tenant))) {
    const problem = token.scope.includes('openid')
      ? `The access token is for ${token.audience.join(', ')}, not for /userinfo.`
      : 'The access token is not for /userinfo; ask for the scope openid at login.';
    return deny(tenant, c, { status: 401, error: 'invalid_token', problem, ...about });
  }
  if (token.dpopJkt !== undefined) {
    const problem = 'The access token is bound to a DPoP key and cannot be used as a plain Bearer token.';
    return deny(tenant, c, { status: 401, error: 'invalid_token', problem, ...about });
  }
  if (!token.scope.includes('openid')) {
    const problem = 'The access token lacks the scope openid.';
    return deny(tenant, c, { status: 403, error: 'insufficient_scope', problem, ...about });
  }
  const user = await tenant.store.users.get(token.userId);
  if (user === undefined || user.blocked) {
    const problem = `The user of the access token ${user === undefined ? 'was deleted' : 'is blocked'}.`;
    return deny(tenant, c, { status: 401, error: 'invalid_token', problem, ...about });
  }
  try {
    await limitRate(tenant, c, 'userinfo', user.id);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'userinfo.rejected', error, about);
    return respondWithError(c, error);
  }
  return c.json({ sub: user.id, ...userClaims(user, token.scope) }, 200, noStore);
}

/** Header, or the form body of a POST (RFC 6750 sections 2.1 and 2.2); never the query string. */
async function readPresentedToken(c: ProtocolContext): Promise<string | undefined> {
  const header = c.req.header('authorization');
  if (header !== undefined) return /^Bearer +(\S+)$/i.exec(header)?.[1];
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  if (c.req.method !== 'POST' || !isForm) return undefined;
  return readBody(c).then(
    (parameters) => parameters.access_token,
    () => undefined,
  );
}

interface Denial {
  readonly status: 401 | 403;
  /** Absent when the request brought no token at all: RFC 6750 section 3.1 wants a bare challenge then. */
  readonly error?: 'invalid_token' | 'insufficient_scope';
  readonly problem: string;
  readonly clientId?: string;
  readonly userId?: string;
}

/** Auth0 answers with a plain text; clients read the challenge. */
function deny(tenant: TenantContext, c: ProtocolContext, denial: Denial): Response {
  const { status, error, problem, clientId, userId } = denial;
  tenant.events.record({
    type: 'userinfo.rejected',
    outcome: 'failure',
    sentence: `/userinfo was refused: ${problem}`,
    clientId,
    userId,
    details: { error: error ?? null },
  });
  const challenge = `Bearer realm="Users"${error === undefined ? '' : `, error="${error}", error_description="${problem.replaceAll('"', "'")}"`}`;
  return c.text(status === 401 ? 'Unauthorized' : 'Forbidden', status, { 'WWW-Authenticate': challenge, ...noStore });
}
