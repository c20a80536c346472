import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { Passkey, User } from '../store/store.ts';
import { createSecret } from '../tokens/secret.ts';
import { type CreationOptions, challengeToCreate, type PasskeyChallenge } from './challenge.ts';
import { spendPasskeySession } from './passkey-session.ts';
import type { Attestation } from './read-response.ts';
import { recordPasskey } from './sign-up.ts';
import { verifyAttestation } from './verify-attestation.ts';

/** Where somebody who is signed in makes a passkey. */
export interface EnrollmentPlace {
  readonly clientId: string;
  /** Whose account it is, and in which login if in one; hashed. */
  readonly transaction: string;
}

/** Asks for a further passkey of a user. `excludeExisting`: not on a device that holds one of theirs. */
export async function challengeToEnroll(
  tenant: TenantContext,
  user: User,
  { clientId, transaction }: EnrollmentPlace,
  { excludeExisting }: { readonly excludeExisting: boolean },
): Promise<PasskeyChallenge<CreationOptions>> {
  const existing = await tenant.store.passkeys.list(user.id);
  const name = user.email ?? user.username ?? user.phoneNumber ?? user.id;
  return challengeToCreate(
    tenant,
    {
      purpose: 'enroll',
      clientId,
      connection: user.connection,
      transaction,
      userHandle: existing[0]?.userHandle ?? createSecret(),
    },
    { name, displayName: user.profile.name ?? name },
    excludeExisting ? existing : [],
  );
}

export type PasskeyEnrollment =
  | { readonly kind: 'created'; readonly passkey: Passkey }
  | { readonly kind: 'invalid_session' | 'refused'; readonly explanation: string }
  | { readonly kind: 'taken' };

/** The new passkey came: it is stored. */
export async function enrollPasskey(
  tenant: TenantContext,
  client: ClientConfig,
  user: User,
  { authSession, transaction }: { readonly authSession: string; readonly transaction: string },
  attestation: Attestation,
  userAgent: string | undefined,
): Promise<PasskeyEnrollment> {
  const { clientId } = client;
  const session = await spendPasskeySession(tenant, authSession, { clientId, purposes: ['enroll'], transaction });
  if ('problem' in session) return { kind: 'invalid_session', explanation: session.problem };
  const verified = await verifyAttestation(tenant, client, session, attestation, userAgent);
  if ('problem' in verified) return { kind: 'refused', explanation: verified.problem };
  const passkey = { ...verified, userId: user.id };
  if (!(await tenant.store.passkeys.add(passkey))) return { kind: 'taken' };
  recordPasskey(tenant, clientId, user);
  return { kind: 'created', passkey };
}
