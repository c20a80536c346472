import type { MiddlewareHandler } from 'hono';

/** Browsers say where a request comes from; a page of another origin, or of another port of this machine, is refused. */
export const requireOwnPage: MiddlewareHandler = async (c, next) => {
  const site = c.req.header('Sec-Fetch-Site') ?? 'same-origin';
  if (site === 'same-origin') return next();
  return c.json({ error: 'forbidden', message: 'This is for the page of this origin.' }, 403);
};
