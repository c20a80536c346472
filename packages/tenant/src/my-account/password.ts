import { refuseNewPassword } from '../attack-protection/breached-passwords.ts';
import type { ConnectionConfig, PasswordPolicy } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';
import { checkNewPassword, explainPasswordError, leastLength, personalFields } from '../users/password-policy.ts';
import { changePassword } from '../users/password-reset.ts';
import type { Account, Begun } from './account.ts';
import type { VerificationBody } from './enrollment-body.ts';
import { findMethod, type Method, passwordIdOf } from './methods.ts';
import { badMember, invalidSession, notFound, orNotFound, Problem } from './problem.ts';

interface PendingPassword extends Record<string, unknown> {
  readonly userId: string;
  readonly clientId: string;
}

const kind = 'password_enrollment';
/** Seconds. */
const lifetime = 600;

/** Begins to set or change the password of somebody in a database: tells what is asked of it. Rejects with a 400 `Problem`. */
export async function beginPassword(tenant: TenantContext, { user, clientId }: Account): Promise<Begun> {
  const { passwordPolicy } = requireDatabase(tenant, user);
  const authSession = createSecret();
  const now = tenant.clock.now();
  const data: PendingPassword = { userId: user.id, clientId };
  await tenant.store.transaction(async (store) => {
    await store.artifacts.consumeForSubject(kind, user.id, now);
    await store.artifacts.insert({
      kind,
      hash: hashSecret(authSession),
      subject: user.id,
      data,
      createdAt: now,
      expiresAt: now + lifetime * 1000,
    });
  });
  const id = passwordIdOf(user);
  return { id, body: { id, auth_session: authSession, policy: describePolicy(passwordPolicy) } };
}

/**
 * Sets the new password, and ends everything the old one opened. One that is refused does not spend the auth_session.
 * Rejects with a `Problem`.
 */
export async function verifyPassword(
  tenant: TenantContext,
  { user, clientId }: Account,
  id: string,
  { auth_session: authSession, new_password: password }: VerificationBody,
): Promise<Method> {
  if (id !== passwordIdOf(user)) throw notFound();
  const { passwordPolicy } = requireDatabase(tenant, user);
  const { artifacts } = tenant.store;
  const hash = hashSecret(authSession);
  const pending = await artifacts.get<PendingPassword>(kind, hash);
  const isTheirs = pending?.data.userId === user.id && pending.data.clientId === clientId;
  if (!isTheirs || pending.consumedAt !== undefined || pending.expiresAt <= tenant.clock.now()) throw unusable();
  if (password === undefined || password === '') throw badMember('new_password', 'is required');
  const error =
    (await checkNewPassword(passwordPolicy, password, user, tenant.passwords)) ?? refuseNewPassword(tenant, password);
  if (error !== undefined) throw badMember('new_password', explainPasswordError(error));
  const passwordHash = await tenant.passwords.hash(password);
  if ((await artifacts.consume(kind, hash, tenant.clock.now())) === undefined) throw unusable();
  await changePassword(tenant, user, passwordHash);
  const changed = await tenant.store.users.get(user.id);
  return orNotFound(changed && (await findMethod(tenant, changed, id)));
}

function requireDatabase(tenant: TenantContext, user: User): ConnectionConfig {
  const connection = tenant.registry.connection(user.connection);
  if (connection?.strategy === 'auth0') return connection;
  throw new Problem(400, 'Passwords are not enabled for the connection of the user.', {
    explanation: `User ${user.id} is of connection ${user.connection}, which is no database.`,
  });
}

function unusable(): Problem {
  return invalidSession('The auth_session is unknown, expired, used, replaced, or of another user or client.');
}

const allTypes = ['uppercase', 'lowercase', 'number', 'special'];
const typesOf = { none: [], low: [], fair: allTypes.slice(0, 3), good: allTypes, excellent: allTypes } as const;

/** The policy in the members of Auth0's flexible password policies. */
function describePolicy(policy: PasswordPolicy) {
  const { level, history, dictionary, noPersonalInfo } = policy;
  return {
    complexity: {
      min_length: leastLength(policy),
      character_types: typesOf[level],
      character_type_rule: typesOf[level].length === allTypes.length ? 'three_of_four' : 'all',
      identical_characters: level === 'excellent' ? 'block' : 'allow',
      sequential_characters: 'allow',
      max_length_exceeded: 'error',
    },
    profile_data: { active: noPersonalInfo, blocked_fields: noPersonalInfo ? personalFields : [] },
    history: { active: history > 0, size: history },
    dictionary: { active: dictionary, default: 'en_10k' },
  };
}
