/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import type { TenantControl } from '../../control/control.ts';
import { SessionsPage } from '../../pages/dashboard/sessions-page.tsx';
import { isLive } from '../../sessions/browser-session.ts';
import { runForm, showDashboard } from './show.tsx';

const tab = '/__tenant/sessions';

export function sessionsRoutes(tenant: TenantContext, control: TenantControl): Hono {
  const show = async (c: Context, failure?: string) => {
    const { store, clock } = tenant;
    const [sessions, families] = await Promise.all([store.sessions.list(), store.refreshTokens.list()]);
    const personOf = await namePeople(tenant, [...sessions, ...families]);
    const now = clock.now();
    const sessionViews = await Promise.all(
      sessions.map(async (session) => ({
        session,
        person: personOf(session.userId),
        clients: await store.sessions.clients(session.id),
        live: isLive(session, now),
      })),
    );
    const familyViews = await Promise.all(
      families.map(async (family) => ({
        family,
        person: personOf(family.userId),
        renewals: ((await store.refreshTokens.newest(family.id))?.generation ?? 1) - 1,
      })),
    );
    return showDashboard(
      tenant,
      c,
      (frame) => <SessionsPage frame={frame} sessions={sessionViews} families={familyViews} />,
      failure,
    );
  };

  const app = new Hono();
  app.get('/', (c) => show(c));
  app.post('/end', (c) =>
    runForm(
      tenant,
      c,
      tab,
      async (form) => {
        await control.sessions.end(form.id ?? '');
        return 'ended';
      },
      (message) => show(c, message),
    ),
  );
  app.post('/revoke', (c) =>
    runForm(
      tenant,
      c,
      tab,
      async (form) => {
        await control.families.revoke(form.id ?? '');
        return 'revoked';
      },
      (message) => show(c, message),
    ),
  );
  return app;
}

async function namePeople(tenant: TenantContext, owners: readonly { readonly userId: string }[]) {
  const names = new Map<string, string>();
  for (const id of new Set(owners.map(({ userId }) => userId))) {
    const user = await tenant.store.users.get(id);
    names.set(id, user?.email ?? user?.username ?? user?.phoneNumber ?? id);
  }
  return (id: string) => names.get(id) ?? id;
}
