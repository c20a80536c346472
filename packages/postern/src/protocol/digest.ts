import { encodeBase64Url } from '../encoding/base64url.ts';

/** BASE64URL(SHA256(text)): PKCE's S256 (RFC 7636 section 4.2), `ath` and thumbprints of DPoP. */
export const digest = async (text: string): Promise<string> =>
  encodeBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
