import type { TenantContext } from '../../context.ts';
import { noStore, OAuthError } from '../../errors.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { listAuthenticators } from '../../mfa/enrolled.ts';
import { removeAuthenticator } from '../../mfa/remove-authenticator.ts';
import { readMfaAccessToken, readMfaBearer } from './bearer.ts';
import { authenticatorView } from './views.ts';

/** `GET /mfa/authenticators` */
export async function handleList(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const { user } = await readMfaBearer(tenant, c, 'read:authenticators');
  const authenticators = await listAuthenticators(tenant, user);
  return c.json(authenticators.map(authenticatorView), 200, noStore);
}

/** `DELETE /mfa/authenticators/{id}` */
export async function handleDelete(tenant: TenantContext, c: ProtocolContext): Promise<Response> {
  const { user, clientId } = await readMfaAccessToken(tenant, c, 'remove:authenticators');
  const id = c.req.param('id') ?? '';
  const removed = await removeAuthenticator(tenant, user, id, clientId);
  if (removed) return c.body(null, 204, noStore);
  const isListed = (await listAuthenticators(tenant, user)).some((one) => one.id === id);
  if (isListed) {
    throw new OAuthError('invalid_request', 'A verified email cannot be removed', {
      explanation: 'A verified e-mail address is listed without being set up; it goes only with the address.',
    });
  }
  throw new OAuthError('not_found', 'Authenticator not found', {
    status: 404,
    explanation: `User ${user.id} has no authenticator of that id.`,
  });
}
