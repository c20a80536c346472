import { randomBytes } from 'node:crypto';
import { runPreUserRegistration } from '../actions/pre-user-registration.ts';
import { refuseNewPassword } from '../attack-protection/breached-passwords.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import type { RequestFacts } from '../login/gate.ts';
import { admitNewcomer, type Joining, recordRefusedNewcomer } from '../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../organizations/membership.ts';
import { DuplicateUserError, type User } from '../store/store.ts';
import { avatarPath } from './avatar.ts';
import { sendVerificationEmail } from './email-verification.ts';
import { checkNewPassword, type PasswordError } from './password-policy.ts';

export interface Signup {
  readonly connection: ConnectionConfig;
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly phoneNumber?: string | undefined;
  /** Standard profile claims in wire form; name, nickname and picture are made up where they are missing. */
  readonly profile?: Readonly<Record<string, string>>;
  readonly userMetadata?: Readonly<Record<string, unknown>>;
  readonly clientId?: string | undefined;
  readonly joining?: Joining | undefined;
  /** For the tenant's rules. */
  readonly request?: RequestFacts | undefined;
}

export type SignupResult =
  | { readonly kind: 'created'; readonly user: User }
  | { readonly kind: 'invalid_password'; readonly error: PasswordError }
  /** Somebody has that e-mail, username or phone number already. Say so only where the connection allows it. */
  | { readonly kind: 'taken'; readonly field: DuplicateUserError['field'] }
  /** A rule of the tenant refused; `message` is for the person. */
  | { readonly kind: 'denied'; readonly message: string }
  /** They would be no member of the organization they sign in to. */
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted };

/**
 * Creates a user of a database connection and sends the verification mail. Whether people may sign up there is the
 * caller's to check: the control API creates users where sign-up is off.
 */
export async function createDatabaseUser(tenant: TenantContext, signup: Signup): Promise<SignupResult> {
  const { connection, email, username, password, clientId } = signup;
  const profile = completeProfile(tenant, signup);
  const owner = { email, username, profile: signup.profile ?? {}, userMetadata: signup.userMetadata ?? {} };
  const error =
    (await checkNewPassword(connection.passwordPolicy, password, owner, tenant.passwords)) ??
    refuseNewPassword(tenant, password);
  if (error) {
    recordFailure(tenant, signup, `the password was refused (${error.name}: ${error.message})`, error.code);
    return { kind: 'invalid_password', error };
  }
  const admission = await admitNewcomer(tenant, signup.joining ?? {}, signup);
  if (admission.kind === 'not_admitted') {
    recordRefusedNewcomer(tenant, signup, admission.refusal);
    return admission;
  }
  const emailVerified = admission.provesEmail;
  const rules = await runPreUserRegistration(tenant, {
    ...signup,
    profile,
    userMetadata: signup.userMetadata ?? {},
  });
  if (rules.kind === 'denied') return rules;
  // Hashed before anyone knows whether the address is free: both answers take the same time.
  const passwordHash = await tenant.passwords.hash(password);
  const created = await createUnlessTaken(tenant, {
    id: `auth0|${randomBytes(12).toString('hex')}`,
    connection: connection.name,
    email,
    emailVerified,
    username,
    phoneNumber: signup.phoneNumber,
    profile,
    userMetadata: rules.userMetadata,
    appMetadata: rules.appMetadata,
    passwordHash,
  });
  if (created instanceof DuplicateUserError) {
    recordFailure(tenant, signup, `a user with that ${created.field} exists already`, 'user_exists');
    return { kind: 'taken', field: created.field };
  }
  if (!emailVerified) await sendVerificationEmail(tenant, created);
  tenant.events.record({
    type: 'signup.success',
    outcome: 'success',
    sentence: `User ${created.id} signed up in connection ${connection.name}; ${emailVerified ? 'their invitation proves the address' : 'the verification mail is in the outbox'}.`,
    clientId,
    userId: created.id,
    details: { connection: connection.name },
  });
  return { kind: 'created', user: created };
}

async function createUnlessTaken(
  tenant: TenantContext,
  user: Parameters<TenantContext['store']['users']['create']>[0],
): Promise<User | DuplicateUserError> {
  try {
    return await tenant.store.users.create(user, tenant.clock.now());
  } catch (error) {
    if (error instanceof DuplicateUserError) return error;
    throw error;
  }
}

/** Fills in the name, nickname and picture that every user has. */
export function completeProfile(
  tenant: TenantContext,
  { email, username, profile = {} }: Pick<Signup, 'email' | 'username' | 'profile'>,
): Record<string, string> {
  const fullName = [profile.given_name, profile.family_name].filter(Boolean).join(' ');
  const name = profile.name ?? (fullName || email);
  return {
    name,
    nickname: username ?? email.split('@')[0] ?? email,
    picture: `${tenant.issuer}${avatarPath(name)}`,
    ...profile,
  };
}

function recordFailure(tenant: TenantContext, signup: Signup, reason: string, code: string): void {
  tenant.events.record({
    type: 'signup.failure',
    outcome: 'failure',
    sentence: `Nobody was signed up in connection ${signup.connection.name}: ${reason}.`,
    clientId: signup.clientId,
    details: { connection: signup.connection.name, error: code },
  });
}

/** The limits of section 17: at most 10 properties, names up to 100 characters, text values up to 500. */
export function isUserMetadata(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= 10 &&
    entries.every(([name, entry]) => name.length <= 100 && (typeof entry !== 'string' || entry.length <= 500))
  );
}

/** Good enough to catch a typing error; the verification mail is the real check. */
export function isEmailAddress(value: string): boolean {
  return value.length <= 254 && /^[^\s@<>()",;:\\]{1,64}@[^\s@<>()",;:\\.]+(?:\.[^\s@<>()",;:\\.]+)+$/u.test(value);
}

/** Auth0's rule for usernames: 1 to 15 of these characters. */
export function isUsername(value: string): boolean {
  return /^[A-Za-z0-9_+.-]{1,15}$/.test(value);
}
