import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export interface TokenChanges {
  readonly claims?: JWTPayload;
  readonly expiresIn?: number;
  readonly subject?: string | null;
  readonly algorithm?: string;
}

/** A tenant reduced to its keys: serves a JWKS on a real port and signs whatever a test wants signed. */
export async function startIssuer(audience: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const stranger = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  let isBroken = false;
  const server = createServer((request, response) => {
    response.statusCode = isBroken ? 500 : request.url === '/.well-known/jwks.json' ? 200 : 404;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const sign = (key: CryptoKey, { claims = {}, expiresIn = 60, subject = 'auth0|ann' }: TokenChanges = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: issuer, aud: audience, scope: 'openid read:notes write:notes', ...claims };
    const jwt = new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).setIssuedAt(now);
    if (subject !== null) jwt.setSubject(subject);
    return jwt.setExpirationTime(now + expiresIn).sign(key);
  };
  return {
    issuer,
    token: (changes?: TokenChanges) => sign(privateKey, changes),
    /** Right in everything but the signature. */
    forgedToken: () => sign(stranger.privateKey),
    /** `alg: none`, as an attacker would send it. */
    unsignedToken: () => {
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const exp = Math.floor(Date.now() / 1000) + 60;
      return `${encode({ alg: 'none' })}.${encode({ iss: issuer, aud: audience, sub: 'auth0|ann', exp })}.`;
    },
    breakKeys: () => {
      isBroken = true;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
