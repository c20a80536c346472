import { randomBytes } from 'node:crypto';
import { runPreUserRegistration } from '../actions/pre-user-registration.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { admitNewcomer, type Joining, recordRefusedNewcomer } from '../organizations/admit-newcomer.ts';
import type { NotAdmitted } from '../organizations/membership.ts';
import { DuplicateUserError, type User } from '../store/store.ts';

/** Somebody a connection other than a database vouches for. */
export interface ExternalIdentity {
  readonly connection: ConnectionConfig;
  /** What the connection knows them by: the provider's `sub`, or the address of a passwordless connection. */
  readonly key: string;
  readonly email?: string | undefined;
  readonly emailVerified: boolean;
  readonly phoneNumber?: string | undefined;
  /** Standard claims in wire form. */
  readonly profile: Readonly<Record<string, string>>;
  readonly clientId?: string | undefined;
  readonly joining?: Joining | undefined;
}

export type Resolved =
  | { readonly kind: 'known' | 'created' | 'linked'; readonly user: User }
  | { readonly kind: 'signup_disabled' }
  /** A rule of the tenant refused; `message` is for the person. */
  | { readonly kind: 'denied'; readonly message: string }
  /** They would be no member of the organization they sign in to. */
  | { readonly kind: 'not_admitted'; readonly refusal: NotAdmitted };

/**
 * The user an identity belongs to. In this order: a user it was linked to, the user it made earlier, with
 * `accountLinking: 'verified-email'` a user of another connection with the same address (verified on both sides, else
 * whoever registers somebody's address first would get their account), and else a new one.
 */
export async function resolveUser(tenant: TenantContext, identity: ExternalIdentity): Promise<Resolved> {
  const linked = await findLinked(tenant, identity);
  if (linked) return { kind: 'known', user: linked };
  const own = await findOwn(tenant, identity);
  if (own) return { kind: 'known', user: await refreshProfile(tenant, own, identity) };
  const partner = await findPartner(tenant, identity);
  if (partner) return { kind: 'linked', user: await link(tenant, partner, identity) };
  if (!identity.connection.signup) return { kind: 'signup_disabled' };
  return create(tenant, identity);
}

/** Whether the identity would get in, without letting it in: for asking before a code is sent. */
export async function mayEnter(tenant: TenantContext, identity: ExternalIdentity): Promise<boolean> {
  if (identity.connection.signup) return true;
  const user =
    (await findLinked(tenant, identity)) ?? (await findOwn(tenant, identity)) ?? (await findPartner(tenant, identity));
  return user !== undefined;
}

async function findLinked(tenant: TenantContext, { connection, key }: ExternalIdentity): Promise<User | undefined> {
  const found = await tenant.store.identities.find(connection.name, key);
  return found && tenant.store.users.get(found.userId);
}

async function findOwn(
  { store: { users } }: TenantContext,
  { connection, key }: ExternalIdentity,
): Promise<User | undefined> {
  if (connection.strategy === 'email') return users.findByIdentifier(connection.name, key);
  if (connection.strategy === 'sms') return users.findByPhone(connection.name, key);
  return users.get(`${connection.strategy}|${key}`);
}

/** The oldest user who has proved to own the address. */
async function findPartner(tenant: TenantContext, identity: ExternalIdentity): Promise<User | undefined> {
  const { connection, email, emailVerified } = identity;
  if (tenant.registry.config.accountLinking === 'off' || email === undefined || !emailVerified) return undefined;
  const users = await tenant.store.users.findByEmail(email);
  return users.find((user) => user.emailVerified && user.connection !== connection.name);
}

async function link(tenant: TenantContext, user: User, identity: ExternalIdentity): Promise<User> {
  const { connection, key, profile, clientId } = identity;
  await tenant.store.identities.link({
    connection: connection.name,
    providerUserId: key,
    provider: connection.strategy,
    userId: user.id,
    profile,
    createdAt: tenant.clock.now(),
  });
  tenant.events.record({
    type: 'user.linked',
    outcome: 'success',
    sentence: `A login by connection ${connection.name} was linked to user ${user.id} of connection ${user.connection}: both have the same verified email address.`,
    clientId,
    userId: user.id,
    details: { connection: connection.name },
  });
  return user;
}

async function create(tenant: TenantContext, identity: ExternalIdentity): Promise<Resolved> {
  const { connection, key, email, emailVerified, phoneNumber, profile, clientId } = identity;
  const isPasswordless = connection.strategy === 'email' || connection.strategy === 'sms';
  const admission = await admitNewcomer(tenant, identity.joining ?? {}, identity);
  if (admission.kind === 'not_admitted') {
    recordRefusedNewcomer(tenant, identity, admission.refusal);
    return admission;
  }
  // As on Auth0, social providers do not ask these rules.
  const rules = isPasswordless
    ? await runPreUserRegistration(tenant, { ...identity, userMetadata: {} })
    : ({ kind: 'pass', userMetadata: {}, appMetadata: {} } as const);
  if (rules.kind === 'denied') return rules;
  try {
    const user = await tenant.store.users.create(
      {
        id: `${connection.strategy}|${isPasswordless ? randomBytes(12).toString('hex') : key}`,
        connection: connection.name,
        email,
        emailVerified,
        phoneNumber,
        phoneVerified: phoneNumber !== undefined,
        profile,
        userMetadata: rules.userMetadata,
        appMetadata: rules.appMetadata,
      },
      tenant.clock.now(),
    );
    tenant.events.record({
      type: 'signup.success',
      outcome: 'success',
      sentence: `User ${user.id} was created by the first login with connection ${connection.name}.`,
      clientId,
      userId: user.id,
      details: { connection: connection.name },
    });
    return { kind: 'created', user };
  } catch (error) {
    // Somebody logs in twice at once, or another account of the provider has that address already.
    const own = error instanceof DuplicateUserError ? await findOwn(tenant, identity) : undefined;
    if (own) return { kind: 'known', user: own };
    throw error;
  }
}

/** What the connection says now goes over what it said before; what people changed here stays. */
async function refreshProfile(tenant: TenantContext, user: User, identity: ExternalIdentity): Promise<User> {
  const { email, emailVerified, phoneNumber } = identity;
  const profile = { ...user.profile, ...identity.profile };
  const isPasswordless = identity.connection.strategy === 'email' || identity.connection.strategy === 'sms';
  const changes = {
    ...(isPasswordless || sameProfile(profile, user.profile) ? {} : { profile }),
    ...(email === user.email && emailVerified && !user.emailVerified ? { emailVerified } : {}),
    ...(phoneNumber !== undefined && !user.phoneVerified ? { phoneVerified: true } : {}),
  };
  if (Object.keys(changes).length === 0) return user;
  return (await tenant.store.users.update(user.id, changes, tenant.clock.now())) ?? user;
}

function sameProfile(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
