import type { TenantContext } from '../context.ts';

/**
 * Ends everything a person is signed in to: sessions, refresh-token families and opaque access tokens. For a changed
 * password, a blocked and a deleted user. `reason` is told to whoever presents one of the tokens' names in the log.
 */
export async function revokeUserAccess(tenant: TenantContext, userId: string, reason: string): Promise<void> {
  const now = tenant.clock.now();
  await tenant.store.sessions.endForUser(userId, now);
  await tenant.store.refreshTokens.revokeWhere({ userId }, reason, now);
  await tenant.store.accessTokens.revoke({ userId }, now);
}
