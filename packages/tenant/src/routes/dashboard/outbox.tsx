/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { OutboxPage } from '../../pages/dashboard/outbox-page.tsx';
import { showDashboard } from './show.tsx';

export function outboxRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  app.get('/', async (c) => {
    const messages = (await tenant.outbox.list()).reverse();
    return showDashboard(tenant, c, (frame) => <OutboxPage frame={frame} messages={messages} />);
  });

  /** A mail as its reader sees it: in a sandbox, without scripts, forms or anything from elsewhere. */
  app.get('/:id{[0-9]+}', async (c) => {
    const id = Number(c.req.param('id'));
    const [message] = await tenant.outbox.list({ afterId: id - 1, limit: 1 });
    if (message?.id !== id || message.html === undefined) return c.notFound();
    return c.html(message.html, 200, {
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
      'X-Frame-Options': 'SAMEORIGIN',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
    });
  });
  return app;
}
