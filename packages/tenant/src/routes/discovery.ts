import { createHash } from 'node:crypto';
import { limitRate } from '../attack-protection/rate-limits.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError, recordRefusal, respondWithError } from '../errors.ts';
import { grants } from '../grants/index.ts';
import { clientAddress } from '../http/client-address.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { multiFactorAcr } from '../mfa/policy.ts';
import { supportedClaims } from '../tokens/claims.ts';
import { dpopAlgorithms } from '../tokens/dpop-proof.ts';
import { identityScopes } from '../tokens/scopes.ts';

/** `GET /.well-known/openid-configuration` (OIDC Discovery, RFC 8414). It names only what this tenant does. */
export function handleDiscovery(tenant: TenantContext, c: ProtocolContext): Response {
  const { issuer } = tenant;
  return revalidated(c, {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: `${issuer}oauth/token`,
    userinfo_endpoint: `${issuer}userinfo`,
    jwks_uri: `${issuer}.well-known/jwks.json`,
    device_authorization_endpoint: `${issuer}oauth/device/code`,
    revocation_endpoint: `${issuer}oauth/revoke`,
    end_session_endpoint: `${issuer}oidc/logout`,
    scopes_supported: [...identityScopes, 'offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post', 'web_message'],
    grant_types_supported: Object.keys(grants),
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    dpop_signing_alg_values_supported: dpopAlgorithms,
    token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
    revocation_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
    claims_supported: supportedClaims,
    acr_values_supported: [multiFactorAcr],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: tenant.registry.config.issParameter,
  });
}

/** `GET /.well-known/jwks.json` */
export async function handleJwks(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  try {
    await limitRate(tenant, c, 'jwks', clientAddress(c));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'jwks.rejected', error);
    return respondWithError(c, error);
  }
  return revalidated(c, await tenant.keys.jwks());
}

/** Kept by caches but asked about each time: a rotation shows at once, and asking costs an empty 304. */
function revalidated(c: ProtocolContext, document: object): Response {
  const body = JSON.stringify(document);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { 'Cache-Control': 'no-cache', ETag: etag };
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  return c.body(body, 200, { ...headers, 'Content-Type': 'application/json' });
}
