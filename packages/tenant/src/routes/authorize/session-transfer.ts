import { deleteCookie, getCookie } from 'hono/cookie';
import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { isSameNetwork } from '../../http/networks.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { requestFacts } from '../../http/request-facts.ts';
import { currentLogin, endSession, signInFromElsewhere } from '../../sessions/browser-session.ts';
import { cookieAttributes } from '../../sessions/cookies.ts';
import type { AuthorizeParams } from '../../sessions/interactions.ts';
import type { TransferOrigin, User } from '../../store/store.ts';
import { type SessionTransferData, spendSessionTransferToken } from '../../tokens/session-transfer-token.ts';
import type { Login } from './decide.ts';
import type { AuthorizeRequest } from './request.ts';

/** A request with a session transfer token: who is signed in by it, or that the person must sign in. */
export type Transfer =
  | { readonly kind: 'login'; readonly login: Login; readonly origin: TransferOrigin }
  | { readonly kind: 'prompt' };

const cookieName = 'auth0_session_transfer_token';

/**
 * Native to Web SSO: the token signs the browser in, once. What is wrong with it is told in the event log alone; the
 * person sees the login page. Somebody else's session ends, so that no browser goes on as one person with another's app.
 */
export async function takeSessionTransfer(
  tenant: TenantContext,
  c: ProtocolContext,
  { client, sent }: AuthorizeRequest,
  params: AuthorizeParams,
): Promise<Transfer | undefined> {
  const value = findToken(tenant, c, client, sent.session_transfer_token);
  if (value === undefined) return undefined;
  const reject = (reason: string, userId?: string): Transfer => {
    tenant.events.record({
      type: 'session_transfer.rejected',
      outcome: 'failure',
      sentence: `A session transfer token for client ${client.clientId} was not taken: ${reason} The person sees the login page.`,
      clientId: client.clientId,
      userId,
    });
    return { kind: 'prompt' };
  };
  const spent = await spendSessionTransferToken(tenant, value);
  if (spent === undefined) return reject('it is unknown, was used before, or is older than its 60 s.');
  const { data } = spent;
  const { deviceBinding } = client.sessionTransfer;
  if (deviceBinding !== 'none' && !isSameNetwork(data.address, requestFacts(c, client).ip, deviceBinding)) {
    return reject(`it came from another address than it was made for (deviceBinding ${deviceBinding}).`, data.userId);
  }
  if (data.organizationId !== params.organizationId) {
    const named = (id: string | undefined) => id ?? 'no organization';
    return reject(
      `it is for ${named(data.organizationId)}, the request for ${named(params.organizationId)}.`,
      data.userId,
    );
  }
  const user = await tenant.store.users.get(data.userId);
  if (user === undefined || user.blocked) return reject('its user was deleted or blocked.', data.userId);
  const family = await tenant.store.refreshTokens.getFamily(data.familyId);
  if (family === undefined || family.revokedAt !== undefined) {
    return reject('the refresh token it was made with was revoked.', user.id);
  }
  const existing = await currentLogin(tenant, c);
  if (existing !== undefined && existing.user.id !== user.id) {
    await endSession(tenant, c);
    return reject(`this browser was signed in as user ${existing.user.id}, whose session has ended now.`, user.id);
  }
  const origin = { familyId: data.familyId, cascade: isCascading(tenant, data) };
  const login = existing ?? (await beginSession(tenant, c, user, data, origin));
  tenant.events.record({
    type: 'session_transfer.success',
    outcome: 'success',
    sentence: `A session transfer token of client ${data.clientId} signed user ${user.id} in for client ${client.clientId}${existing === undefined ? '' : '; the browser was signed in as that user already'}.`,
    clientId: client.clientId,
    userId: user.id,
    details: { family_id: data.familyId },
  });
  return { kind: 'login', login, origin };
}

/** From where the client allows. A cookie is for one use, like the token in it. */
function findToken(
  tenant: TenantContext,
  c: ProtocolContext,
  { clientId, sessionTransfer: { allowedAuthenticationMethods: allowed } }: ClientConfig,
  sent: string | undefined,
): string | undefined {
  if (sent !== undefined) {
    if (allowed.includes('query')) return sent;
    tenant.events.record({
      type: 'session_transfer.rejected',
      outcome: 'failure',
      sentence: `Client ${clientId} sent session_transfer_token, but its sessionTransfer.allowedAuthenticationMethods do not name query; the parameter was ignored.`,
      clientId,
    });
  }
  const cookie = getCookie(c, cookieName);
  if (cookie === undefined || cookie === '' || !allowed.includes('cookie')) return undefined;
  deleteCookie(c, cookieName, cookieAttributes(tenant));
  return cookie;
}

async function beginSession(
  tenant: TenantContext,
  c: ProtocolContext,
  user: User,
  { amr, authTime }: SessionTransferData,
  origin: TransferOrigin,
): Promise<Login> {
  const session = await signInFromElsewhere(tenant, c, user, { amr, authTime, origin });
  await tenant.store.users.recordLogin(user.id, tenant.clock.now());
  return { session, user };
}

function isCascading(tenant: TenantContext, { clientId }: SessionTransferData): boolean {
  return tenant.registry.client(clientId)?.sessionTransfer.enforceCascadeRevocation ?? true;
}
