/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { stateOfFamily } from '../../pages/dashboard/family-timeline.tsx';
import { OverviewPage } from '../../pages/dashboard/overview-page.tsx';
import { isLive } from '../../sessions/browser-session.ts';
import { showDashboard } from './show.tsx';

/** Figures are counted among this many of the newest. */
const newest = 1000;

export function overviewRoutes(tenant: TenantContext): Hono {
  return new Hono().get('/', async (c) => {
    const { store, registry, clock } = tenant;
    const [users, sessions, families] = await Promise.all([
      store.users.count(),
      store.sessions.list({ limit: newest }),
      store.refreshTokens.list({ limit: newest }),
    ]);
    const now = clock.now();
    const { clients, apis } = registry.config;
    return showDashboard(tenant, c, (frame) => (
      <OverviewPage
        frame={frame}
        clients={clients}
        apis={apis}
        users={registry.config.users}
        connections={registry.config.connections}
        counts={{
          users,
          sessions: sessions.filter((session) => isLive(session, now)).length,
          families: families.filter((family) => stateOfFamily(family, now) === 'live').length,
        }}
      />
    ));
  });
}
