import { type ApiConfig, apiSchema } from '../config/schema.ts';

export const myAccountScopes = [
  'read:me:authentication_methods',
  'create:me:authentication_methods',
  'update:me:authentication_methods',
  'delete:me:authentication_methods',
  'read:me:factors',
] as const;
export type MyAccountScope = (typeof myAccountScopes)[number];

/** The audience of access tokens with which people manage their own ways in. */
export function myAccountAudience(issuer: string): string {
  return `${issuer}me/`;
}

/** Every tenant has this API. A login for it gets no refresh token; one of another login may give tokens for it. */
export function myAccountApi(issuer: string): ApiConfig {
  return apiSchema.parse({
    identifier: myAccountAudience(issuer),
    name: 'Your account',
    scopes: [...myAccountScopes],
  });
}
