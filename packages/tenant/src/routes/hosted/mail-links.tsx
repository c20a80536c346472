/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { MessagePage } from '../../pages/message-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import { unblockLogin } from '../../users/authenticate.ts';
import { verifyEmail } from '../../users/email-verification.ts';
import { frameOf } from './forms.tsx';

/** The links in mails that need no form. Each works once. */
export function mailLinkRoutes(tenant: TenantContext): Hono {
  const app = new Hono();

  app.get('/email-verification', async (c) => {
    if (!(await verifyEmail(tenant, c.req.query('ticket') ?? '')))
      return staleLink(tenant, c, 'Your address may be confirmed already. If not, ask the app for a new mail.');
    return showDone(
      tenant,
      c,
      'Your address is confirmed',
      'Thank you. You can close this page and go back to the app.',
    );
  });

  app.get('/unblock', async (c) => {
    if (!(await unblockLogin(tenant, c.req.query('ticket') ?? '')))
      return staleLink(tenant, c, 'Your account may be unblocked already: go back to the app and try to log in.');
    return showDone(tenant, c, 'Your account is unblocked', 'Go back to the app and log in.');
  });

  return app;
}

function showDone(tenant: TenantContext, c: Context, title: string, message: string) {
  return renderPage(c, <MessagePage frame={frameOf(tenant)} title={title} symbol="check" message={message} />);
}

function staleLink(tenant: TenantContext, c: Context, message: string) {
  const frame = frameOf(tenant);
  return renderErrorPage(c, { title: 'This link no longer works', message, status: 400, frame });
}
