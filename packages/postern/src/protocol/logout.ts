import type { Configuration } from '../options.ts';
import { isAuth0, type Server } from './server.ts';
import { withQuery } from './with-query.ts';

export interface LogoutRequest {
  readonly federated?: boolean | undefined;
  readonly returnTo?: string | undefined;
  readonly clientId?: string | undefined;
}

/**
 * Auth0's `/v2/logout` (wire reference section 20), or RP-Initiated Logout; undefined where the server has neither. Without
 * `id_token_hint`: no token goes into a URL, and `client_id` tells the server as much as it needs.
 */
export function logoutUrl(
  request: LogoutRequest,
  server: Server,
  configuration: Pick<Configuration, 'origin' | 'clientId'>,
): string | undefined {
  const client_id = request.clientId ?? configuration.clientId;
  if (isAuth0(server, configuration)) {
    const url = withQuery(`${configuration.origin}/v2/logout`, { returnTo: request.returnTo, client_id });
    // Its presence counts, and Auth0 writes it without a value.
    return request.federated ? `${url}&federated` : url;
  }
  if (!server.end_session_endpoint) return undefined;
  return withQuery(server.end_session_endpoint, { client_id, post_logout_redirect_uri: request.returnTo });
}
