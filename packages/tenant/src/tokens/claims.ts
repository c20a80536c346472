import type { User } from '../store/store.ts';

const profileClaims = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
] as const;

export const supportedClaims = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'sid',
  'amr',
  'acr',
  'act',
  'org_id',
  'org_name',
  ...profileClaims,
  'updated_at',
  'email',
  'email_verified',
  'phone_number',
  'phone_number_verified',
] as const;

/** Claims of the protocol, which rules cannot set. */
const protocolClaims: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'azp', 'client_id', 'scope', 'permissions', 'gty', 'cnf', 'act'],
  ...['nonce', 'sid', 'auth_time', 'amr', 'acr', 'at_hash', 'c_hash', 'org_id', 'org_name', 'session_expiry'],
]);

/** What rules add to a token, without what only the tenant may say. */
export function customClaims(claims: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !protocolClaims.has(name)));
}

/** What the scopes tell about a person, in ID tokens and at `/userinfo` alike (OIDC Core 5.4). */
export function userClaims(user: User, scope: readonly string[]): Record<string, string | boolean> {
  const claims: Record<string, string | boolean> = {};
  if (scope.includes('profile')) {
    const fallback = { name: user.email ?? user.username ?? user.phoneNumber, nickname: nicknameOf(user) };
    for (const [name, value] of Object.entries(fallback)) if (value !== undefined) claims[name] = value;
    for (const name of profileClaims) {
      const value = user.profile[name];
      if (value !== undefined) claims[name] = value;
    }
    claims.updated_at = new Date(user.updatedAt).toISOString();
  }
  if (scope.includes('email') && user.email !== undefined) {
    claims.email = user.email;
    claims.email_verified = user.emailVerified;
  }
  if (scope.includes('phone') && user.phoneNumber !== undefined) {
    claims.phone_number = user.phoneNumber;
    claims.phone_number_verified = user.phoneVerified;
  }
  return claims;
}

function nicknameOf(user: User): string | undefined {
  return user.username ?? user.email?.split('@')[0] ?? user.phoneNumber;
}
