import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError, recordRefusal, respondWithError } from '../errors.ts';
import { type Parameters, readBody, requireParameter } from '../http/body.ts';
import { authenticateClient } from '../http/client-authentication.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { hashSecret } from '../tokens/secret.ts';

/** `POST /oauth/revoke` (RFC 7009): 200 and an empty body, whether there was anything to revoke or not. */
export async function handleRevoke(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let parameters: Parameters = {};
  try {
    parameters = await readBody(c);
    const client = await authenticateClient(tenant, c, parameters);
    await revoke(tenant, client, hashSecret(requireParameter(parameters, 'token')));
    return c.body(null, 200, noStore);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'revoke.rejected', error, { clientId: parameters.client_id });
    return respondWithError(c, error);
  }
}

/** One refresh token ends its whole family, and with it the family's opaque access tokens (RFC 7009 section 2.1). */
async function revoke(tenant: TenantContext, client: ClientConfig, hash: string): Promise<void> {
  const { clientId } = client;
  const now = tenant.clock.now();
  const family = (await tenant.store.refreshTokens.find(hash))?.family;
  const accessToken = family === undefined ? await tenant.store.accessTokens.find(hash) : undefined;
  const owner = family ?? accessToken;
  if (owner === undefined || owner.clientId !== clientId) {
    tenant.events.record({
      type: 'revoke.ignored',
      outcome: 'failure',
      sentence:
        owner === undefined
          ? `Client ${clientId} asked to revoke a token this tenant does not know (a JWT access token cannot be revoked); it is told 200 all the same.`
          : `Client ${clientId} asked to revoke a token of client ${owner.clientId}; the token stays valid, and the client is told 200 so that it learns nothing.`,
      clientId,
    });
    return;
  }
  if (family !== undefined) await tenant.store.refreshTokens.revokeFamily(family.id, 'revoked by its client', now);
  else await tenant.store.accessTokens.revoke({ hash }, now);
  tenant.events.record({
    type: 'revoke.success',
    outcome: 'success',
    sentence: `Client ${clientId} revoked ${family === undefined ? 'an access token' : `the refresh-token family ${family.id}`} of user ${owner.userId}.`,
    clientId,
    userId: owner.userId,
    details: family === undefined ? undefined : { family_id: family.id },
  });
}
