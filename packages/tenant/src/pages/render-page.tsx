/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

interface RenderOptions {
  status?: ContentfulStatusCode;
  /** Where a form may lead besides this origin: browsers check each redirect after its POST (CSP `form-action`). */
  formAction?: string | undefined;
  /** Same-origin connections, for a page that waits for something or asks for a challenge. */
  waits?: boolean;
  /** Same-origin frames and connections, which only the dashboard needs. */
  dashboard?: boolean;
}

function contentSecurityPolicy({ formAction, waits = false, dashboard = false }: RenderOptions): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    `form-action 'self'${formAction ? ` ${formAction}` : ''}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    ...(waits || dashboard ? ["connect-src 'self'"] : []),
    ...(dashboard ? ["frame-src 'self'"] : []),
  ].join('; ');
}

/**
 * Sends a page with the headers every page of the tenant has: no frames, no foreign assets, no referrer (the address holds
 * the login's `state` or a ticket), no cache.
 */
export async function renderPage(c: Context, page: JSX.Element, options: RenderOptions = {}): Promise<Response> {
  c.header('Content-Security-Policy', contentSecurityPolicy(options));
  c.header('X-Frame-Options', 'DENY');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Cache-Control', 'no-store');
  return c.html(html`${raw('<!doctype html>')}${page}`, options.status ?? 200);
}
