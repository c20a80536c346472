import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { TenantContext } from '../context.ts';

/** The key of profiles with `testKey`: made when it is first needed, the same in every process on one database. */
async function readTestKey({ store }: TenantContext): Promise<JWK> {
  const setting = 'subject_token_key';
  const known = await store.settings.get(setting);
  if (known !== undefined) return JSON.parse(known) as JWK;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const made = JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'postern-test-subject-tokens', alg: 'ES256' });
  return JSON.parse(await store.settings.setIfAbsent(setting, made)) as JWK;
}

export async function testJwks(tenant: TenantContext): Promise<{ keys: JWK[] }> {
  const { kty, crv, x, y, kid, alg } = await readTestKey(tenant);
  return { keys: [{ kty, crv, x, y, kid, alg, use: 'sig' } as JWK] };
}

export async function signWithTestKey(tenant: TenantContext, claims: JWTPayload): Promise<string> {
  const jwk = await readTestKey(tenant);
  const header = { alg: 'ES256', typ: 'JWT', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) };
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(jwk, 'ES256'));
}
