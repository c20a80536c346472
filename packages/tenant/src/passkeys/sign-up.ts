import { countAttempt, isSuspicious, recordSuspiciousAddress } from '../attack-protection/suspicious-address.ts';
import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { RequestFacts } from '../login/gate.ts';
import type { Joining } from '../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../organizations/membership.ts';
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

/**
 * Whether the identifiers are free. Each answer that they are not counts as a sign-up of the address that asks, so that
 * nobody learns from it of many people whether they have an account.
 */
export async function checkIdentifiers(
  tenant: TenantContext,
  connection: ConnectionConfig,
  newcomer: PasskeyNewcomer,
  { clientId, address }: { readonly clientId: string; readonly address: string },
): Promise<'free' | 'taken' | 'suspicious_address'> {
  const taken = await isTaken(tenant, connection, newcomer);
  // Asked last: of many questions at once each would find attempts left before any of them is counted.
  const mayTell = taken
    ? await countAttempt(tenant, 'signup', address)
    : !(await isSuspicious(tenant, 'signup', address));
  if (mayTell) return taken ? 'taken' : 'free';
  recordSuspiciousAddress(tenant, 'signup', { clientId });
  return 'suspicious_address';
}

async function isTaken(
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
  /** The address made too many users. */
  | { readonly kind: 'suspicious_address' }
  /** A rule of the tenant refused; `message` is for the person. */
  | { readonly kind: 'denied'; readonly message: string }
  /** They would be no member of the organization they sign in to. */
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted };

/** The new passkey came: user and passkey are stored together. */
export async function signUpWithPasskey(
  tenant: TenantContext,
  client: ClientConfig,
  connection: ConnectionConfig,
  session: Extract<PasskeySession, { purpose: 'signup' }>,
  attestation: Attestation,
  request: RequestFacts,
  joining: Joining,
): Promise<PasskeySignup> {
  const passkey = await verifyAttestation(tenant, client, session, attestation, request.userAgent);
  if ('problem' in passkey) return { kind: 'refused', explanation: passkey.problem };
  if ((await tenant.store.passkeys.find(passkey.credentialId)) !== undefined) {
    return { kind: 'refused', explanation: 'The passkey is registered already.' };
  }
  if (!(await countAttempt(tenant, 'signup', request.ip))) {
    recordSuspiciousAddress(tenant, 'signup', { clientId: client.clientId });
    return { kind: 'suspicious_address' };
  }
  const created = await createUserWithoutPassword(
    tenant,
    { ...session.newcomer, connection, clientId: client.clientId, request, joining },
    async (store, user) => {
      if (!(await store.passkeys.add({ ...passkey, userId: user.id }))) throw new DuplicateUserError('id');
    },
  );
  if (created.kind !== 'created') return created;
  if (!created.user.emailVerified) await sendVerificationEmail(tenant, created.user);
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
