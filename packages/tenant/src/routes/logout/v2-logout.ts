import type { TenantContext } from '../../context.ts';
import { OAuthError } from '../../errors.ts';
import { type Parameters, toParameters } from '../../http/body.ts';
import { unknownClient } from '../../http/client-authentication.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { endLogin, orErrorPage } from './end-login.ts';
import { checkReturnTo } from './return-address.ts';

/** `GET /v2/logout?client_id&returnTo&federated`: Auth0's own logout. */
export function handleV2Logout(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let sent: Parameters = {};
  return orErrorPage(
    tenant,
    c,
    () => sent.client_id,
    async () => {
      sent = toParameters(new URL(c.req.url).searchParams);
      const { client_id: clientId, returnTo } = sent;
      const client = clientId === undefined ? undefined : tenant.registry.client(clientId);
      if (clientId !== undefined && client === undefined) {
        throw new OAuthError('invalid_request', `Unknown client: ${clientId}`, {
          explanation: unknownClient(tenant, clientId),
        });
      }
      if (client === undefined) {
        if (returnTo === undefined) return endLogin(tenant, c, { client, returnTo });
        throw new OAuthError('invalid_request', 'The returnTo address is not allowed.', {
          explanation: `returnTo ${returnTo} came without client_id, so there is no client whose logout URLs could allow it; send client_id, too.`,
        });
      }
      const address = returnTo === undefined ? client.logoutUrls[0] : checkReturnTo(client, returnTo);
      return endLogin(tenant, c, { client, returnTo: address });
    },
  );
}
