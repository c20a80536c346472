import { limitRate } from '../attack-protection/rate-limits.ts';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError, recordRefusal, respondWithError } from '../errors.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { type ResourceRefusal, readAccess } from '../http/resource-server.ts';
import { userinfoAudience } from '../tokens/access-token.ts';
import { userClaims } from '../tokens/claims.ts';
import { findUserinfoClaims } from '../tokens/userinfo-claims.ts';

/** `GET|POST /userinfo` (OIDC Core 5.3) */
export async function handleUserinfo(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const access = await readAccess(tenant, c, {
    audience: userinfoAudience(tenant),
    scope: 'openid',
    url: userinfoAudience(tenant),
    realm: 'Users',
    hint: 'The access token is not for /userinfo; ask for the scope openid at login.',
  });
  if ('problem' in access) return deny(tenant, c, access);
  const { token, user, value } = access;
  try {
    await limitRate(tenant, c, 'userinfo', user.id);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'userinfo.rejected', error, { clientId: token.clientId, userId: user.id });
    return respondWithError(c, error);
  }
  const act = token.act === undefined ? {} : { act: token.act };
  const custom = await findUserinfoClaims(tenant, value);
  return c.json({ ...custom, sub: user.id, ...userClaims(user, token.scope), ...act }, 200, noStore);
}

/** Auth0 answers with a plain text; clients read the challenge. */
function deny(tenant: TenantContext, c: ProtocolContext, refusal: ResourceRefusal): Response {
  const { status, error, problem, challenge, clientId, userId } = refusal;
  tenant.events.record({
    type: 'userinfo.rejected',
    outcome: 'failure',
    sentence: `/userinfo was refused: ${problem}`,
    clientId,
    userId,
    details: { error: error ?? null },
  });
  return c.text(status === 401 ? 'Unauthorized' : 'Forbidden', status, { 'WWW-Authenticate': challenge, ...noStore });
}
