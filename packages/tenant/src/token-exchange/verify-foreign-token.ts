import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { VerificationConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { testJwks } from './test-key.ts';

/** Public keys alone are configured, so nobody can sign with what verifies. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Key sets keep what they fetched, and fetch again for a kid they do not know. */
const remoteKeys = new Map<string, JWTVerifyGetKey>();

export type Verified = { readonly claims: JWTPayload } | { readonly problem: string };

/** A token somebody else made: signature, issuer, audience and times, which must all be there. */
export async function verifyForeignToken(
  tenant: TenantContext,
  token: string,
  verification: VerificationConfig,
): Promise<Verified> {
  const { issuer, audience } = verification;
  try {
    const { payload } = await jwtVerify(token, await keysOf(tenant, verification), {
      algorithms,
      issuer,
      audience,
      requiredClaims: ['exp'],
      currentDate: new Date(tenant.clock.now()),
    });
    return { claims: payload };
  } catch (error) {
    return { problem: explain(error) };
  }
}

async function keysOf(tenant: TenantContext, { jwks, jwksUrl, testKey }: VerificationConfig): Promise<JWTVerifyGetKey> {
  if (testKey) return createLocalJWKSet(await testJwks(tenant));
  if (jwksUrl === undefined) return createLocalJWKSet({ keys: jwks?.keys ?? [] });
  const known = remoteKeys.get(jwksUrl) ?? createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 1_000 });
  remoteKeys.set(jwksUrl, known);
  return known;
}

/** jose says what is wrong without repeating the token. */
function explain(error: unknown): string {
  if (error instanceof errors.JOSEError) return `${error.message.replace(/\.?$/, '')} (${error.code}).`;
  return 'It is no JWT, or the keys it is verified with cannot be read.';
}
