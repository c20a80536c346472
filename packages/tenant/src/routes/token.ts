import { limitRate } from '../attack-protection/rate-limits.ts';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, noStore, OAuthError, recordRefusal, refuse, respondWithError } from '../errors.ts';
import type { TokenRequest } from '../grants/grant.ts';
import { findGrant } from '../grants/index.ts';
import { type Parameters, readBody, requireParameter } from '../http/body.ts';
import { authenticateClient } from '../http/client-authentication.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { requestFacts } from '../http/request-facts.ts';
import { readTokenProof, requireBoundToken } from '../http/token-proof.ts';
import { issue } from '../tokens/issue.ts';

/** `POST /oauth/token` */
export async function handleToken(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let parameters: Parameters = {};
  try {
    parameters = await readBody(c);
    const grantType = requireParameter(parameters, 'grant_type');
    const client = await authenticateClient(tenant, c, parameters);
    const request = requestFacts(c, client, parameters);
    const limit: TokenRequest['limitRate'] = (name, who) => limitRate(tenant, c, name, who);
    await limit('token', request.ip);
    const grant = allowedGrant(client, grantType);
    const dpopJkt = await readTokenProof(tenant, c, client);
    const subject = await grant({ client, parameters, request, dpopJkt, limitRate: limit }, tenant);
    requireBoundToken(tenant, subject);
    return c.json(await issue(tenant, subject), 200, noStore);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'token.rejected', error, {
      clientId: parameters.client_id,
      grantType: parameters.grant_type,
    });
    return respondWithError(c, error);
  }
}

function allowedGrant(client: ClientConfig, grantType: string) {
  const found = findGrant(grantType);
  if (found === undefined) throw refuse.unsupportedGrant(grantType);
  if (!client.grantTypes.includes(found.grantType)) {
    throw refuse.grantNotAllowed(
      grantType,
      `The grant ${grantType} is not enabled for client ${client.clientId}; enabled: ${listOf(client.grantTypes)}.`,
    );
  }
  return found.grant;
}
