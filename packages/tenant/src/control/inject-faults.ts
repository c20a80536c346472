import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import type { TenantContext } from '../context.ts';
import { cors } from '../http/cors.ts';
import type { ProtocolEnv } from '../http/protocol-context.ts';

/** The faults a test asked for. The control API and preflights, which no test means, are never struck. */
export function injectFaults(tenant: TenantContext): MiddlewareHandler<ProtocolEnv> {
  const withCors = cors(tenant);
  return async (c, next) => {
    const { path, method } = c.req;
    const fault = path.startsWith('/__tenant') || method === 'OPTIONS' ? undefined : tenant.faults.takeFor(path);
    if (fault === undefined) return next();
    tenant.events.record({
      type: 'fault.injected',
      outcome: 'success',
      sentence: `The fault "${fault.kind}" asked for through the control API struck ${method} ${path}.`,
      details: { kind: fault.kind, path },
    });
    switch (fault.kind) {
      case 'delay':
        await sleep(fault.ms);
        return next();
      case 'respond':
        // Readable by the page that called, as the real answer would have been.
        return withCors(c, async () => {
          c.res = new Response(fault.body ?? null, { status: fault.status, headers: { ...fault.headers } });
        });
      case 'drop':
        await next();
        await c.res.body?.cancel();
        // Assigning a response to one that exists merges their headers: empty it first.
        c.res = undefined;
        c.res = closeConnection(c);
        return undefined;
    }
  };
}

/** Ends the connection without a byte of an answer. In-process there is none to end: `wasDropped` tells the caller. */
function closeConnection(c: Context): Response {
  const connection = c.env as { readonly incoming?: { readonly socket?: { destroy(): void } } } | undefined;
  connection?.incoming?.socket?.destroy();
  return new Response(null, RESPONSE_ALREADY_SENT);
}

export function wasDropped(response: Response): boolean {
  return [...RESPONSE_ALREADY_SENT.headers.keys()].some((name) => response.headers.has(name));
}
