import type { Context } from 'hono';
import type { TenantContext } from '../context.ts';
import { createSecret, isSameSecret } from '../tokens/secret.ts';
import { readCookie, writeCookie } from './cookies.ts';

/** The name of the hidden form field. */
export const csrfField = '_csrf';

const newBrowserIds = new WeakMap<Request, string>();

/** The random id of this browser, from its HttpOnly cookie; a browser without one receives one with this answer. */
export function browserId(tenant: TenantContext, c: Context): string {
  const known = readCookie(tenant, c, 'browser') ?? newBrowserIds.get(c.req.raw);
  if (known !== undefined) return known;
  const id = createSecret();
  newBrowserIds.set(c.req.raw, id);
  writeCookie(tenant, c, 'browser', id);
  return id;
}

/**
 * The value for a form's hidden `_csrf` field, bound to this browser and to one purpose: an interaction, or the name of
 * a form outside of one (`'reset-password'`).
 */
export async function csrfToken(
  tenant: TenantContext,
  c: Context,
  interactionOrPurpose: { readonly id: string } | string,
): Promise<string> {
  const purpose = typeof interactionOrPurpose === 'string' ? interactionOrPurpose : interactionOrPurpose.id;
  return tenant.mac('csrf', `${browserId(tenant, c)}\n${purpose}`);
}

/** Whether `_csrf` was made for this browser and purpose. The purpose is the form's `state` unless named. */
export async function checkCsrf(
  tenant: TenantContext,
  c: Context,
  form: Readonly<Record<string, unknown>>,
  purpose: unknown = form.state,
): Promise<boolean> {
  const browser = readCookie(tenant, c, 'browser');
  const sent = form[csrfField];
  if (browser === undefined || typeof sent !== 'string' || typeof purpose !== 'string') return false;
  return isSameSecret(sent, await tenant.mac('csrf', `${browser}\n${purpose}`));
}
