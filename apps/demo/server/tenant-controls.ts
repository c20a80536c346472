import { Hono, type MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from './access-token.ts';
import { askTenant, type TenantControls } from './ask-tenant.ts';

interface Order {
  readonly path: string;
  readonly body: unknown;
  /** What the person reads once it is done. */
  readonly done: string;
}

/** Every trouble that can be ordered. A page can ask for nothing else of the control API. */
const orders: Readonly<Record<string, (subject: string) => Order>> = {
  'drop-next-token-answer': () => ({
    path: '/faults',
    body: { kind: 'drop', path: '/oauth/token' },
    done: 'The tenant will process the next token request and then lose its answer.',
  }),
  'fail-next-token-answer': () => ({
    path: '/faults',
    body: {
      kind: 'respond',
      path: '/oauth/token',
      status: 500,
      body: JSON.stringify({ error: 'server_error', error_description: 'The tenant failed, as you asked.' }),
      headers: { 'Content-Type': 'application/json' },
    },
    done: 'The tenant will answer the next token request with an error of its own, status 500.',
  }),
  'revoke-refresh-tokens': (subject) => ({
    path: `/users/${encodeURIComponent(subject)}/revoke`,
    body: {},
    done: 'Your refresh tokens are revoked. The next refresh will end the session.',
  }),
};

export function tenantControlRoutes(
  controls: TenantControls,
  requireToken: MiddlewareHandler<ApiEnvironment>,
): Hono<ApiEnvironment> {
  const routes = new Hono<ApiEnvironment>();
  routes.use(requireToken);
  routes.post('/:order', async (c) => {
    const order = Object.hasOwn(orders, c.req.param('order')) ? orders[c.req.param('order')] : undefined;
    if (!order) return c.json({ error: 'not_found', message: 'There is no such order.' }, 404);
    const { path, body, done } = order(c.get('token').sub);
    const response = await askTenant(controls, path, body);
    if (!response?.ok) {
      return c.json({ error: 'tenant_refused', message: `The tenant answered ${response?.status ?? 'nothing'}.` }, 502);
    }
    return c.json({ message: done });
  });
  return routes;
}
