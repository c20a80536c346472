/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { ControlError } from '../../control/control-error.ts';
import { currentTotp, nextTotpAt } from '../../mfa/factors/otp.ts';
import { answerPush, findPendingPush } from '../../mfa/push-answers.ts';
import { type AppView, DevicesPage, type PushView } from '../../pages/dashboard/devices-page.tsx';
import type { User } from '../../store/store.ts';
import { runForm, showDashboard } from './show.tsx';

const tab = '/__tenant/devices';
/** So many of the users, and of the newest notifications, are looked at. */
const most = 200;

/** The simulated phone. Behind the control secret: it shows codes, and its "Approve" is somebody's second factor. */
export function devicesRoutes(tenant: TenantContext): Hono {
  const show = async (c: Context, failure?: string) => {
    const [pushes, apps] = await Promise.all([findPushes(tenant), findApps(tenant)]);
    return showDashboard(tenant, c, (frame) => <DevicesPage frame={frame} pushes={pushes} apps={apps} />, failure);
  };
  const app = new Hono();
  app.get('/', (c) => show(c));
  app.post('/answer', (c) =>
    runForm(
      tenant,
      c,
      tab,
      async ({ id = '', answer }) => {
        const given = answer === 'approved' ? 'approved' : 'denied';
        if (await answerPush(tenant, id, given)) return given;
        throw new ControlError('conflict', 'That was answered already, or has expired.');
      },
      (message) => show(c, message),
    ),
  );
  return app;
}

/** The newest open question of everybody who was asked lately. */
async function findPushes(tenant: TenantContext): Promise<PushView[]> {
  const sent = await tenant.outbox.list({ template: 'mfa_push', limit: most });
  const authenticators = await Promise.all(
    [...new Set(sent.map(({ to }) => to))].map((id) => tenant.store.authenticators.get(id)),
  );
  const userIds = new Set(authenticators.flatMap((one) => (one === undefined ? [] : [one.userId])));
  const pushes = await Promise.all(
    [...userIds].map(async (userId): Promise<PushView[]> => {
      const [pending, user] = await Promise.all([findPendingPush(tenant, userId), tenant.store.users.get(userId)]);
      if (pending === undefined || user === undefined) return [];
      const client = tenant.registry.client(pending.clientId ?? '')?.name ?? 'an app';
      return [{ ...pending, person: nameOf(user), client }];
    }),
  );
  return pushes.flat().toSorted((one, other) => other.createdAt - one.createdAt);
}

async function findApps(tenant: TenantContext): Promise<AppView[]> {
  const users = await tenant.store.users.list({ limit: most });
  const apps = await Promise.all(
    users.map(async (user) => {
      const authenticators = await tenant.store.authenticators.list(user.id);
      return authenticators.flatMap(({ factor, secret }) =>
        factor === 'otp' && secret !== undefined
          ? [{ person: nameOf(user), code: currentTotp(tenant, secret), changesAt: nextTotpAt(tenant) }]
          : [],
      );
    }),
  );
  return apps.flat();
}

function nameOf(user: User): string {
  return user.email ?? user.username ?? user.phoneNumber ?? user.id;
}
