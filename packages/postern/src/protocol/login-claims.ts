import { type Claims, invalidIdToken } from './id-token.ts';

/** What a login asked for, and its ID token must answer. */
export interface LoginClaims {
  readonly nonce: string;
  readonly maxAge?: number | undefined;
  readonly organization?: string | undefined;
}

/**
 * Checks the claims that tie an ID token to one login (OpenID Connect Core 3.1.3.7 (11) and (13); organizations: an id
 * exactly, a name in lower case).
 *
 * @param earliest Unix seconds, the clock's tolerance already taken off: `auth_time` plus `maxAge` may not lie before it.
 */
export function checkLogin(claims: Claims | undefined, login: LoginClaims, earliest: number): asserts claims {
  const { nonce, maxAge, organization } = login;
  if (!claims) throw invalidIdToken('The answer has no ID token.');
  if (claims.nonce !== nonce) throw invalidIdToken('Nonce (nonce) claim mismatch in the ID token.');
  if (maxAge !== undefined && !(typeof claims.auth_time === 'number' && claims.auth_time + maxAge >= earliest))
    throw invalidIdToken('Authentication Time (auth_time) claim in the ID token is missing or too old.');
  checkOrganization(claims, organization);
}

export function checkOrganization(claims: Claims | undefined, organization: string | undefined): void {
  if (organization === undefined) return;
  const [claim, expected] = organization.startsWith('org_')
    ? ['org_id', organization]
    : ['org_name', organization.toLowerCase()];
  if (claims?.[claim] !== expected) throw invalidIdToken(`Organization (${claim}) claim mismatch in the ID token.`);
}

/** `session_expiry` in Unix seconds; a value in milliseconds or out of reason counts as none. */
export function sessionExpiryOf(claims: Claims): number | undefined {
  const value = claims.session_expiry;
  return typeof value === 'number' && value > 0 && value < 1e10 ? value : undefined;
}
