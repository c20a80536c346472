import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf, OAuthError, refuse } from '../errors.ts';
import { isSameSecret } from '../tokens/secret.ts';
import { type Parameters, requireParameter } from './body.ts';
import type { ProtocolContext } from './protocol-context.ts';

/** Public clients run on people's own machines and can keep no secret (RFC 6749 section 2.1). */
export function isPublic(client: ClientConfig): boolean {
  return client.type === 'spa' || client.type === 'native';
}

/**
 * The client a POST comes from: `none` for public clients, whose secret is not looked at if they send one, else
 * `client_secret_post` or `client_secret_basic`. Rejects with `access_denied` "Unauthorized", or `invalid_client` and a
 * challenge when the Authorization header was used.
 */
export async function authenticateClient(
  tenant: TenantContext,
  c: ProtocolContext,
  parameters: Parameters,
): Promise<ClientConfig> {
  const basic = readBasic(c.req.header('authorization'));
  const byHeader = basic !== undefined;
  const fail = byHeader ? refuse.clientByHeader : refuse.client;
  if (byHeader && parameters.client_secret !== undefined) {
    throw new OAuthError('invalid_request', 'Only one client authentication method may be used per request');
  }
  if (byHeader && parameters.client_id !== undefined && parameters.client_id !== basic.id) {
    throw fail('The client_id in the body differs from the one in the Authorization header.');
  }
  const clientId = basic?.id ?? requireParameter(parameters, 'client_id');
  const client = tenant.registry.client(clientId);
  if (client === undefined) throw fail(unknownClient(tenant, clientId));
  c.set('client', client);
  if (isPublic(client)) return client;

  const secret = basic?.secret ?? parameters.client_secret;
  if (client.clientSecret === undefined) {
    throw fail(`Client ${clientId} is a ${client.type} client but has no clientSecret in the configuration.`);
  }
  if (secret === undefined) {
    throw fail(`Client ${clientId} is a ${client.type} client and must authenticate; the request carries no secret.`);
  }
  if (!isSameSecret(secret, client.clientSecret)) {
    throw fail(`Client ${clientId} sent a wrong client_secret.`);
  }
  return client;
}

/** The same for the endpoints that take JSON and have a code of their own for it: 401 `invalid_client`. */
export async function authenticateJsonClient(
  tenant: TenantContext,
  c: ProtocolContext,
  { client_id: id, client_secret: secret }: Readonly<Record<string, unknown>>,
): Promise<ClientConfig> {
  const parameters = {
    client_id: typeof id === 'string' && id !== '' ? id : undefined,
    client_secret: typeof secret === 'string' && secret !== '' ? secret : undefined,
  };
  try {
    return await authenticateClient(tenant, c, parameters);
  } catch (error) {
    if (!(error instanceof OAuthError) || error.error !== 'access_denied') throw error;
    const { status, explanation } = error;
    throw new OAuthError('invalid_client', error.message, { status, explanation, cause: error });
  }
}

export function unknownClient(tenant: TenantContext, clientId: string): string {
  const known = tenant.registry.config.clients.map((client) => client.clientId);
  return `There is no client ${clientId} in this tenant; configured: ${listOf(known)}.`;
}

/** RFC 6749 section 2.3.1: both halves are form-encoded before they are joined. */
function readBasic(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) throw refuse.clientByHeader('The Basic credentials have no colon between client id and secret.');
  try {
    return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
  } catch {
    throw refuse.clientByHeader('The Basic credentials are not form-encoded (RFC 6749 section 2.3.1).');
  }
}

function formDecode(value: string): string {
  return decodeURIComponent(value.replaceAll('+', ' '));
}
