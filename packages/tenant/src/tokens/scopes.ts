import type { ApiConfig, ClientConfig } from '../config/schema.ts';

/** Scopes that describe a person; every client may ask for them. */
export const identityScopes = ['openid', 'profile', 'email', 'phone', 'address'] as const;

/** A space-separated list as a set, in its own order. */
export function parseScope(scope: string | undefined): string[] {
  return [...new Set((scope ?? '').split(/\s+/).filter((name) => name !== ''))];
}

/**
 * What of `requested` this client may have: identity scopes, the API's own scopes, and `offline_access` where the API (if
 * there is one) and the client's grants allow it. Anything else is dropped silently, as Auth0 does.
 */
export function allowedScope(client: ClientConfig, api: ApiConfig | undefined, requested: readonly string[]): string[] {
  const offline = client.grantTypes.includes('refresh_token') && (api === undefined || api.allowOfflineAccess);
  const allowed = new Set<string>([...identityScopes, ...(api?.scopes ?? []), ...(offline ? ['offline_access'] : [])]);
  return requested.filter((name) => allowed.has(name));
}
