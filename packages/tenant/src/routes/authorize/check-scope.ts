import { listOf } from '../../errors.ts';
import { allowedScope, parseScope } from '../../tokens/scopes.ts';
import { type Check, RedirectError } from './request.ts';

/** Unknown scopes are dropped, as Auth0 does; the log says which, for this is the first thing people look for. */
export const checkScope: Check = ({ tenant, client, sent }) => {
  const requested = parseScope(sent.scope);
  if (requested.includes('online_access') && requested.includes('offline_access')) {
    throw new RedirectError('invalid_request', 'Cannot request both online_access and offline_access scopes');
  }
  const audience = sent.audience ?? tenant.registry.config.defaultAudience;
  const api = audience === undefined ? undefined : tenant.registry.api(audience);
  const scope = allowedScope(client, api, requested);
  const dropped = requested.filter((name) => !scope.includes(name));
  if (dropped.length > 0) {
    const offlineReason = dropped.includes('offline_access')
      ? ' offline_access needs the grant refresh_token at the client and allowOfflineAccess at the API.'
      : '';
    tenant.events.record({
      type: 'authorize.scope_dropped',
      outcome: 'failure',
      sentence: `Client ${client.clientId} asked for scopes it cannot have (${listOf(dropped)}); they are left out. The API ${audience ?? '(none)'} has: ${listOf(api?.scopes ?? [])}.${offlineReason}`,
      clientId: client.clientId,
      details: { dropped: dropped.join(' ') },
    });
  }
  return { scope };
};
