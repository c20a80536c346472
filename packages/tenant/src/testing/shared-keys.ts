import { exportJWK, generateKeyPair, type JWK } from 'jose';

let made: Promise<readonly JWK[]> | undefined;

/**
 * Two signing keys for all test tenants of a process: an RSA key takes longer to make than a tenant to start. Tokens still
 * work at their own tenant alone, by their issuer; and a rotation makes keys of the tenant's own.
 */
export function sharedKeys(): Promise<readonly JWK[]> {
  made ??= Promise.all([makeKey(), makeKey()]).catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return exportJWK(privateKey);
}
