import type { MiddlewareHandler } from 'hono';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

export interface AccessTokenRules {
  /** The tenant, with a trailing slash: `http://localhost:4455/`. */
  readonly issuer: string;
  /** The identifier of this API. A token made for another API is refused. */
  readonly audience: string;
  /** The tenant's public keys; fetched from its JWKS and cached when absent. */
  readonly keys?: JWTVerifyGetKey;
}

export type ApiEnvironment = { Variables: { token: JWTPayload & { sub: string } } };

/** RFC 6750 section 3: what the client did wrong, where every HTTP client looks for it. */
const challenge = (error: string, description: string, scope?: string) =>
  `Bearer realm="notes", error="${error}", error_description="${description}"${scope ? `, scope="${scope}"` : ''}`;

function reasonFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The access token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'The access token is for another API';
    if (error.claim === 'iss') return 'The access token is from another tenant';
  }
  return 'The access token is not valid';
}

/** Keys could not be had: that is this server's trouble, not the caller's. */
const isKeyTrouble = (error: unknown) =>
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC') ||
  error instanceof TypeError;

/** Verifies the access token's signature, issuer, audience, lifetime and subject, and puts its claims on the context. */
export function requireAccessToken(rules: AccessTokenRules): MiddlewareHandler<ApiEnvironment> {
  const keys = rules.keys ?? createRemoteJWKSet(new URL('.well-known/jwks.json', rules.issuer));
  return async (c, next) => {
    const [scheme, token, ...rest] = (c.req.header('Authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
      // No error code when the request carries no credentials at all (RFC 6750 section 3.1).
      c.header('WWW-Authenticate', 'Bearer realm="notes"');
      return c.json({ error: 'unauthorized', message: 'Send an access token: Authorization: Bearer …' }, 401);
    }
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
      });
      if (payload.cnf !== undefined) {
        const message = 'The access token is bound to a key, and this API takes bearer tokens';
        c.header('WWW-Authenticate', challenge('invalid_token', message));
        return c.json({ error: 'invalid_token', message: `${message}.` }, 401);
      }
      c.set('token', payload as JWTPayload & { sub: string });
    } catch (error) {
      if (isKeyTrouble(error)) {
        c.header('Retry-After', '2');
        return c.json(
          { error: 'temporarily_unavailable', message: 'The keys of the tenant could not be fetched.' },
          503,
        );
      }
      const message = reasonFor(error);
      c.header('WWW-Authenticate', challenge('invalid_token', message));
      return c.json({ error: 'invalid_token', message: `${message}.` }, 401);
    }
    return next();
  };
}

/** The scopes granted, from the `scope` claim. */
export const scopesOf = (token: JWTPayload): string[] =>
  typeof token.scope === 'string' ? token.scope.split(' ').filter(Boolean) : [];

/** Refuses a valid token that was not granted `scope`. */
export function requireScope(scope: string): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    if (scopesOf(c.get('token')).includes(scope)) return next();
    c.header('WWW-Authenticate', challenge('insufficient_scope', `This needs the scope ${scope}`, scope));
    return c.json({ error: 'insufficient_scope', message: `This needs the scope ${scope}.` }, 403);
  };
}
