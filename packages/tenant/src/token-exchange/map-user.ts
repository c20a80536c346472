import type { JWTPayload } from 'jose';
import type { ClientConfig, ConnectionConfig, TokenExchangeProfile } from '../config/schema.ts';
import { type ExternalIdentity, resolveUser } from '../connections/resolve-user.ts';
import type { TenantContext } from '../context.ts';
import type { Joining } from '../organizations/admit-newcomer.ts';
import { denyAdmission } from '../organizations/membership.ts';
import type { User } from '../store/store.ts';

export type Mapped = { readonly user: User } | { readonly problem: string };

/** The user a verified subject token is about, by the profile's `mapping`. Rejects with `access_denied` who is new and may not join. */
export async function mapUser(
  tenant: TenantContext,
  client: ClientConfig,
  { mapping }: TokenExchangeProfile,
  claims: JWTPayload,
  joining: Joining,
): Promise<Mapped> {
  const id = textOf(claims[mapping.userId]);
  if (mapping.connection === undefined) {
    const user = id === undefined ? undefined : await tenant.store.users.get(id);
    return user === undefined ? { problem: noUser(mapping.userId, id) } : { user };
  }
  const connection = tenant.registry.connection(mapping.connection);
  if (connection === undefined) return { problem: `The connection ${mapping.connection} is not configured.` };
  const email = mapping.email === undefined ? undefined : textOf(claims[mapping.email]);
  const known = (await findById(tenant, connection, id)) ?? (await findByEmail(tenant, connection, email, claims));
  if (known !== undefined) return { user: known };
  if (!mapping.create || id === undefined) return { problem: noUser(mapping.userId, id) };
  // Databases share one space of ids: the id may be somebody's of another connection, whom this issuer does not speak for.
  const owner = await tenant.store.users.get(`${connection.strategy}|${id}`);
  if (owner !== undefined)
    return { problem: `Its ${mapping.userId} is that of a user of the connection ${owner.connection}.` };
  return createUser(tenant, {
    connection,
    key: id,
    email,
    emailVerified: email !== undefined && claims.email_verified === true,
    profile: profileOf(claims),
    clientId: client.clientId,
    joining,
  });
}

async function findById(
  { store }: TenantContext,
  { name, strategy }: ConnectionConfig,
  id: string | undefined,
): Promise<User | undefined> {
  if (id === undefined) return undefined;
  const own = await store.users.get(`${strategy}|${id}`);
  if (own?.connection === name) return own;
  const linked = await store.identities.find(name, id);
  return linked && store.users.get(linked.userId);
}

/** An address the issuer itself does not vouch for names nobody. */
async function findByEmail(
  { store }: TenantContext,
  { name }: ConnectionConfig,
  email: string | undefined,
  claims: JWTPayload,
): Promise<User | undefined> {
  if (email === undefined || claims.email_verified === false) return undefined;
  const users = await store.users.findByEmail(email);
  return users.find(({ connection }) => connection === name);
}

async function createUser(tenant: TenantContext, identity: ExternalIdentity): Promise<Mapped> {
  const resolved = await resolveUser(tenant, identity);
  switch (resolved.kind) {
    case 'signup_disabled':
      return { problem: `The connection ${identity.connection.name} lets nobody sign up.` };
    case 'not_admitted':
      throw denyAdmission(resolved.refusal);
    case 'denied':
      return { problem: `A rule refused to create the user: ${resolved.message}` };
    default:
      return { user: resolved.user };
  }
}

const profileNames = ['name', 'given_name', 'family_name', 'nickname', 'picture', 'locale'];

function profileOf(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    profileNames.flatMap((name) => {
      const value = textOf(claims[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim !== '' ? claim : undefined;
}

function noUser(claim: string, id: string | undefined): string {
  return id === undefined
    ? `It has no claim ${claim} to know the user by.`
    : `Its ${claim} is ${id}, and there is no such user.`;
}
