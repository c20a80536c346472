import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import type { Parameters } from '../../http/body.ts';
import { unknownClient } from '../../http/client-authentication.ts';
import { PageError } from './request.ts';

export function checkClient(tenant: TenantContext, { client_id: clientId }: Parameters): ClientConfig {
  if (clientId === undefined) {
    throw new PageError('invalid_request', 'Missing required parameter: client_id', {
      explanation: 'A request to /authorize came without client_id.',
    });
  }
  const client = tenant.registry.client(clientId);
  if (client === undefined) {
    throw new PageError('invalid_request', `Unknown client: ${clientId}`, {
      explanation: unknownClient(tenant, clientId),
    });
  }
  return client;
}
