import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { TenantContext } from '../context.ts';
import { isGoodDpopNonce } from './dpop-nonce.ts';
import { hashSecret, isSameSecret } from './secret.ts';

/** Asymmetric algorithms alone; discovery announces them. */
export const dpopAlgorithms: readonly string[] = ['ES256'];

/** Seconds a proof may be old, or ahead of the tenant's clock. */
const OLDEST = 300;
const NEWEST = 30;

/** What the request at hand asks of its proof. */
export interface ProofExpectation {
  readonly method: string;
  /** The address the client meant: the tenant's public one, whatever the request's Host says. */
  readonly url: string;
  /** The access token the proof comes with. */
  readonly accessToken?: string | undefined;
  /** Whether a nonce of the tenant is needed. One that is sent must be good in any case. */
  readonly needsNonce: boolean;
}

export type ProofVerdict =
  /** `jkt`: RFC 7638 thumbprint of the proved key. */
  | { readonly kind: 'good'; readonly jkt: string }
  | { readonly kind: 'bad'; readonly description: string; readonly explanation: string }
  | { readonly kind: 'nonce'; readonly explanation: string };

/**
 * Checks a proof of possession as RFC 9449 section 4.3 asks. The nonce comes before the time: a client whose clock is
 * wrong learns both from one refusal. The jti is remembered last, so that a refused proof uses nothing up; it is kept in
 * the store, so that no other process takes the proof a second time.
 */
export async function checkDpopProof(
  tenant: TenantContext,
  proof: string,
  expected: ProofExpectation,
): Promise<ProofVerdict> {
  // HTTP joins repeated headers with commas, and no JWT holds one.
  if (proof.includes(',')) {
    return bad('Multiple DPoP proofs are not allowed', 'The request carries more than one DPoP header.');
  }
  const key = await readKey(proof);
  if ('kind' in key) return key;
  const claims = await verifySignature(tenant, proof, key.jwk);
  if (claims === undefined) {
    return bad('DPoP Proof signature is invalid', 'The DPoP proof is not signed with the key in its own header.');
  }
  const { jti, htm, htu, iat, ath, nonce } = claims;
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) {
    return bad('Missing "jti" claim in DPoP proof', 'The DPoP proof has no usable jti (1 to 256 characters).');
  }
  if (typeof htm !== 'string' || htm.toUpperCase() !== expected.method.toUpperCase()) {
    return bad(
      'DPoP Proof htm mismatch',
      `The DPoP proof is for the method ${show(htm)} but came with ${expected.method}.`,
    );
  }
  if (typeof htu !== 'string' || normalizeUrl(htu) !== normalizeUrl(expected.url)) {
    return bad(
      'DPoP Proof htu mismatch',
      `The DPoP proof is for ${typeof htu === 'string' ? (normalizeUrl(htu) ?? 'no URL') : show(htu)} but came to ${expected.url}.`,
    );
  }
  if (nonce !== undefined || expected.needsNonce) {
    if (typeof nonce !== 'string') {
      return {
        kind: 'nonce',
        explanation: 'The DPoP proof has no nonce; the client repeats with the one it was sent.',
      };
    }
    if (!(await isGoodDpopNonce(tenant, nonce))) {
      return {
        kind: 'nonce',
        explanation:
          'The nonce of the DPoP proof is no longer good, or never was; the client repeats with the new one.',
      };
    }
  }
  const now = tenant.clock.seconds();
  if (typeof iat !== 'number' || iat < now - OLDEST || iat > now + NEWEST) {
    return bad(
      'DPoP proof "iat" is outside the acceptable range',
      typeof iat === 'number'
        ? `The DPoP proof was made ${Math.abs(Math.round(now - iat))} s ${iat < now ? 'before' : 'after'} the tenant's now; at most ${OLDEST} s before and ${NEWEST} s after are allowed. Is the client's clock wrong?`
        : 'The DPoP proof has no iat.',
    );
  }
  const { accessToken } = expected;
  if (accessToken !== undefined) {
    if (typeof ath !== 'string') {
      return bad('Missing "ath" claim in DPoP proof', 'The DPoP proof does not name the access token it comes with.');
    }
    if (!isSameSecret(ath, createHash('sha256').update(accessToken).digest('base64url'))) {
      return bad('DPoP Proof ath mismatch', 'The DPoP proof was made for another access token.');
    }
  }
  const isNew = await tenant.store.artifacts.insert({
    kind: 'dpop_jti',
    hash: hashSecret(`${key.jkt}\n${jti}`),
    data: {},
    createdAt: tenant.clock.now(),
    expiresAt: (iat + OLDEST + 1) * 1000,
  });
  if (!isNew) {
    return bad(
      'DPoP proof was used before',
      'The same DPoP proof (jti) came a second time; each request needs a new one, a repeated request, too.',
    );
  }
  return { kind: 'good', jkt: key.jkt };
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The public key out of the proof's header, before anything is done with it. */
async function readKey(proof: string): Promise<{ jwk: JWK; jkt: string } | Extract<ProofVerdict, { kind: 'bad' }>> {
  const header = readHeader(proof);
  if (header === undefined) return bad('Malformed DPoP proof', 'The DPoP header holds no JWT.');
  const { typ, alg, jwk } = header;
  if (typ !== 'dpop+jwt') {
    return bad('DPoP Proof typ must be "dpop+jwt"', `The DPoP proof has the typ ${show(typ)}, not dpop+jwt.`);
  }
  if (typeof alg !== 'string' || !dpopAlgorithms.includes(alg)) {
    return bad(
      'Unsupported DPoP Proof algorithm',
      `The DPoP proof is signed with ${show(alg)}; supported: ${dpopAlgorithms.join(', ')}.`,
    );
  }
  if (typeof jwk !== 'object' || jwk === null) {
    return bad('Missing "jwk" in DPoP proof header', 'The DPoP proof does not carry its public key.');
  }
  if (privateMembers.some((name) => name in jwk)) {
    return bad(
      'DPoP Proof jwk must be a public key',
      'The DPoP proof carries the private half of its key, or a symmetric one; the key is worthless now.',
    );
  }
  const { kty, crv, x, y } = jwk;
  try {
    // The thumbprint takes only these members, so nothing else of the header's key is ever looked at.
    const isP256 = kty === 'EC' && crv === 'P-256' && x !== undefined && y !== undefined;
    if (isP256) return { jwk: { kty, crv, x, y }, jkt: await calculateJwkThumbprint({ kty, crv, x, y }) };
  } catch {
    // Falls through to the refusal.
  }
  return bad('Invalid "jwk" in DPoP proof header', 'The key in the DPoP proof is no public P-256 key.');
}

function readHeader(proof: string) {
  try {
    return decodeProtectedHeader(proof);
  } catch {
    return undefined;
  }
}

async function verifySignature(tenant: TenantContext, proof: string, jwk: JWK): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(proof, await importJWK(jwk, 'ES256'), {
      algorithms: [...dpopAlgorithms],
      currentDate: new Date(tenant.clock.now()),
    });
    return payload;
  } catch {
    return undefined;
  }
}

/**
 * Origin and path, as RFC 3986 section 6.2.2 compares them: case of scheme and host, default port, and percent-encoding
 * (unreserved characters decoded, hex digits in capitals) do not count.
 */
export function normalizeUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return (
    origin +
    pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => {
      const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
      return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
    })
  );
}

function bad(description: string, explanation: string): Extract<ProofVerdict, { kind: 'bad' }> {
  return { kind: 'bad', description, explanation };
}

/** Only what a person needs to see of a claim that should be a short word. */
function show(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : 'none';
}
