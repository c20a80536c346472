import type { MiddlewareHandler } from 'hono';

/**
 * Defaults for every answer. A page brings its own Content-Security-Policy and decides with it whether it may be framed
 * (only the silent web-message page may); everything else is data that no browser should render or frame.
 */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set('X-Content-Type-Options', 'nosniff');
  if (!headers.has('Referrer-Policy')) headers.set('Referrer-Policy', 'no-referrer');
  if (!headers.has('Content-Security-Policy')) {
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  }
  if (headers.get('Content-Security-Policy')?.includes("frame-ancestors 'none'"))
    headers.set('X-Frame-Options', 'DENY');
};
