/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { TenantContext } from '../../context.ts';
import { ControlError } from '../../control/control-error.ts';
import type { DashboardFrame, TabPath } from '../../pages/dashboard/frame.tsx';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { type Form, readForm } from '../hosted/forms.tsx';
import { dashboardCsrf, isDashboardForm, isForeignFetch } from './access.tsx';

/** What a form did, by the word that its redirect carries. */
const notices: Readonly<Record<string, string>> = {
  created: 'The user was created.',
  blocked: 'The user is blocked, and signed out everywhere.',
  unblocked: 'The user can log in again.',
  deleted: 'The user is gone.',
  ended: 'The session has ended.',
  revoked: 'The refresh-token family is revoked.',
  unenrolled: 'The user has no second factor any more.',
  'passkeys-removed': 'The user has no passkey any more.',
  approved: 'The login was approved.',
  denied: 'The login was denied.',
  released: 'The next attempt is let through.',
  clock: 'The clock was changed.',
  rotated: 'The next key signs from now on; the one before stays published until its tokens have expired.',
  fault: 'The fault waits for the next answer it fits.',
  cleared: 'No faults are waiting any more.',
};

export async function showDashboard(
  tenant: TenantContext,
  c: Context,
  page: (frame: DashboardFrame) => JSX.Element,
  failure?: string,
): Promise<Response> {
  const done = notices[c.req.query('done') ?? ''];
  const frame: DashboardFrame = {
    tenantName: tenant.registry.config.name,
    issuer: tenant.issuer,
    now: tenant.clock.now(),
    csrf: await dashboardCsrf(tenant),
    ...(failure !== undefined
      ? { notice: { text: failure, failed: true } }
      : done !== undefined
        ? { notice: { text: done } }
        : {}),
  };
  return renderPage(c, page(frame), { dashboard: true, status: failure === undefined ? 200 : 400 });
}

/**
 * Runs a form of the dashboard and goes back to its tab with 303. What the control API refuses is shown on the tab by
 * `refused`.
 */
export async function runForm(
  tenant: TenantContext,
  c: Context,
  tab: TabPath,
  act: (form: Form) => Promise<string>,
  refused: (message: string) => Response | Promise<Response>,
): Promise<Response> {
  const form = await readForm(c);
  if (isForeignFetch(c) || !(await isDashboardForm(tenant, form)))
    return renderErrorPage(c, {
      title: 'Please try again',
      message: 'This form was not made by this run of the tenant. Go back, reload the page and send it again.',
      status: 403,
      frame: { tenantName: tenant.registry.config.name },
    });
  try {
    return c.redirect(`${tab}?done=${await act(form)}`, 303);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return refused(error.message);
  }
}
