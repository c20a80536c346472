import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { isWebOrigin } from '../http/cors.ts';

/** The domain that passkeys belong to (RP ID): the issuer's host, which all its ports share. */
export function relyingPartyId(tenant: TenantContext): string {
  return tenant.registry.config.passkeys.rpId ?? new URL(tenant.issuer).hostname;
}

/**
 * Whether a passkey may have been used there: on the tenant's own pages, on pages of the client, in a native app that the
 * configuration names, or in an app for Apple's systems, which tell the domain itself.
 */
export function isPasskeyOrigin(tenant: TenantContext, client: ClientConfig, origin: string): boolean {
  const { origins } = tenant.registry.config.passkeys;
  const own = [new URL(tenant.issuer).origin, `https://${relyingPartyId(tenant)}`];
  return own.includes(origin) || origins.includes(origin) || isWebOrigin(client, origin);
}
