import { encodeBase64Url } from '../encoding/base64url.ts';
import type { KeyPair } from '../platform/platform.ts';
import { digest } from './digest.ts';

/** What one proof is about. */
export interface ProofRequest {
  readonly url: string;
  readonly method: string;
  /** Unix seconds, by the clock of whoever checks it. */
  readonly issuedAt: number;
  /** Never the same twice. */
  readonly id: string;
  readonly nonce?: string | undefined;
  /** The access token that is sent along. */
  readonly accessToken?: string | undefined;
}

/** A proof of possession (RFC 9449 section 4.2), ES256. */
export async function signProof({ publicKey, privateKey }: KeyPair, request: ProofRequest): Promise<string> {
  const { origin, pathname } = new URL(request.url);
  const { nonce, accessToken } = request;
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await exportPublic(publicKey) };
  const claims = {
    jti: request.id,
    htm: request.method.toUpperCase(),
    // Query and fragment are no part of it: they may hold what is nobody else's business.
    htu: origin + pathname,
    iat: request.issuedAt,
    nonce,
    ath: accessToken && (await digest(accessToken)),
  };
  const signed = `${encodeText(JSON.stringify(header))}.${encodeText(JSON.stringify(claims))}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, toBytes(signed));
  return `${signed}.${encodeBase64Url(new Uint8Array(signature))}`;
}

/** RFC 7638: the members in this order, without spaces. */
export const calculateThumbprint = async ({ publicKey }: KeyPair): Promise<string> =>
  digest(JSON.stringify(await exportPublic(publicKey)));

async function exportPublic(key: CryptoKey) {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key);
  return { crv, kty, x, y };
}

const toBytes = (text: string) => new TextEncoder().encode(text);
const encodeText = (text: string) => encodeBase64Url(toBytes(text));
