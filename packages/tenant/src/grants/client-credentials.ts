import { OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import { isPublic } from '../http/client-authentication.ts';
import { parseScope } from '../tokens/scopes.ts';
import type { Grant } from './grant.ts';

/** RFC 6749 section 4.4: the client acts for itself, with all of the API's scopes unless it asks for fewer. */
export const grantClientCredentials: Grant = async ({ client, parameters, dpopJkt }, tenant) => {
  if (isPublic(client)) {
    throw new OAuthError('unauthorized_client', 'Public clients may not use client_credentials.', {
      status: 403,
      explanation: `Client ${client.clientId} is a ${client.type} client: it can keep no secret, so it cannot act for itself.`,
    });
  }
  const audience = requireParameter(parameters, 'audience');
  const api = tenant.registry.api(audience);
  if (api === undefined) {
    throw refuse.audience(
      audience,
      tenant.registry.config.apis.map((known) => known.identifier),
    );
  }
  const requested = parseScope(parameters.scope);
  const scope = requested.length === 0 ? api.scopes : api.scopes.filter((name) => requested.includes(name));
  return { client, audience, scope, gty: 'client-credentials', dpopJkt };
};
