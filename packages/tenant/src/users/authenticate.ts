import { isBreachedPassword, refuseBreachedPassword } from '../attack-protection/breached-passwords.ts';
import {
  countWrongAnswer,
  forgetWrongAnswers,
  isBlocked,
  recordBlockedLogin,
  type Target,
} from '../attack-protection/brute-force.ts';
import { countAttempt, isSuspicious, recordSuspiciousAddress } from '../attack-protection/suspicious-address.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';

export { leakedPasswordText } from '../attack-protection/breached-passwords.ts';
export { tooManyAttemptsText, unblockLogin } from '../attack-protection/brute-force.ts';
export { suspiciousAddressText } from '../attack-protection/suspicious-address.ts';

export const wrongPasswordText = 'Wrong email or password.';

export type PasswordLogin =
  | { readonly kind: 'ok'; readonly user: User }
  | { readonly kind: 'wrong_password' }
  | { readonly kind: 'too_many_attempts' }
  /** The address tried too many passwords, whoever's. */
  | { readonly kind: 'suspicious_address' }
  /** Right, but known from a breach: a mail with a reset link is out. */
  | { readonly kind: 'password_leaked' };

interface Attempt {
  readonly connection: ConnectionConfig;
  readonly identifier: string;
  readonly password: string;
  /** Where the attempt comes from. */
  readonly address: string;
  readonly clientId?: string | undefined;
}

/**
 * Checks an identifier and a password. An unknown user and a wrong password get the same answer in the same time, and both
 * count towards a block of that user from that address. A user who is `blocked` may still be returned: what to tell them
 * is the caller's business.
 */
export async function authenticateWithPassword(tenant: TenantContext, attempt: Attempt): Promise<PasswordLogin> {
  const { connection, identifier, password, address, clientId } = attempt;
  if (await isSuspicious(tenant, 'login', address)) {
    recordSuspiciousAddress(tenant, 'login', { clientId });
    return { kind: 'suspicious_address' };
  }
  const user = await tenant.store.users.findByIdentifier(connection.name, identifier);
  const target: Target = { connection, identifier, user, address, clientId };
  if (await isBlocked(tenant, target)) return refuseBlocked(tenant, target);
  const matches = await tenant.passwords.verify(user?.passwordHash, password);
  if (!user || !matches) return refuseWrongPassword(tenant, target);
  // Looked at again: of guesses sent all at once, a right one that ends after the limit was reached tells nothing.
  if (await isBlocked(tenant, target)) return refuseBlocked(tenant, target);
  await forgetWrongAnswers(tenant, target);
  await replaceOutdatedHash(tenant, user, password);
  if (!isBreachedPassword(tenant, password)) return { kind: 'ok', user };
  await refuseBreachedPassword(tenant, user, clientId);
  return { kind: 'password_leaked' };
}

/** A hash that came with an import goes at the first login, when the password is there to be hashed anew. */
async function replaceOutdatedHash(tenant: TenantContext, user: User, password: string): Promise<void> {
  const { id, passwordHash: outdated } = user;
  if (outdated === undefined || !tenant.passwords.isOutdated(outdated)) return;
  const passwordHash = await tenant.passwords.hash(password);
  const now = tenant.clock.now();
  const isReplaced = await tenant.store.transaction(async (store) => {
    const current = await store.users.get(id);
    // Changed in the meantime: what the person chose stands.
    if (current?.passwordHash !== outdated) return false;
    await store.users.update(id, { passwordHash }, now);
    return true;
  });
  if (!isReplaced) return;
  tenant.events.record({
    type: 'password.rehashed',
    outcome: 'success',
    sentence: `The imported password hash of user ${id} was replaced by argon2id at the first login.`,
    userId: id,
  });
}

function refuseBlocked(tenant: TenantContext, target: Target): PasswordLogin {
  recordBlockedLogin(tenant, target);
  return { kind: 'too_many_attempts' };
}

async function refuseWrongPassword(tenant: TenantContext, target: Target): Promise<PasswordLogin> {
  const { user, connection, address, clientId } = target;
  const { maxAttempts } = tenant.registry.config.attackProtection;
  await countAttempt(tenant, 'login', address);
  const count = await countWrongAnswer(tenant, target);
  if (count > maxAttempts) return refuseBlocked(tenant, target);
  tenant.events.record({
    type: 'login.failure',
    outcome: 'failure',
    sentence: user
      ? `User ${user.id} gave a wrong password (${count} of ${maxAttempts} attempts before a block).`
      : `Nobody in connection ${connection.name} has the identifier that was entered; the person was told "${wrongPasswordText}"`,
    clientId,
    userId: user?.id,
    details: { connection: connection.name, error: 'invalid_grant' },
  });
  return { kind: 'wrong_password' };
}
