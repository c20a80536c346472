/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import type { TenantControl } from '../../control/control.ts';
import { ControlError } from '../../control/control-error.ts';
import { ControlsPage } from '../../pages/dashboard/controls-page.tsx';
import type { Form } from '../hosted/forms.tsx';
import { runForm, showDashboard } from './show.tsx';

const tab = '/__tenant/controls';

export function controlsRoutes(tenant: TenantContext, control: TenantControl): Hono {
  const show = async (c: Context, failure?: string) => {
    const { keys } = await tenant.keys.jwks();
    const keyIds = keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
    const page = { faults: control.faults.list(), keyIds, stopped: control.clock.get().stopped };
    return showDashboard(tenant, c, (frame) => <ControlsPage frame={frame} {...page} />, failure);
  };
  const post = (act: (form: Form) => Promise<string>) => (c: Context) =>
    runForm(tenant, c, tab, act, (message) => show(c, message));

  const app = new Hono();
  app.get('/', (c) => show(c));
  app.post(
    '/clock',
    post(async ({ advance, action }) => {
      const { clock } = control;
      if (advance !== undefined) clock.advance(Number(advance));
      else if (action === 'stop') clock.set(clock.get().now);
      else if (action === 'run') clock.set(clock.get().now, { running: true });
      else clock.reset();
      return 'clock';
    }),
  );
  app.post(
    '/rotate',
    post(async () => {
      await control.rotateKeys();
      return 'rotated';
    }),
  );
  app.post(
    '/fault',
    post(async (form) => {
      control.faults.add(readFault(form));
      return 'fault';
    }),
  );
  app.post(
    '/clear-faults',
    post(async () => {
      control.faults.clear();
      return 'cleared';
    }),
  );
  return app;
}

const claims = ['iss', 'aud', 'nonce', 'sub', 'exp', 'signature'] as const;

/** The fields of the form that the kind of fault uses; `control` checks their values. */
function readFault(form: Form): Parameters<TenantControl['faults']['add']>[0] {
  const path = form.path ?? '';
  switch (form.kind) {
    case 'drop':
      return { kind: 'drop', path };
    case 'delay':
      return { kind: 'delay', path, ms: Number(form.ms) };
    case 'respond':
      return { kind: 'respond', path, status: Number(form.status) };
    case 'id_token': {
      const claim = claims.find((name) => name === form.claim);
      if (claim) return { kind: 'id_token', claim };
    }
  }
  throw new ControlError('invalid_request', 'That is not a fault this tenant knows.');
}
