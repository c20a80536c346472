import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

/** "Not now", kept until it is time to ask again. */
const kind = 'passkey_offer_declined';

/** Whether somebody who logged in with a password is to be offered a passkey: they have none, and did not just say no. */
export async function isOfferDue(tenant: TenantContext, user: User): Promise<boolean> {
  const connection = tenant.registry.connection(user.connection);
  if (connection?.passkeys !== true || !connection.offerPasskeys) return false;
  if ((await tenant.store.passkeys.list(user.id)).length > 0) return false;
  const declined = await tenant.store.artifacts.latestForSubject(kind, user.id);
  return declined === undefined || declined.expiresAt <= tenant.clock.now();
}

export async function declineOffer(tenant: TenantContext, user: User, clientId: string): Promise<void> {
  const now = tenant.clock.now();
  const wait = tenant.registry.config.passkeys.offerAgain;
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(createSecret()),
    subject: user.id,
    data: {},
    createdAt: now,
    expiresAt: now + wait * 1000,
  });
  tenant.events.record({
    type: 'passkey.declined',
    outcome: 'success',
    sentence: `User ${user.id} was offered a passkey and said "Not now"; the pages ask again after ${wait} s (passkeys.offerAgain).`,
    clientId,
    userId: user.id,
  });
}
