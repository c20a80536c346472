import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { avatarPath } from '../../users/avatar.ts';
import type { ExternalIdentity } from '../resolve-user.ts';
import { clientSecretAt, providerIssuer, tenantClientId } from './credentials.ts';
import type { ProviderAccount } from './providers.ts';

/** Seconds. */
export const providerIdTokenLifetime = 300;

/** The provider did not answer as it should. */
export class SocialLoginError extends Error {
  override readonly name = 'SocialLoginError';
}

/** What the provider says of an account: an ID token for the tenant, with a nonce where the login had one. */
export async function signProviderIdToken(
  tenant: TenantContext,
  connection: ConnectionConfig,
  account: ProviderAccount,
  nonce?: string,
): Promise<string> {
  const iat = tenant.clock.seconds();
  return new SignJWT({ ...claimsOf(account), ...(nonce === undefined ? {} : { nonce }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(providerIssuer(tenant, connection.name))
    .setAudience(tenantClientId)
    .setSubject(account.sub)
    .setIssuedAt(iat)
    .setExpirationTime(iat + providerIdTokenLifetime)
    .sign(await keyOf(tenant, connection));
}

/** Checks signature, issuer, audience and times (OIDC Core 3.1.3.7). Rejects with `SocialLoginError`. */
export async function verifyProviderIdToken(
  tenant: TenantContext,
  connection: ConnectionConfig,
  idToken: string,
  { clientId, nonce }: { clientId: string; nonce?: string },
): Promise<ExternalIdentity> {
  try {
    const { payload } = await jwtVerify(idToken, await keyOf(tenant, connection), {
      algorithms: ['HS256'],
      issuer: providerIssuer(tenant, connection.name),
      audience: tenantClientId,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(tenant.clock.now()),
    });
    if (nonce !== undefined && payload.nonce !== nonce) {
      throw new SocialLoginError(`The nonce of ${connection.name} is another login's.`);
    }
    return toIdentity(tenant, connection, payload, clientId);
  } catch (cause) {
    if (cause instanceof SocialLoginError) throw cause;
    throw new SocialLoginError(`The ID token of ${connection.name} is not good.`, { cause });
  }
}

/** The account without a token around it: what a provider's profile endpoint answers. */
export function accountIdentity(
  tenant: TenantContext,
  connection: ConnectionConfig,
  account: ProviderAccount,
  clientId: string,
): ExternalIdentity {
  return toIdentity(tenant, connection, { ...claimsOf(account), sub: account.sub }, clientId);
}

async function keyOf(tenant: TenantContext, connection: ConnectionConfig): Promise<Uint8Array> {
  return new TextEncoder().encode(await clientSecretAt(tenant, connection.name));
}

function claimsOf({ email, emailVerified, name }: ProviderAccount): Record<string, string | boolean> {
  const words = name.split(/\s+/);
  const [given, family] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return {
    email,
    email_verified: emailVerified,
    name,
    nickname: email.split('@')[0] ?? email,
    ...(name.includes('@') || given === undefined ? {} : { given_name: given }),
    ...(name.includes('@') || family === undefined ? {} : { family_name: family }),
  };
}

const idTokenClaims = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.boolean().default(false),
  name: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  nickname: z.string().optional(),
});

function toIdentity(
  tenant: TenantContext,
  connection: ConnectionConfig,
  payload: JWTPayload,
  clientId: string,
): ExternalIdentity {
  const { sub, email, email_verified: emailVerified, ...named } = idTokenClaims.parse(payload);
  const name = named.name ?? email ?? sub;
  const profile = Object.fromEntries(
    Object.entries({ ...named, name, picture: `${tenant.issuer}${avatarPath(name)}` }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return { connection, key: sub, email, emailVerified, profile, clientId };
}
