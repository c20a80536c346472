import type { TenantContext } from '../context.ts';
import type { Store } from '../store/store.ts';
import type { AccessToken } from './access-token.ts';
import { customClaims } from './claims.ts';
import { hashSecret } from './secret.ts';
import type { Subject } from './subject.ts';

const kind = 'userinfo_claims';

interface Kept extends Record<string, unknown> {
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Remembers what rules set on the ID token, for `/userinfo`: rules run at logins and renewals, not when somebody asks who
 * a token is for. Each access token has what its own login or renewal set, JWTs included, which do not carry it.
 */
export async function keepUserinfoClaims(
  tenant: TenantContext,
  store: Store,
  subject: Subject,
  accessToken: AccessToken,
): Promise<void> {
  const claims = customClaims(subject.idTokenClaims);
  const opensUserinfo = subject.transferTo === undefined && subject.scope.includes('openid');
  if (!opensUserinfo || Object.keys(claims).length === 0) return;
  const now = tenant.clock.now();
  const data: Kept = { claims };
  await store.artifacts.insert({
    kind,
    hash: hashSecret(accessToken.value),
    subject: subject.user?.id,
    data,
    createdAt: now,
    expiresAt: now + accessToken.expiresIn * 1000,
  });
}

/** What rules set at the login or renewal that made this access token. */
export async function findUserinfoClaims(
  tenant: TenantContext,
  accessToken: string,
): Promise<Readonly<Record<string, unknown>>> {
  const kept = await tenant.store.artifacts.get<Kept>(kind, hashSecret(accessToken));
  return kept?.data.claims ?? {};
}
