import { type ApiConfig, apiSchema } from '../config/schema.ts';

/** What of the Management API people may do with a token of their own; the rest of it this tenant does not have. */
export const managementScopes = [
  'read:current_user',
  'create:current_user_metadata',
  'update:current_user_metadata',
  'delete:current_user_metadata',
] as const;

export function managementAudience(issuer: string): string {
  return `${issuer}api/v2/`;
}

/** Every tenant has this API. */
export function managementApi(issuer: string): ApiConfig {
  return apiSchema.parse({
    identifier: managementAudience(issuer),
    name: 'Your user record',
    scopes: [...managementScopes],
  });
}
