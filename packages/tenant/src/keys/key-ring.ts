import type { JWK, JWTPayload } from 'jose';

export interface KeyRing {
  /** Signs with the current RS256 key; `kid` is always set. `header` may add `typ`. */
  sign(payload: JWTPayload, header?: { typ?: string }): Promise<string>;
  /** Verifies a JWT this tenant made (any key not yet retired), or undefined. Checks signature and `iss` only. */
  verify(jwt: string): Promise<JWTPayload | undefined>;
  /** Public keys only: current, next, and retired ones until their tokens have expired. */
  jwks(): Promise<{ keys: JWK[] }>;
  /** Makes the next key current; the old one stays published. */
  rotate(): Promise<void>;
}
