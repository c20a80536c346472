import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { hasFactor } from './enrolled.ts';

/**
 * Deletes an authenticator and what was set up together with it; false when the user has none of that id. The recovery
 * code goes with the last factor, so that the next first one brings a new code. What was only begun takes nothing along.
 */
export async function removeAuthenticator(
  tenant: TenantContext,
  user: User,
  id: string,
  clientId?: string,
): Promise<boolean> {
  const removed = await tenant.store.transaction(async (store) => {
    const found = (await store.authenticators.list(user.id)).find((one) => one.id === id);
    if (found === undefined) return undefined;
    await store.authenticators.deleteGroup(found.groupId);
    const isLast = found.confirmed && !hasFactor(await store.authenticators.list(user.id));
    if (isLast) await store.authenticators.deleteForUser(user.id);
    return found;
  });
  if (removed === undefined) return false;
  tenant.events.record({
    type: 'mfa.unenrolled',
    outcome: 'success',
    sentence: `The factor ${removed.factor} of user ${user.id} was removed.`,
    clientId,
    userId: user.id,
    details: { factor: removed.factor },
  });
  return true;
}
