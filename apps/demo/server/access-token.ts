import type { MiddlewareHandler } from 'hono';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { createNonces, type Nonces } from './dpop-nonces.ts';
import { checkProof, proofAlgorithms } from './dpop-proof.ts';
import { createReplays, type Replays } from './dpop-replays.ts';

export interface AccessTokenRules {
  /** The tenant, with a trailing slash: `http://localhost:4455/`. */
  readonly issuer: string;
  /** The identifier of this API. A token made for another API is refused. */
  readonly audience: string;
  /** Where clients reach this API, e.g. `http://localhost:5173`: proofs are made for that address, whatever `Host` says. */
  readonly origin: string;
  /** The tenant's public keys; fetched from its JWKS and cached when absent. */
  readonly keys?: JWTVerifyGetKey;
  /** The time, in milliseconds. Default: the machine's. */
  readonly now?: () => number;
  /** Shared by all APIs of a server. */
  readonly proofs?: { readonly nonces: Nonces; readonly replays: Replays };
}

export type ApiEnvironment = { Variables: { token: JWTPayload & { sub: string } } };

/** RFC 9449 section 7.1: what the client did wrong, where every HTTP client looks for it. */
const challenge = (error: string, description: string, scope?: string) =>
  `DPoP error="${error}", error_description="${description}"${scope ? `, scope="${scope}"` : ''}, algs="${proofAlgorithms.join(' ')}"`;

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

/**
 * Lets a request through whose access token is right in signature, issuer, audience, lifetime and subject, and whose
 * sender proves to hold the key that the token is bound to: a stolen token is worthless. Puts its claims on the context.
 */
export function requireAccessToken(rules: AccessTokenRules): MiddlewareHandler<ApiEnvironment> {
  const keys = rules.keys ?? createRemoteJWKSet(new URL('.well-known/jwks.json', rules.issuer));
  const { now = Date.now } = rules;
  const proofs = rules.proofs ?? { nonces: createNonces(), replays: createReplays() };
  return async (c, next) => {
    const refuse = (error: string, message: string) => {
      c.header('WWW-Authenticate', challenge(error, message));
      return c.json({ error, message: `${message}.` }, 401);
    };
    const [scheme, token, ...rest] = (c.req.header('Authorization') ?? '').split(' ');
    if (!token || rest.length > 0 || !/^(dpop|bearer)$/i.test(scheme ?? '')) {
      // No error code when the request carries no credentials at all (RFC 6750 section 3.1).
      c.header('WWW-Authenticate', `DPoP algs="${proofAlgorithms.join(' ')}"`);
      return c.json({ error: 'unauthorized', message: 'Send an access token: Authorization: DPoP …' }, 401);
    }
    let claims: JWTPayload & { sub: string };
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: rules.issuer,
        audience: rules.audience,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
        currentDate: new Date(now()),
      });
      claims = payload as JWTPayload & { sub: string };
    } catch (error) {
      if (!isKeyTrouble(error)) return refuse('invalid_token', reasonFor(error));
      c.header('Retry-After', '2');
      return c.json({ error: 'temporarily_unavailable', message: 'The keys of the tenant could not be fetched.' }, 503);
    }
    const jkt = boundTo(claims);
    if (jkt === undefined)
      return refuse('invalid_token', 'The access token is bound to no key, which this API asks for');
    if (scheme?.toLowerCase() !== 'dpop')
      return refuse('invalid_token', 'A bound access token is sent as DPoP, with a proof');

    const { method, path } = c.req;
    const expected = { method, url: new URL(path, rules.origin).href, accessToken: token, jkt };
    const refusal = await checkProof(c.req.header('DPoP'), expected, { ...proofs, now });
    c.header('DPoP-Nonce', proofs.nonces.current());
    if (refusal) return refuse(refusal.error, refusal.message);
    c.set('token', claims);
    return next();
  };
}

/** The thumbprint of the key that a token is bound to (RFC 9449 section 6.1). */
function boundTo({ cnf }: JWTPayload): string | undefined {
  const jkt = cnf && typeof cnf === 'object' && 'jkt' in cnf ? cnf.jkt : undefined;
  return typeof jkt === 'string' ? jkt : undefined;
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
