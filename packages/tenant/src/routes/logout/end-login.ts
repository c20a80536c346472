import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { OAuthError, recordRefusal } from '../../errors.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { renderErrorPage } from '../../pages/error-page.tsx';
import { renderLoggedOutPage } from '../../pages/logged-out-page.tsx';
import { endSession } from '../../sessions/browser-session.ts';

/** Ends the session of this browser, then leads to the checked address, or to the page that says so. */
export async function endLogin(
  tenant: TenantContext,
  c: ProtocolContext,
  { client, returnTo }: { client: ClientConfig | undefined; returnTo: string | undefined },
): Promise<Response> {
  const session = await endSession(tenant, c);
  const asked = client === undefined ? 'The person' : `Client ${client.clientId}`;
  tenant.events.record({
    type: 'logout',
    outcome: 'success',
    sentence:
      session === undefined
        ? `${asked} asked for a logout, but nobody was signed in on this browser.`
        : `${asked} ended the session of user ${session.userId}; refresh tokens obtained through it are revoked.`,
    clientId: client?.clientId,
    userId: session?.userId,
    details: { had_session: session !== undefined },
  });
  c.header('Cache-Control', 'no-store');
  if (returnTo !== undefined) return c.redirect(returnTo, c.req.method === 'POST' ? 303 : 302);
  return renderLoggedOutPage(c, {
    frame: { tenantName: tenant.registry.config.name },
    hadSession: session !== undefined,
  });
}

/** Runs a logout; what is wrong with the request is told on a page, never to an address that was not checked. */
export async function orErrorPage(
  tenant: TenantContext,
  c: ProtocolContext,
  clientId: () => string | undefined,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    recordRefusal(tenant, 'logout.rejected', error, { clientId: clientId() });
    return renderErrorPage(c, {
      title: 'Logout cannot go on',
      message: error.message,
      detail: error.explanation,
      status: error.status,
      frame: { tenantName: tenant.registry.config.name },
    });
  }
}
