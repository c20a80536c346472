import { Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import type { TenantControl } from '../../control/control.ts';
import { requireAccess } from './access.tsx';
import { controlsRoutes } from './controls.tsx';
import { devicesRoutes } from './devices.tsx';
import { eventsRoutes } from './events.tsx';
import { outboxRoutes } from './outbox.tsx';
import { overviewRoutes } from './overview.tsx';
import { protectionRoutes } from './protection.tsx';
import { sessionsRoutes } from './sessions.tsx';
import { usersRoutes } from './users.tsx';

/** The dashboard at `/__tenant`: what the tenant knows, and the control API as forms. */
export function dashboardRoutes(tenant: TenantContext, control: TenantControl): Hono {
  const pages = new Hono();
  pages.use(requireAccess(tenant));
  pages.route('/', overviewRoutes(tenant));
  pages.route('/users', usersRoutes(tenant, control));
  pages.route('/sessions', sessionsRoutes(tenant, control));
  pages.route('/outbox', outboxRoutes(tenant));
  pages.route('/devices', devicesRoutes(tenant));
  pages.route('/protection', protectionRoutes(tenant));
  pages.route('/events', eventsRoutes(tenant));
  pages.route('/controls', controlsRoutes(tenant, control));
  return new Hono().route('/__tenant', pages);
}
