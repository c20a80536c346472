import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';

/** What an app may ask for the end of a link, at its start. Not `prompt` and `max_age`: the link is the login. */
const passedOn = [
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'audience',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'dpop_jkt',
  'acr_values',
  'organization',
] as const;

/** The organization that the login after the link is for. */
export function organizationAfterLink(
  authParams: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
): string | undefined {
  return authParams.organization ?? query.organization;
}

/**
 * Where a browser goes once the link has signed it in: `/authorize`, so that the code (or the refusal) the app gets has
 * passed every check that a redirect login passes. What the app sent with `/passwordless/start` wins over the address.
 */
export function authorizeAfterLink(
  tenant: TenantContext,
  client: ClientConfig,
  authParams: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>>,
): URL {
  const url = new URL('authorize', tenant.issuer);
  url.searchParams.set('client_id', client.clientId);
  for (const name of passedOn) {
    const value = authParams[name] ?? query[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const defaults = { response_type: 'code', redirect_uri: client.callbacks[0] };
  for (const [name, value] of Object.entries(defaults)) {
    if (value !== undefined && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url;
}
