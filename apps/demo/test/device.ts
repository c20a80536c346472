import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface ProofChanges {
  readonly claims?: JWTPayload;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Claims to leave out. */
  readonly without?: readonly string[];
}

/** Somebody's device: a key, and proofs that it is there (RFC 9449 section 4.2). */
export async function createDevice() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    privateJwk: await exportJWK(privateKey),
    prove(method: string, url: string, token: string, nonce?: string, changes: ProofChanges = {}): Promise<string> {
      const claims: JWTPayload = {
        jti: randomUUID(),
        htm: method,
        htu: url,
        iat: Math.floor(Date.now() / 1000),
        ath: createHash('sha256').update(token).digest('base64url'),
        ...(nonce && { nonce }),
        ...changes.claims,
      };
      for (const name of changes.without ?? []) delete claims[name];
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...changes.header })
        .sign(privateKey);
    },
  };
}

export type Device = Awaited<ReturnType<typeof createDevice>>;
