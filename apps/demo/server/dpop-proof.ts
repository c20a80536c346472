import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { Nonces } from './dpop-nonces.ts';
import type { Replays } from './dpop-replays.ts';

export const proofAlgorithms = ['ES256'];

/** Seconds a proof may be old, and a client's clock ahead. */
const oldest = 300;
const newest = 30;

/** What a proof must be for. */
export interface Expected {
  readonly method: string;
  /** The address as the client knows it; query and fragment do not count. */
  readonly url: string;
  readonly accessToken: string;
  /** `cnf.jkt` of the access token: the thumbprint of the key it is bound to. */
  readonly jkt: string;
}

export interface Refusal {
  readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce' | 'invalid_token';
  readonly message: string;
}

const bad = (message: string): Refusal => ({ error: 'invalid_dpop_proof', message });

/** The checks of RFC 9449 section 4.3. Undefined: the request comes from whoever holds the token's key. */
export async function checkProof(
  proof: string | undefined,
  expected: Expected,
  {
    nonces,
    replays,
    now = Date.now,
  }: { readonly nonces: Nonces; readonly replays: Replays; readonly now?: () => number },
): Promise<Refusal | undefined> {
  if (!proof) return bad('The request has no DPoP proof');
  // HTTP joins repeated headers with commas, and no JWT holds one.
  if (proof.includes(',')) return bad('The request has more than one DPoP proof');

  const verified = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: proofAlgorithms }).catch(
    () => undefined,
  );
  const jwk = verified?.protectedHeader.jwk;
  if (!verified || !jwk || 'd' in jwk) return bad('The DPoP proof is not signed with the public key in its header');
  const { jti, htm, htu, iat, ath, nonce } = verified.payload;

  if (typeof jti !== 'string' || jti === '' || jti.length > 256) return bad('The DPoP proof has no usable jti');
  if (htm !== expected.method) return bad('The DPoP proof is for another method');
  if (typeof htu !== 'string' || addressOf(htu) !== addressOf(expected.url))
    return bad('The DPoP proof is for another address');
  if (ath !== createHash('sha256').update(expected.accessToken).digest('base64url'))
    return bad('The DPoP proof is for another access token');
  if ((await calculateJwkThumbprint(jwk)) !== expected.jkt)
    return { error: 'invalid_token', message: 'The access token is bound to another key' };
  if (typeof nonce !== 'string' || !nonces.isGood(nonce))
    return { error: 'use_dpop_nonce', message: 'The DPoP proof must repeat the DPoP-Nonce of this answer' };
  const age = now() / 1000 - (iat ?? 0);
  if (age > oldest || age < -newest) return bad('The DPoP proof is too old, or from the future');
  // Last, so that a refused proof uses nothing up.
  if (!replays.remember(`${expected.jkt} ${jti}`, (oldest + newest) * 1000))
    return bad('The DPoP proof was used before');
  return undefined;
}

function addressOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
