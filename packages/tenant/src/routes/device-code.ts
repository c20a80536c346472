import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { createDeviceCode, pollingInterval } from '../device/device-codes.ts';
import { listOf, noStore, OAuthError, recordRefusal, refuse, respondWithError } from '../errors.ts';
import { type Parameters, readBody } from '../http/body.ts';
import { authenticateClient } from '../http/client-authentication.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { allowedScope, parseScope } from '../tokens/scopes.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** `POST /oauth/device/code` (RFC 8628 section 3.1): a device without a browser begins a login. */
export async function handleDeviceCode(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let parameters: Parameters = {};
  try {
    parameters = await readBody(c);
    const client = await authenticateClient(tenant, c, parameters);
    requireDeviceGrant(client);
    const { deviceCode, userCode } = await createDeviceCode(tenant, client, readTarget(tenant, client, parameters));
    tenant.events.record({
      type: 'device.code_issued',
      outcome: 'success',
      sentence: `Client ${client.clientId} began a login on a device; somebody has to allow it at /activate.`,
      clientId: client.clientId,
    });
    const page = `${tenant.issuer}activate`;
    const body = {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${userCode}`,
      expires_in: tenant.registry.config.lifetimes.deviceCode,
      interval: pollingInterval,
    };
    return c.json(body, 200, noStore);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'device.rejected', error, { clientId: parameters.client_id });
    return respondWithError(c, error);
  }
}

function requireDeviceGrant({ clientId, type, grantTypes }: ClientConfig): void {
  if (type === 'native' && grantTypes.includes(deviceGrant)) return;
  throw refuse.grantNotAllowed(
    deviceGrant,
    `The device flow is for native clients with the grant ${deviceGrant}. Client ${clientId} is a ${type} client; enabled: ${listOf(grantTypes)}.`,
  );
}

function readTarget(tenant: TenantContext, client: ClientConfig, { audience: sent, scope }: Parameters) {
  const named = sent ?? tenant.registry.config.defaultAudience;
  const audience = named === `${tenant.issuer}userinfo` ? undefined : named;
  const api = audience === undefined ? undefined : tenant.registry.api(audience);
  if (audience !== undefined && api === undefined) {
    throw refuse.audience(
      audience,
      tenant.registry.config.apis.map(({ identifier }) => identifier),
    );
  }
  return { audience, scope: allowedScope(client, api, parseScope(scope)) };
}
