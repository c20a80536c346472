/** @jsxImportSource hono/jsx */
import { recordSuspiciousAddress, suspiciousAddressText } from '../attack-protection/suspicious-address.ts';
import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { clientAddress } from '../http/client-address.ts';
import { cspSource } from '../http/csp-source.ts';
import type { ProtocolContext } from '../http/protocol-context.ts';
import { findOrganization } from '../organizations/membership.ts';
import { ConfirmLinkPage } from '../pages/confirm-link-page.tsx';
import { renderErrorPage } from '../pages/error-page.tsx';
import { renderPage } from '../pages/render-page.tsx';
import type { Recipient } from '../passwordless/codes.ts';
import { authorizeAfterLink, organizationAfterLink } from '../passwordless/finish-link.ts';
import { logInWithCode } from '../passwordless/verify.ts';
import { signIn } from '../sessions/browser-session.ts';
import { csrfToken, finishLogin, type Interaction, loadInteraction } from '../sessions/interactions.ts';
import { joiningOf, turnAway, withForm } from './hosted/forms.tsx';

/** An opened link: whom it is for, and what it is good for. */
interface OpenedLink {
  readonly client: ClientConfig;
  readonly recipient: Recipient;
  readonly code: string;
  /** The login on the hosted pages that it belongs to, in the browser it began in. */
  readonly interaction: Interaction | undefined;
}

const csrfPurpose = 'passwordless_link';
const notPartText = 'You are not part of the organization that the app logs in to. Ask there to be invited.';

/**
 * `GET /passwordless/verify_redirect`: the link in the mail, in any tab. Signs this browser in and goes on to the app, as
 * a hosted tenant does. Programs that scan mails or make previews open links, too, and a link works once: whatever is not
 * a browser that goes to a page gets a button in place of the login. A link that was asked for on the hosted pages needs
 * the cookie of its login, which those programs do not have.
 */
export async function handlePasswordlessLink(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const opened = await readLink(tenant, c);
  if (opened instanceof Response) return opened;
  if (isVisit(c)) return useLink(tenant, c, opened);
  const { client } = opened;
  const { pathname, search } = new URL(c.req.url);
  return renderPage(
    c,
    <ConfirmLinkPage
      frame={{ tenantName: tenant.registry.config.name, clientName: client.name }}
      action={`${pathname}${search}`}
      csrf={await csrfToken(tenant, c, csrfPurpose)}
      symbol="door"
      title={`Log in to ${client.name}`}
      message="Press the button, so that we know that it was you who opened the link."
      button="Log in"
    />,
    { formAction: callbackSources(client).join(' ') },
  );
}

/** `POST /passwordless/verify_redirect`: the button. */
export function handleConfirmedLink(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  return withForm(tenant, c, csrfPurpose, async () => {
    const opened = await readLink(tenant, c);
    return opened instanceof Response ? opened : useLink(tenant, c, opened);
  });
}

/** Where the login may end, for the page's CSP: which of them is known only when the link is used up. */
function callbackSources({ callbacks, allowLoopbackCallbacks }: ClientConfig): string[] {
  const anyPort = allowLoopbackCallbacks ? ['http://localhost:*', 'http://127.0.0.1:*', 'http://[::1]:*'] : [];
  return [...new Set([...callbacks.map(cspSource), ...anyPort])];
}

/** A browser that goes to a page says so (Fetch Metadata), and does not when it only fetches ahead of a click. */
function isVisit(c: ProtocolContext): boolean {
  const isPrefetch = (c.req.header('sec-purpose') ?? c.req.header('purpose') ?? '').includes('prefetch');
  return c.req.method === 'GET' && c.req.header('sec-fetch-dest') === 'document' && !isPrefetch;
}

