import { afterEach, beforeEach, expect } from 'vitest';
import { ControlError, type Tenant, type TenantControl } from '../../src/index.ts';
import { createQuickTenant } from './quick-tenant.ts';

export const API = 'https://api.postern.test';
export const SCOPE = 'openid profile email offline_access read:notes';

export let tenant: Tenant;
export let control: TenantControl;
export let url: string;

export const call = (path: string, init: RequestInit & { secret?: string | undefined } = {}) =>
  fetch(`${url}__tenant/api${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${init.secret ?? control.secret}`,
      'content-type': 'application/json',
      ...init.headers,
    },
  });
export const post = (path: string, body: unknown) => call(path, { method: 'POST', body: JSON.stringify(body) });

export const signIn = (more: object = {}) =>
  control.signIn({ user: 'user@example.com', clientId: 'postern-spa', audience: API, scope: SCOPE, ...more });

export const refresh = (refreshToken: string | undefined) =>
  fetch(`${url}oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'refresh_token', client_id: 'postern-spa', refresh_token: refreshToken }),
  });

export async function refusalOf(work: Promise<unknown>): Promise<ControlError> {
  const refusal = await work.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ControlError);
  return refusal as ControlError;
}

/** A tenant for each test. */
export function useControlledTenant(): void {
  beforeEach(async () => {
    tenant = await createQuickTenant();
    ({ control } = tenant);
    ({ url } = await tenant.listen({ port: 0 }));
  });

  afterEach(() => tenant.close());
}
