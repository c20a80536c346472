import { Hono } from 'hono';
import type { TenantContext } from './context.ts';
import type { TenantControl } from './control/control.ts';
import { injectFaults } from './control/inject-faults.ts';
import { controlRoutes } from './control/routes.ts';
import { limitBodySize } from './http/body-size.ts';
import type { ProtocolEnv } from './http/protocol-context.ts';
import { securityHeaders } from './http/security-headers.ts';
import { dashboardRoutes } from './routes/dashboard/index.ts';
import { dbconnectionsRoutes } from './routes/dbconnections.ts';
import { hostedRoutes } from './routes/hosted/index.ts';
import { mfaRoutes } from './routes/mfa/index.ts';
import { myAccountRoutes } from './routes/my-account.ts';
import { passkeyRoutes } from './routes/passkey.ts';
import { protocolRoutes } from './routes/protocol.ts';
import { socialRoutes } from './routes/social.ts';
import { usersRoutes } from './routes/users.ts';

export const CONTROL_PATH = '/__tenant';

/** The tenant as one fetch handler: faults, then headers, then limits, then the routes. */
export function createApp(
  tenant: TenantContext,
  control: TenantControl,
  onError: (error: unknown) => void,
): Hono<ProtocolEnv> {
  const app = new Hono<ProtocolEnv>();
  app.use(injectFaults(tenant));
  app.use(securityHeaders);
  app.use(limitBodySize([`${CONTROL_PATH}/api/import`, `${CONTROL_PATH}/api/users/import`]));

  app.route(`${CONTROL_PATH}/api`, controlRoutes(tenant, control));
  app.route('/', protocolRoutes(tenant));
  app.route('/', dbconnectionsRoutes(tenant));
  app.route('/', socialRoutes(tenant));
  app.route('/', mfaRoutes(tenant));
  app.route('/', passkeyRoutes(tenant));
  app.route('/', myAccountRoutes(tenant));
  app.route('/', usersRoutes(tenant));
  app.route('/', hostedRoutes(tenant));
  app.route('/', dashboardRoutes(tenant, control));
  app.get('/', (c) => c.redirect(CONTROL_PATH, 302));
  app.notFound((c) =>
    c.json({ error: 'not_found', error_description: `This local test tenant has nothing at ${c.req.path}.` }, 404),
  );
  app.onError((error, c) => {
    onError(error);
    return c.json({ error: 'server_error', error_description: 'The tenant failed; its log says why.' }, 500);
  });
  return app;
}
