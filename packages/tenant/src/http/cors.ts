import type { MiddlewareHandler } from 'hono';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { listOf } from '../errors.ts';
import { anyLoopback, isLoopback, parseUrl } from './loopback.ts';
import type { ProtocolEnv } from './protocol-context.ts';

const allowedHeaders = 'authorization, content-type, auth0-client, dpop, x-request-language';
const allowedMethods = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const exposedHeaders =
  'date, dpop-nonce, www-authenticate, location, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset';

/** Whether a page of this origin may call the tenant on behalf of the client, or receive its web messages. */
export function isWebOrigin(client: ClientConfig, origin: string): boolean {
  if (client.webOrigins.some((registered) => parseUrl(registered)?.origin === origin)) return true;
  const url = parseUrl(origin);
  return client.allowLoopbackCallbacks && url !== undefined && url.origin === origin && isLoopback(url);
}

/**
 * Cross-origin calls from registered web origins only. A preflight names no client, so any client's origin will do;
 * the answer itself is readable only for the origins of the client the request turned out to be from.
 */
export function cors(tenant: TenantContext): MiddlewareHandler<ProtocolEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isAllowed =
      origin !== undefined && tenant.registry.config.clients.some((client) => isWebOrigin(client, origin));
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
      const headers = new Headers({ Vary: 'Origin' });
      if (isAllowed) {
        headers.set('Access-Control-Allow-Origin', origin);
        headers.set('Access-Control-Allow-Methods', allowedMethods);
        headers.set('Access-Control-Allow-Headers', allowedHeaders);
        headers.set('Access-Control-Max-Age', '600');
      } else if (origin !== undefined) {
        recordForeignOrigin(tenant, origin, undefined);
      }
      return new Response(null, { status: 204, headers });
    }
    await next();
    c.res.headers.append('Vary', 'Origin');
    if (origin === undefined || !isAllowed) return;
    const client = c.get('client');
    if (client !== undefined && !isWebOrigin(client, origin)) {
      recordForeignOrigin(tenant, origin, client);
      return;
    }
    c.res.headers.set('Access-Control-Allow-Origin', origin);
    c.res.headers.set('Access-Control-Expose-Headers', exposedHeaders);
  };
}

function recordForeignOrigin(tenant: TenantContext, origin: string, client: ClientConfig | undefined): void {
  const clients = client === undefined ? tenant.registry.config.clients : [client];
  const registered = [...new Set(clients.flatMap((one) => [...one.webOrigins, ...anyLoopback(one)]))];
  const owner = client === undefined ? 'any client' : `client ${client.clientId}`;
  tenant.events.record({
    type: 'cors.rejected',
    outcome: 'failure',
    sentence: `A page at ${origin} called the tenant, but that origin is not among the webOrigins of ${owner}; registered: ${listOf(registered)}. The browser will not let the page read the answer.`,
    clientId: client?.clientId,
    details: { origin },
  });
}
