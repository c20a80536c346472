import type { Context } from 'hono';
import type { TenantContext } from '../context.ts';
import { readCookie, writeCookie } from '../sessions/cookies.ts';
import type { User } from '../store/store.ts';
import { createSecret, hashSecret } from '../tokens/secret.ts';

const kind = 'mfa_browser';

interface RememberedBrowser extends Record<string, unknown> {
  /** A new password forgets every browser. */
  readonly passwordSetAt: number;
}

/** The person asked not to be asked for a second factor here again. Seconds: `mfa.rememberBrowser`. */
export async function rememberBrowser(tenant: TenantContext, c: Context, user: User): Promise<void> {
  const value = createSecret();
  const now = tenant.clock.now();
  const lifetime = tenant.registry.config.mfa.rememberBrowser;
  await tenant.store.artifacts.insert({
    kind,
    hash: hashSecret(value),
    subject: user.id,
    data: { passwordSetAt: user.lastPasswordResetAt ?? 0 } satisfies RememberedBrowser,
    createdAt: now,
    expiresAt: now + lifetime * 1000,
  });
  writeCookie(tenant, c, 'mfa', value, lifetime);
}

export async function isRememberedBrowser(tenant: TenantContext, c: Context, user: User): Promise<boolean> {
  const value = readCookie(tenant, c, 'mfa');
  if (value === undefined) return false;
  const found = await tenant.store.artifacts.get<RememberedBrowser>(kind, hashSecret(value));
  if (found === undefined || found.subject !== user.id || found.consumedAt !== undefined) return false;
  return found.expiresAt > tenant.clock.now() && found.data.passwordSetAt === (user.lastPasswordResetAt ?? 0);
}
