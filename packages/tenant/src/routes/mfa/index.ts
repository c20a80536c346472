import { Hono } from 'hono';
import type { TenantContext } from '../../context.ts';
import { OAuthError, recordRefusal, respondWithError } from '../../errors.ts';
import { cors } from '../../http/cors.ts';
import type { ProtocolContext, ProtocolEnv } from '../../http/protocol-context.ts';
import { handleAssociate } from './associate.ts';
import { handleDelete, handleList } from './authenticators.ts';
import { handleChallenge } from './challenge.ts';

type Handler = (tenant: TenantContext, c: ProtocolContext) => Promise<Response>;

/** Auth0's MFA API: what a user has, setting up more, and asking for a proof. The proof itself is a grant. */
export function mfaRoutes(tenant: TenantContext): Hono<ProtocolEnv> {
  const routes = new Hono<ProtocolEnv>();
  routes.use('/mfa/*', cors(tenant));
  const answer = (handle: Handler) => async (c: ProtocolContext) => {
    try {
      return await handle(tenant, c);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      recordRefusal(tenant, 'mfa.rejected', error, { clientId: c.get('client')?.clientId });
      return respondWithError(c, error);
    }
  };
  routes.get('/mfa/authenticators', answer(handleList));
  routes.delete('/mfa/authenticators/:id', answer(handleDelete));
  routes.post('/mfa/associate', answer(handleAssociate));
  routes.post('/mfa/challenge', answer(handleChallenge));
  return routes;
}
