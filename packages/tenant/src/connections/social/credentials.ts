import type { TenantContext } from '../../context.ts';

/** How the tenant is registered at every simulated provider. */
export const tenantClientId = 'postern-tenant';

/** The tenant's secret at a provider: the same in every process on one database, and stored nowhere. */
export function clientSecretAt(tenant: TenantContext, connection: string): Promise<string> {
  return tenant.mac('social-client-secret', connection);
}

export function providerIssuer(tenant: TenantContext, connection: string): string {
  return `${tenant.issuer}idp/${connection}`;
}

/** Where every provider sends people back to. */
export function loginCallback(tenant: TenantContext): string {
  return `${tenant.issuer}login/callback`;
}
