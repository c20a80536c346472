import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { OAuthError } from '../../errors.ts';
import { type Parameters, readBody, toParameters } from '../../http/body.ts';
import { unknownClient } from '../../http/client-authentication.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { renderConfirmLogoutPage } from '../../pages/confirm-logout-page.tsx';
import { currentSession } from '../../sessions/browser-session.ts';
import { checkCsrf, csrfToken } from '../../sessions/csrf.ts';
import { endLogin, orErrorPage } from './end-login.ts';
import { checkPostLogoutRedirectUri } from './return-address.ts';

/**
 * `GET|POST /oidc/logout` (OIDC RP-Initiated Logout). Without a hint that it is this browser's own session, the person is
 * asked first: any page of the web can lead here.
 */
export function handleOidcLogout(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let sent: Parameters = {};
  return orErrorPage(
    tenant,
    c,
    () => sent.client_id,
    async () => {
      sent = c.req.method === 'POST' ? await readBody(c) : toParameters(new URL(c.req.url).searchParams);
      const request = await checkRequest(tenant, sent);
      const session = await currentSession(tenant, c);
      if (session === undefined || session.id === request.sessionId) return endLogin(tenant, c, request);
      return renderConfirmLogoutPage(c, {
        tenantName: tenant.registry.config.name,
        csrf: await csrfToken(tenant, c, 'logout'),
        clientId: request.client?.clientId,
        clientName: request.client?.name,
        postLogoutRedirectUri: sent.post_logout_redirect_uri,
        clientState: sent.state,
      });
    },
  );
}

/** `POST /oidc/logout/confirm`: the person agreed. The address is checked again, as forms can be changed. */
export function handleConfirmedLogout(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  let sent: Parameters = {};
  return orErrorPage(
    tenant,
    c,
    () => sent.client_id,
    async () => {
      sent = await readBody(c);
      if (!(await checkCsrf(tenant, c, sent, 'logout'))) {
        throw new OAuthError(
          'invalid_request',
          'This page is out of date. Go back to the application and log out again.',
          {
            status: 403,
            explanation: 'The logout form came without the CSRF token of this browser.',
          },
        );
      }
      const client = findClient(tenant, sent.client_id);
      return endLogin(tenant, c, { client, returnTo: checkReturn(client, sent) });
    },
  );
}

interface LogoutRequest {
  readonly client: ClientConfig | undefined;
  /** Checked, with the client's `state`. */
  readonly returnTo: string | undefined;
  /** The session the hints name. */
  readonly sessionId: string | undefined;
}

async function checkRequest(tenant: TenantContext, sent: Parameters): Promise<LogoutRequest> {
  const { id_token_hint: idToken, logout_hint: logoutHint } = sent;
  const hint = idToken === undefined ? undefined : await readHint(tenant, idToken);
  if (hint !== undefined && sent.client_id !== undefined && sent.client_id !== hint.clientId) {
    throw disagree(`id_token_hint was issued to client ${hint.clientId}, but client_id is ${sent.client_id}.`);
  }
  if (hint?.sessionId !== undefined && logoutHint !== undefined && logoutHint !== hint.sessionId) {
    throw disagree('logout_hint names another session (sid) than the id_token_hint.');
  }
  const client = findClient(tenant, hint?.clientId ?? sent.client_id);
  return { client, returnTo: checkReturn(client, sent), sessionId: hint?.sessionId ?? logoutHint };
}

/** An expired ID token still says whose it was (RP-Initiated Logout section 2); a forged one says nothing. */
async function readHint(tenant: TenantContext, idToken: string) {
  const claims = await tenant.keys.verify(idToken);
  if (claims === undefined || typeof claims.aud !== 'string' || tenant.registry.client(claims.aud) === undefined) {
    throw new OAuthError('invalid_request', 'Invalid id_token_hint', {
      explanation:
        'id_token_hint is not an ID token of this tenant, or was issued to a client that is no longer there.',
    });
  }
  return { clientId: claims.aud, sessionId: typeof claims.sid === 'string' ? claims.sid : undefined };
}

function findClient(tenant: TenantContext, clientId: string | undefined): ClientConfig | undefined {
  if (clientId === undefined) return undefined;
  const client = tenant.registry.client(clientId);
  if (client !== undefined) return client;
  throw new OAuthError('invalid_request', `Unknown client: ${clientId}`, {
    explanation: unknownClient(tenant, clientId),
  });
}

/** The registered address with the client's `state`. */
function checkReturn(client: ClientConfig | undefined, sent: Parameters): string | undefined {
  const { post_logout_redirect_uri: uri, state } = sent;
  if (uri === undefined) return undefined;
  if (client === undefined) {
    throw new OAuthError('invalid_request', 'The post_logout_redirect_uri address is not allowed.', {
      explanation: `post_logout_redirect_uri ${uri} came without client_id or id_token_hint, so there is no client whose logout URLs could allow it.`,
    });
  }
  const address = checkPostLogoutRedirectUri(client, uri);
  if (state === undefined) return address;
  return `${address}${address.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}

function disagree(explanation: string): OAuthError {
  return new OAuthError('invalid_request', 'The logout hints do not agree.', { explanation });
}
