/** @jsxImportSource hono/jsx */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { TenantContext } from '../../context.ts';
import { ClosedPage } from '../../pages/dashboard/closed-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { isSameSecret } from '../../tokens/secret.ts';

/**
 * Keeps the dashboard behind the per-run secret. `/__tenant?secret=…` trades it for a cookie that no script and no other
 * site can use, and takes it out of the address; without either there is only a page that says how to get in.
 */
export function requireAccess(tenant: TenantContext): MiddlewareHandler {
  return async (c, next) => {
    const pass = await tenant.mac('dashboard-access', tenant.controlSecret);
    const given = c.req.query('secret');
    if (given !== undefined && isSameSecret(given, tenant.controlSecret)) {
      const { protocol } = new URL(tenant.issuer);
      const secure = protocol === 'https:';
      setCookie(c, cookieName(tenant), pass, { path: '/__tenant', httpOnly: true, sameSite: 'Strict', secure });
      c.header('Cache-Control', 'no-store');
      return c.redirect('/__tenant', 303);
    }
    const cookie = getCookie(c, cookieName(tenant));
    if (given === undefined && cookie !== undefined && isSameSecret(cookie, pass)) return next();
    return renderPage(c, <ClosedPage />, { status: 401 });
  };
}

/** Browsers share cookies between the ports of a host: each tenant on a machine has its own. */
function cookieName(tenant: TenantContext): string {
  return `postern_dashboard_${new URL(tenant.issuer).port || 'default'}`;
}

export function dashboardCsrf(tenant: TenantContext): Promise<string> {
  return tenant.mac('dashboard-csrf', tenant.controlSecret);
}

export async function isDashboardForm(tenant: TenantContext, form: Readonly<Record<string, string>>) {
  return isSameSecret(form.csrf ?? '', await dashboardCsrf(tenant));
}

/** Only our own pages read the dashboard: never a script of another origin, whatever CORS it would like. */
export function isForeignFetch(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return c.req.method === 'POST' && site !== undefined && site !== 'same-origin' && site !== 'none';
}
