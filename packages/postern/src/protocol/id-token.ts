import { decodeBase64UrlText } from '../encoding/base64url.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { User } from '../types/user.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Claims about the token, not about the person. */
const protocolClaims = new Set(
  (
    'iss aud exp nbf iat jti azp nonce auth_time at_hash c_hash acr amr sub_jwk cnf ' +
    'sip_from_tag sip_date sip_callid sip_cseq_num sip_via_branch orig dest mky events toe txn rph sid vot vtm'
  ).split(' '),
);

/** OpenID Connect Core section 5.1: these, and only these, are given camelCase names. */
const profileClaims = new Set(
  (
    'name given_name family_name middle_name nickname preferred_username profile picture website email email_verified ' +
    'gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at sub'
  ).split(' '),
);

/** The claims of an ID token, unverified: for tokens that were checked when they arrived. */
export function decodeClaims(idToken: string): Claims {
  const [, payload, signature, ...rest] = idToken.split('.');
  try {
    if (payload === undefined || signature === undefined || rest.length > 0) throw new SyntaxError('Not a JWT.');
    const claims: unknown = JSON.parse(decodeBase64UrlText(payload));
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw new SyntaxError('Not an object.');
    return claims as Claims;
  } catch (cause) {
    throw invalidIdToken('The ID token cannot be decoded.', cause);
  }
}

/**
 * The user an ID token is about. The token is not verified here: logins and renewals have done that.
 *
 * @throws AuthError code `a0.session.invalid_idtoken` for text that is no JWT, or has no `sub`.
 * @example
 * parseIdToken(credentials.idToken).givenName;
 */
export function parseIdToken(idToken: string): User {
  return toUser(decodeClaims(idToken));
}

/** Claims of an ID token or of `/userinfo` to a user: custom claims keep their names, protocol claims are left out. */
export function toUser(claims: Claims): User {
  if (typeof claims.sub !== 'string' || claims.sub === '') throw invalidIdToken('Subject (sub) claim is missing.');
  const user: User = { sub: claims.sub };
  for (const [claim, value] of Object.entries(claims)) {
    if (protocolClaims.has(claim)) continue;
    user[profileClaims.has(claim) ? claim.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) : claim] =
      value;
  }
  return user;
}

/**
 * Checks the times of an ID token that was found right in all else (`TokenRequestOptions.saveFirst`).
 *
 * @param now Unix seconds.
 * @param leeway Tolerance for clock differences, in seconds.
 */
export function checkTimes({ exp, nbf }: Claims, now: number, leeway: number): void {
  if (!(Number(exp) > now - leeway)) throw invalidIdToken('The ID token has expired, by the clock of this device.');
  if (nbf !== undefined && !(Number(nbf) <= now + leeway))
    throw invalidIdToken('The ID token is not valid yet, by the clock of this device.');
}

export const invalidIdToken = (message: string, cause?: unknown) =>
  new AuthError('InvalidIdToken', message, { code: 'a0.session.invalid_idtoken', cause });
