import type { MiddlewareHandler } from 'hono';

const thisMachine = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * For what only the page of this very origin, on this very machine, may ask. Browsers say where a request comes from: a page
 * of another origin, or of another port of this machine, is refused; by its name is one whose name was pointed here (DNS
 * rebinding).
 */
export const requireOwnPage: MiddlewareHandler = async (c, next) => {
  const site = c.req.header('Sec-Fetch-Site') ?? 'same-origin';
  if (site === 'same-origin' && thisMachine.has(new URL(c.req.url).hostname)) return next();
  return c.json({ error: 'forbidden', message: 'This is for the page of this origin.' }, 403);
};
