import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { TenantContext } from '../context.ts';

export type CookiePurpose = 'session' | 'browser' | 'mfa';

/**
 * `postern_session`, `postern_browser` and `postern_mfa`. Browsers share cookies between all ports of a host, so a tenant whose issuer
 * names a port adds it: two tenants on one machine must not sign each other's people out.
 */
export function cookieName(tenant: Pick<TenantContext, 'issuer'>, purpose: CookiePurpose): string {
  const { port } = new URL(tenant.issuer);
  return port === '' ? `postern_${purpose}` : `postern_${purpose}_${port}`;
}

/** The attributes every cookie of the tenant has. Over https it must reach the silent iframe of another site. */
export function cookieAttributes(tenant: Pick<TenantContext, 'issuer'>) {
  const secure = new URL(tenant.issuer).protocol === 'https:';
  return { path: '/', httpOnly: true, secure, sameSite: secure ? 'None' : 'Lax' } as const;
}

export function readCookie(tenant: TenantContext, c: Context, purpose: CookiePurpose): string | undefined {
  const value = getCookie(c, cookieName(tenant, purpose));
  return value === '' ? undefined : value;
}

/** `maxAge` in seconds; without it the cookie goes when the browser closes. */
export function writeCookie(
  tenant: TenantContext,
  c: Context,
  purpose: CookiePurpose,
  value: string,
  maxAge?: number,
): void {
  setCookie(c, cookieName(tenant, purpose), value, {
    ...cookieAttributes(tenant),
    ...(maxAge === undefined ? {} : { maxAge }),
  });
}

export function clearCookie(tenant: TenantContext, c: Context, purpose: CookiePurpose): void {
  deleteCookie(c, cookieName(tenant, purpose), cookieAttributes(tenant));
}
