import { randomBytes } from 'node:crypto';
import { runPreUserRegistration } from '../actions/pre-user-registration.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { RequestFacts } from '../login/gate.ts';
import { admitNewcomer, type Joining, recordRefusedNewcomer } from '../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../organizations/membership.ts';
import { DuplicateUserError, type Store, type User } from '../store/store.ts';
import { completeProfile } from './signup.ts';

/** Somebody who proved an address, or a passkey, and gets an account of a database by that. */
export interface PasswordlessSignup {
  readonly connection: ConnectionConfig;
  readonly email?: string | undefined;
  readonly emailVerified?: boolean | undefined;
  readonly username?: string | undefined;
  readonly phoneNumber?: string | undefined;
  readonly phoneVerified?: boolean | undefined;
  /** Standard profile claims in wire form. */
  readonly profile?: Readonly<Record<string, string>> | undefined;
  readonly userMetadata?: Readonly<Record<string, unknown>> | undefined;
  readonly clientId: string;
  readonly joining?: Joining | undefined;
  readonly request: RequestFacts;
}

export type PasswordlessSignupResult =
  | { readonly kind: 'created'; readonly user: User }
  | { readonly kind: 'taken'; readonly field: DuplicateUserError['field'] }
  /** A rule of the tenant refused; `message` is for the person. */
  | { readonly kind: 'denied'; readonly message: string }
  /** They would be no member of the organization they sign in to. */
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted };

/**
 * Creates a user of a database who has no password. Whether people may sign up there is the caller's to check.
 *
 * @param alsoStore what has to be stored together with the user, such as a passkey
 */
export async function createUserWithoutPassword(
  tenant: TenantContext,
  signup: PasswordlessSignup,
  alsoStore?: (store: Store, user: User) => Promise<void>,
): Promise<PasswordlessSignupResult> {
  const { connection, email, username, phoneNumber, clientId } = signup;
  const named = email ?? phoneNumber ?? username ?? '';
  const profile = completeProfile(tenant, { email: named, username, profile: signup.profile ?? {} });
  const newcomer = { ...signup, profile, userMetadata: signup.userMetadata ?? {} };
  const admission = await admitNewcomer(tenant, signup.joining ?? {}, signup);
  if (admission.kind === 'not_admitted') {
    recordRefusedNewcomer(tenant, signup, admission.refusal);
    return admission;
  }
  const emailVerified = signup.emailVerified === true || admission.provesEmail;
  const rules = await runPreUserRegistration(tenant, newcomer);
  if (rules.kind === 'denied') return rules;
  try {
    const user = await tenant.store.transaction(async (store) => {
      const created = await store.users.create(
        {
          id: `auth0|${randomBytes(12).toString('hex')}`,
          connection: connection.name,
          email,
          emailVerified: email !== undefined && emailVerified,
          username,
          phoneNumber,
          phoneVerified: phoneNumber !== undefined && signup.phoneVerified === true,
          profile,
          userMetadata: rules.userMetadata,
          appMetadata: rules.appMetadata,
        },
        tenant.clock.now(),
      );
      await alsoStore?.(store, created);
      return created;
    });
    tenant.events.record({
      type: 'signup.success',
      outcome: 'success',
      sentence: `User ${user.id} signed up in connection ${connection.name} without a password.`,
      clientId,
      userId: user.id,
      details: { connection: connection.name },
    });
    return { kind: 'created', user };
  } catch (error) {
    if (error instanceof DuplicateUserError) return { kind: 'taken', field: error.field };
    throw error;
  }
}
