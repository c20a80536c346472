import { isSocialProvider } from '../connections/social/providers.ts';
import type { TenantContext } from '../context.ts';
import type { User } from '../store/store.ts';
import { identityOf } from './methods.ts';

/** A user as the Management API shows it to the user: without what only the application may see. */
export async function userRecord(tenant: TenantContext, user: User): Promise<Record<string, unknown>> {
  const linked = await tenant.store.identities.list(user.id);
  const [provider = ''] = user.id.split('|');
  return Object.fromEntries(
    Object.entries({
      ...user.profile,
      user_id: user.id,
      email: user.email,
      email_verified: user.email === undefined ? undefined : user.emailVerified,
      username: user.username,
      phone_number: user.phoneNumber,
      phone_verified: user.phoneNumber === undefined ? undefined : user.phoneVerified,
      identities: [
        {
          connection: user.connection,
          provider,
          user_id: identityOf(user),
          isSocial: isSocialProvider(provider),
        },
        ...linked.map((identity) => ({
          connection: identity.connection,
          provider: identity.provider,
          user_id: identity.providerUserId,
          isSocial: isSocialProvider(identity.provider),
          profileData: identity.profile,
        })),
      ],
      user_metadata: user.userMetadata,
      created_at: isoTime(user.createdAt),
      updated_at: isoTime(user.updatedAt),
      last_login: isoTime(user.lastLoginAt),
      last_password_reset: isoTime(user.lastPasswordResetAt),
      logins_count: user.loginsCount,
    }).filter(([, value]) => value !== undefined),
  );
}

/** Members of the first level are merged, and `null` removes one. */
export function mergeMetadata(
  current: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = { ...current, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
