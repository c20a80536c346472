/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { ConfirmLinkPage } from '../../pages/confirm-link-page.tsx';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { MessagePage } from '../../pages/message-page.tsx';
import { renderPage } from '../../pages/render-page.tsx';
import type { SymbolName } from '../../pages/symbols.tsx';
import { csrfToken } from '../../sessions/interactions.ts';
import { unblockLogin } from '../../users/authenticate.ts';
import { verifyEmail } from '../../users/email-verification.ts';
import { findTicket, type TicketKind } from '../../users/tickets.ts';
import { frameOf, withForm } from './forms.tsx';

/** A link in a mail that needs nothing but a press of a button. */
interface MailLink {
  readonly path: string;
  readonly ticket: TicketKind;
  readonly use: (tenant: TenantContext, ticket: string) => Promise<boolean>;
  readonly ask: {
    readonly symbol: SymbolName;
    readonly title: string;
    readonly message: string;
    readonly button: string;
  };
  readonly done: { readonly title: string; readonly message: string };
  /** What to do when it no longer works. */
  readonly stale: string;
}

const links: readonly MailLink[] = [
  {
    path: '/email-verification',
    ticket: 'email_verification',
    use: verifyEmail,
    ask: {
      symbol: 'envelope',
      title: 'Confirm your address',
      message: 'Press the button, so that we know that this mail reached you.',
      button: 'Confirm my address',
    },
    done: { title: 'Your address is confirmed', message: 'Thank you. You can close this page and go back to the app.' },
    stale: 'Your address may be confirmed already. If not, ask the app for a new mail.',
  },
  {
    path: '/unblock',
    ticket: 'login_unblock',
    use: unblockLogin,
    ask: {
      symbol: 'door',
      title: 'Unblock your account',
      message:
        'Somebody gave a wrong password for it many times. If that was you, unblock it. If not, leave it: the block ends by itself.',
      button: 'Unblock my account',
    },
    done: { title: 'Your account is unblocked', message: 'Go back to the app and log in.' },
    stale: 'Your account may be unblocked already: go back to the app and try to log in.',
  },
];

/** Opening a link changes nothing, its button does. Each works once. */
export function mailLinkRoutes(tenant: TenantContext): Hono {
  const app = new Hono();
  for (const link of links) {
    app.get(link.path, async (c) => {
      const ticket = c.req.query('ticket') ?? '';
      if ((await findTicket(tenant, link.ticket, ticket)) === undefined) return staleLink(tenant, c, link);
      const csrf = await csrfToken(tenant, c, link.ticket);
      return renderPage(
        c,
        <ConfirmLinkPage frame={frameOf(tenant)} action={`/u${link.path}`} csrf={csrf} ticket={ticket} {...link.ask} />,
      );
    });
    app.post(link.path, (c) =>
      withForm(tenant, c, link.ticket, async ({ ticket = '' }) => {
        const isDone = await link.use(tenant, ticket);
        return isDone ? c.redirect(`/u${link.path}/done`, 303) : staleLink(tenant, c, link);
      }),
    );
    app.get(`${link.path}/done`, (c) =>
      renderPage(c, <MessagePage frame={frameOf(tenant)} symbol="check" {...link.done} />),
    );
  }
  return app;
}

function staleLink(tenant: TenantContext, c: Context, { stale }: MailLink) {
  return renderErrorPage(c, {
    title: 'This link no longer works',
    message: stale,
    status: 400,
    frame: frameOf(tenant),
  });
}
