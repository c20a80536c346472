import { countAttempt } from '../attack-protection/suspicious-address.ts';
import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { RequestFacts } from '../login/gate.ts';
import { DuplicateUserError, type User } from '../store/store.ts';
import { createSecret } from '../tokens/secret.ts';
import { sendVerificationEmail } from '../users/email-verification.ts';
import { createUserWithoutPassword } from '../users/signup-without-password.ts';
import { type CreationOptions, challengeToCreate, type PasskeyChallenge } from './challenge.ts';
import type { PasskeyNewcomer, PasskeySession } from './passkey-session.ts';
import type { Attestation } from './read-response.ts';
import { verifyAttestation } from './verify-attestation.ts';

/** Asks for the passkey of somebody who signs up. */
export function challengeNewcomer(
  tenant: TenantContext,
  about: { clientId: string; connection: ConnectionConfig; organization?: string; transaction?: string },
  newcomer: PasskeyNewcomer,
): Promise<PasskeyChallenge<CreationOptions>> {
  const name = newcomer.email ?? newcomer.phoneNumber ?? newcomer.username ?? '';
  const { given_name: given, family_name: family } = newcomer.profile;
  const displayName = newcomer.profile.name ?? ([given, family].filter(Boolean).join(' ') || name);
  const { connection, ...rest } = about;
  return challengeToCreate(
    tenant,
    { ...rest, connection: connection.name, purpose: 'signup', userHandle: createSecret(), newcomer },
    { name, displayName },
  );
}

/** Whether somebody has one of the identifiers. */
export async function isTaken(
  { store: { users } }: TenantContext,
  { name }: ConnectionConfig,
  { email, phoneNumber, username }: PasskeyNewcomer,
): Promise<boolean> {
  const found = await Promise.all([
    ...[email, username].map((one) => (one === undefined ? undefined : users.findByIdentifier(name, one))),
    phoneNumber === undefined ? undefined : users.findByPhone(name, phoneNumber),
  ]);
  return found.some((user) => user !== undefined);
}

export type PasskeySignup =
  | { readonly kind: 'created'; readonly user: User }
  | { readonly kind: 'refused'; readonly explanation: string }
  | { readonly kind: 'taken' }
  /** A rule of the tenant refused; `message` is for the person. */
  | { readonly kind: 'denied'; readonly message: string };

/** The new passkey came: user and passkey are stored together. */
export async function signUpWithPasskey(
  tenant: TenantContext,
  client: ClientConfig,
  connection: ConnectionConfig,
  session: Extract<PasskeySession, { purpose: 'signup' }>,
  attestation: Attestation,
  request: RequestFacts,
): Promise<PasskeySignup> {
  const passkey = await verifyAttestation(tenant, client, session, attestation, request.userAgent);
  if ('problem' in passkey) return { kind: 'refused', explanation: passkey.problem };
  if ((await tenant.store.passkeys.find(passkey.credentialId)) !== undefined) {
    return { kind: 'refused', explanation: 'The passkey is registered already.' };
  }
  if (!(await countAttempt(tenant, 'signup', request.ip))) {
    return { kind: 'refused', explanation: `The address ${request.ip} made too many users and is slowed down.` };
  }
  const created = await createUserWithoutPassword(
    tenant,
    { ...session.newcomer, connection, clientId: client.clientId, request },
    async (store, user) => {
      if (!(await store.passkeys.add({ ...passkey, userId: user.id }))) throw new DuplicateUserError('id');
    },
  );
  if (created.kind !== 'created') return created;
  await sendVerificationEmail(tenant, created.user);
  recordPasskey(tenant, client.clientId, created.user);
  return created;
}

export function recordPasskey(tenant: TenantContext, clientId: string, user: User): void {
  tenant.events.record({
    type: 'passkey.created',
    outcome: 'success',
    sentence: `User ${user.id} has a new passkey.`,
    clientId,
    userId: user.id,
  });
}
