import { type ApiConfig, apiSchema } from '../config/schema.ts';

export const mfaScopes = ['enroll', 'read:authenticators', 'remove:authenticators'] as const;

/** The audience of access tokens with which people manage their own factors. */
export function mfaAudience(issuer: string): string {
  return `${issuer}mfa/`;
}

/** Every tenant has this API. Its tokens live for ten minutes, and cannot be renewed. */
export function mfaApi(issuer: string): ApiConfig {
  return apiSchema.parse({
    identifier: mfaAudience(issuer),
    name: 'Your second factors',
    scopes: [...mfaScopes],
    tokenLifetime: 600,
  });
}
