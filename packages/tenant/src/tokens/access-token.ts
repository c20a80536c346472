import type { TenantContext } from '../context.ts';
import type { Store } from '../store/store.ts';
import { actorSchema } from './actor.ts';
import { customClaims } from './claims.ts';
import { organizationClaims } from './organization-claims.ts';
import { createSecret, hashSecret } from './secret.ts';
import type { Actor, Subject } from './subject.ts';

export interface AccessToken {
  readonly value: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Stores what it stands for, in the transaction of the call; a JWT carries its own facts. */
  readonly save?: ((store: Store) => Promise<void>) | undefined;
}

export function userinfoAudience(tenant: TenantContext): string {
  return `${tenant.issuer}userinfo`;
}

/** A JWT for an API, in the profile the API chose; without an API an opaque token for `/userinfo`. */
export async function createAccessToken(
  tenant: TenantContext,
  subject: Subject,
  familyId: string | undefined,
): Promise<AccessToken> {
  const { client, user, audience } = subject;
  if (audience === undefined) return createOpaqueToken(tenant, subject, familyId);
  const api = tenant.registry.api(audience);
  const expiresIn = api?.tokenLifetime ?? tenant.registry.config.lifetimes.opaqueAccessToken;
  const iat = tenant.clock.seconds();
  const isRfc9068 = api?.tokenProfile === 'rfc9068';
  const claims = {
    ...customClaims(subject.accessTokenClaims),
    iss: tenant.issuer,
    sub: user?.id ?? `${client.clientId}@clients`,
    aud: subject.scope.includes('openid') ? [audience, userinfoAudience(tenant)] : audience,
    iat,
    exp: iat + expiresIn,
    scope: subject.scope.join(' '),
    ...(api?.rbac === true && user !== undefined ? { permissions: tenant.registry.permissionsOf(user, audience) } : {}),
    ...organizationClaims(tenant, subject),
    ...(subject.act === undefined ? {} : { act: subject.act }),
    ...(isRfc9068 ? { client_id: client.clientId, jti: createSecret() } : { azp: client.clientId }),
    ...(!isRfc9068 && subject.gty !== undefined ? { gty: subject.gty } : {}),
    ...(subject.dpopJkt === undefined ? {} : { cnf: { jkt: subject.dpopJkt } }),
  };
  return { value: await tenant.keys.sign(claims, { typ: isRfc9068 ? 'at+jwt' : 'JWT' }), expiresIn };
}

function createOpaqueToken(tenant: TenantContext, subject: Subject, familyId: string | undefined): AccessToken {
  const value = createSecret();
  const expiresIn = tenant.registry.config.lifetimes.opaqueAccessToken;
  const now = tenant.clock.now();
  const save = (store: Store) =>
    store.accessTokens.insert({
      hash: hashSecret(value),
      userId: subject.user?.id ?? `${subject.client.clientId}@clients`,
      clientId: subject.client.clientId,
      audience: '',
      scope: subject.scope,
      sessionId: subject.sessionId,
      familyId,
      dpopJkt: subject.dpopJkt,
      data: subject.act === undefined ? {} : { act: subject.act },
      createdAt: now,
      expiresAt: now + expiresIn * 1000,
    });
  return { value, expiresIn, save };
}

/** A presented access token that is good. */
export interface PresentedToken {
  readonly userId: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly dpopJkt?: string | undefined;
  readonly act?: Actor | undefined;
}

/** What it allows, or why it allows nothing. */
export type Presented = PresentedToken | { readonly problem: string };

/** Looks at a token as a resource server would; the audience is left to the caller. */
export async function readAccessToken(tenant: TenantContext, value: string): Promise<Presented> {
  const hash = hashSecret(value);
  const stored = await tenant.store.accessTokens.find(hash);
  if (stored?.revokedAt !== undefined) return { problem: 'The access token was revoked.' };
  if (!value.includes('.')) {
    if (stored === undefined) return { problem: 'The access token is unknown to this tenant.' };
    if (stored.expiresAt <= tenant.clock.now()) return { problem: 'The access token has expired.' };
    return {
      userId: stored.userId,
      clientId: stored.clientId,
      scope: stored.scope,
      audience: [userinfoAudience(tenant)],
      dpopJkt: stored.dpopJkt,
      act: toActor(stored.data.act),
    };
  }
  const claims = await tenant.keys.verify(value);
  if (claims === undefined) return { problem: 'The access token is not a JWT signed by this tenant.' };
  if (typeof claims.exp !== 'number' || claims.exp <= tenant.clock.seconds()) {
    return { problem: 'The access token has expired.' };
  }
  const clientId = claims.client_id ?? claims.azp;
  if (typeof claims.scope !== 'string' || typeof clientId !== 'string' || claims.sub === undefined) {
    return { problem: 'The JWT is no access token; was the ID token sent instead?' };
  }
  const binding = claims.cnf;
  const jkt = typeof binding === 'object' && binding !== null && 'jkt' in binding ? binding.jkt : undefined;
  return {
    userId: claims.sub,
    clientId,
    scope: claims.scope.split(' '),
    audience: [claims.aud ?? []].flat(),
    dpopJkt: typeof jkt === 'string' ? jkt : undefined,
    act: toActor(claims.act),
  };
}

function toActor(value: unknown): Actor | undefined {
  const parsed = actorSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