async function readLink(tenant: TenantContext, c: ProtocolContext): Promise<OpenedLink | Response> {
  const query = c.req.query();
  const client = tenant.registry.client(query.client_id ?? '');
  const identifier = query.email ?? query.phone_number;
  const connection = tenant.registry.connection(query.connection ?? '');
  const code = query.verification_code;
  if (!client || !connection || !identifier || !code || !tenant.registry.connectionsOf(client).includes(connection)) {
    return showStaleLink(tenant, c, client, 'The address of the link is not complete.');
  }
  // Looked for before the code is spent.
  const interaction = query.interaction === undefined ? undefined : await loadInteraction(tenant, c, query.interaction);
  if (query.interaction !== undefined && interaction === undefined) {
    const explanation = 'The login of the link is over, or began in another browser.';
    const message =
      'Open it in the browser where you began, as long as that page waits for it. Or go back to the app and log in again.';
    return showStaleLink(tenant, c, client, explanation, 400, message);
  }
  return { client, recipient: { clientId: client.clientId, connection, identifier }, code, interaction };
}

async function useLink(
  tenant: TenantContext,
  c: ProtocolContext,
  { client, recipient, code, interaction }: OpenedLink,
): Promise<Response> {
  const { connection } = recipient;
  const login = await logInWithCode(tenant, recipient, code, clientAddress(c), ({ authParams }) => {
    if (interaction !== undefined) return joiningOf(tenant, interaction);
    const named = organizationAfterLink(authParams, c.req.query());
    return { organization: named === undefined ? undefined : findOrganization(tenant, named) };
  });
  if (login.kind === 'suspicious_address') {
    recordSuspiciousAddress(tenant, 'login', { clientId: client.clientId });
    return showStaleLink(tenant, c, client, suspiciousAddressText, 429);
  }
  if (login.kind === 'not_admitted') {
    if (interaction !== undefined) return turnAway(tenant, c, interaction, login.refusal);
    return showStaleLink(tenant, c, client, login.refusal.explanation, 403, notPartText, 'You cannot log in here');
  }
  if (login.kind !== 'ok') return showStaleLink(tenant, c, client, login.explanation);
  const { user, data } = login;
  const amr = [connection.strategy === 'sms' ? 'sms' : 'otp'];
  if (data.interactionId !== undefined) {
    if (interaction?.id !== data.interactionId) {
      return showStaleLink(tenant, c, client, 'The link was changed: it no longer names the login it belongs to.');
    }
    const next = `/u/passwordless/opened?state=${encodeURIComponent(interaction.id)}`;
    return finishLogin(tenant, c, interaction, user, { amr, next });
  }
  if (user.blocked) {
    const explanation = `User ${user.id} opened a good link but is blocked; unblock the user to let them in.`;
    return showStaleLink(tenant, c, client, explanation, 403, 'This account is blocked.');
  }
  await signIn(tenant, c, user, amr);
  await tenant.store.users.recordLogin(user.id, tenant.clock.now());
  tenant.events.record({
    type: 'login.success',
    outcome: 'success',
    sentence: `User ${user.id} signed in with the link in a mail that client ${client.clientId} asked for.`,
    clientId: client.clientId,
    userId: user.id,
    details: { connection: connection.name },
  });
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
  return c.redirect(authorizeAfterLink(tenant, client, data.authParams, c.req.query()).href, 303);
}

function showStaleLink(
  tenant: TenantContext,
  c: ProtocolContext,
  client: ClientConfig | undefined,
  explanation: string,
  status: 400 | 403 | 429 = 400,
  message = 'A link works once, for a few minutes, and only the newest one. Go back to the app and ask for another.',
  title = 'This link no longer works',
): Promise<Response> {
  tenant.events.record({
    type: 'passwordless.stale_link',
    outcome: 'failure',
    sentence: explanation,
    clientId: client?.clientId,
  });
  return renderErrorPage(c, {
    title,
    message,
    detail: explanation,
    status,
    frame: { tenantName: tenant.registry.config.name, clientName: client?.name },
  });
}
