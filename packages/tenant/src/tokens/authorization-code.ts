import type { TenantContext } from '../context.ts';
import type { Artifact, Store, TransferOrigin } from '../store/store.ts';
import { createSecret, hashSecret } from './secret.ts';
import type { Issued } from './subject.ts';

/** What a code stands for. */
export interface CodeData extends Record<string, unknown> {
  readonly clientId: string;
  readonly userId: string;
  readonly redirectUri: string;
  readonly codeChallenge?: string | undefined;
  readonly scope: readonly string[];
  readonly audience?: string | undefined;
  readonly nonce?: string | undefined;
  readonly sessionId: string;
  /** Milliseconds. */
  readonly authTime: number;
  readonly tellAuthTime: boolean;
  readonly dpopJkt?: string | undefined;
  readonly amr?: readonly string[] | undefined;
  readonly rememberedBrowser?: boolean | undefined;
  readonly organizationId?: string | undefined;
  readonly origin?: TransferOrigin | undefined;
  readonly idTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  readonly accessTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  /** Filled in when the code is redeemed: what to revoke if it comes again. */
  readonly issued?: Issued | undefined;
}

export type AuthorizationCode = Artifact<CodeData>;

const kind = 'authorization_code';

export async function createAuthorizationCode(tenant: TenantContext, data: CodeData): Promise<string> {
  const code = createSecret();
  const now = tenant.clock.now();
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(code),
    subject: data.userId,
    data,
    createdAt: now,
    expiresAt: now + tenant.registry.config.lifetimes.authorizationCode * 1000,
  });
  return code;
}

export function findAuthorizationCode(tenant: TenantContext, code: string): Promise<AuthorizationCode | undefined> {
  return tenant.store.artifacts.get<CodeData>(kind, hashSecret(code));
}

/** True for exactly one caller, which leaves behind what it got for the code. */
export async function consumeAuthorizationCode(
  store: Store,
  code: AuthorizationCode,
  issued: Issued,
  now: number,
): Promise<boolean> {
  if ((await store.artifacts.consume(kind, code.hash, now)) === undefined) return false;
  await store.artifacts.patch(kind, code.hash, { issued });
  return true;
}

/** A code that comes twice may have been stolen: what the first use gave is worthless from now on (RFC 6749 4.1.2). */
export async function revokeIssuedByCode(tenant: TenantContext, code: AuthorizationCode): Promise<void> {
  const { issued, userId, clientId, audience, scope } = code.data;
  if (issued === undefined) return;
  const now = tenant.clock.now();
  if (issued.familyId !== undefined) {
    await tenant.store.refreshTokens.revokeFamily(issued.familyId, 'its authorization code was used twice', now);
  }
  const hash = issued.accessTokenHash;
  // A JWT is no record until it is revoked.
  await tenant.store.accessTokens.insert({
    hash,
    userId,
    clientId,
    audience: audience ?? '',
    scope,
    familyId: issued.familyId,
    data: {},
    createdAt: now,
    expiresAt: issued.accessTokenExpiresAt,
  });
  await tenant.store.accessTokens.revoke({ hash }, now);
}
