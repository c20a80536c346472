/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { endBlock, listBlocks } from '../../attack-protection/brute-force.ts';
import { activities, forgetSuspicion, listSuspicious } from '../../attack-protection/suspicious-address.ts';
import type { TenantContext } from '../../context.ts';
import { ControlError } from '../../control/control-error.ts';
import { ProtectionPage } from '../../pages/dashboard/protection-page.tsx';
import type { Form } from '../hosted/forms.tsx';
import { runForm, showDashboard } from './show.tsx';

const tab = '/__tenant/protection';

export function protectionRoutes(tenant: TenantContext): Hono {
  const show = async (c: Context, failure?: string) => {
    const blocks = await listBlocks(tenant);
    const addresses = await Promise.all(activities.map((activity) => listSuspicious(tenant, activity)));
    const settings = tenant.registry.config.attackProtection;
    const page = { blocks, addresses: addresses.flat(), settings };
    return showDashboard(tenant, c, (frame) => <ProtectionPage frame={frame} {...page} />, failure);
  };
  const post = (act: (form: Form) => Promise<string>) => (c: Context) =>
    runForm(tenant, c, tab, act, (message) => show(c, message));

  const app = new Hono();
  app.get('/', (c) => show(c));
  app.post(
    '/unblock',
    post(async ({ key = '' }) => {
      if (await endBlock(tenant, key)) return 'released';
      throw new ControlError('not_found', 'That block is over already.');
    }),
  );
  app.post(
    '/address',
    post(async ({ activity, address = '' }) => {
      const known = activities.find((name) => name === activity);
      if (known === undefined)
        throw new ControlError('invalid_request', 'That is nothing addresses are slowed down for.');
      await forgetSuspicion(tenant, known, address);
      return 'released';
    }),
  );
  return app;
}
