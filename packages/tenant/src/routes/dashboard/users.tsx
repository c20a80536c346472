/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import type { TenantControl } from '../../control/control.ts';
import { UsersPage } from '../../pages/dashboard/users-page.tsx';
import { completeProfile } from '../../users/signup.ts';
import type { Form } from '../hosted/forms.tsx';
import { runForm, showDashboard } from './show.tsx';

const tab = '/__tenant/users';
const pageSize = 200;

export function usersRoutes(tenant: TenantContext, control: TenantControl): Hono {
  const show = async (c: Context, failure?: string) => {
    const search = c.req.query('search') ?? '';
    const [users, total] = await Promise.all([
      tenant.store.users.list({ search, limit: pageSize }),
      tenant.store.users.count(),
    ]);
    const databases = tenant.registry.config.connections.filter(({ strategy }) => strategy === 'auth0');
    const views = await Promise.all(
      users.map(async (user) => ({
        user,
        factors: await tenant.store.authenticators.list(user.id),
        passkeys: await tenant.store.passkeys.list(user.id),
        identities: await tenant.store.identities.list(user.id),
      })),
    );
    const page = { users: views, total, search, databases };
    return showDashboard(tenant, c, (frame) => <UsersPage frame={frame} {...page} />, failure);
  };
  const post = (act: (form: Form) => Promise<string>) => (c: Context) =>
    runForm(tenant, c, tab, act, (message) => show(c, message));

  const app = new Hono();
  app.get('/', (c) => show(c));
  app.post(
    '/create',
    post(async (form) => {
      const email = (form.email ?? '').trim();
      const username = (form.username ?? '').trim() || undefined;
      await control.users.create({
        email,
        emailVerified: true,
        password: form.password ?? '',
        connection: form.connection ?? '',
        profile: completeProfile(tenant, { email, username }),
        ...(username === undefined ? {} : { username }),
      });
      return 'created';
    }),
  );
  app.post(
    '/block',
    post(async (form) => {
      if (form.blocked !== 'true') {
        await control.users.unblock(form.id ?? '');
        return 'unblocked';
      }
      await control.users.block(form.id ?? '');
      return 'blocked';
    }),
  );
  app.post(
    '/unenroll',
    post(async ({ id = '' }) => {
      const { id: userId } = await control.users.get(id);
      const factors = await tenant.store.authenticators.list(userId);
      for (const { id: factor } of factors) {
        const isThere = (await tenant.store.authenticators.get(factor)) !== undefined;
        if (isThere) await control.mfa.removeAuthenticator(userId, factor);
      }
      return 'unenrolled';
    }),
  );
  app.post(
    '/remove-passkeys',
    post(async ({ id = '' }) => {
      const { id: userId } = await control.users.get(id);
      for (const passkey of await control.passkeys.list(userId)) await control.passkeys.remove(userId, passkey.id);
      return 'passkeys-removed';
    }),
  );
  app.post(
    '/delete',
    post(async (form) => {
      await control.users.delete(form.id ?? '');
      return 'deleted';
    }),
  );
  return app;
}
