import type { ClientConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { isWebOrigin } from '../http/cors.ts';
import { whereUsed } from './read-response.ts';

/** The domain that passkeys belong to (RP ID): the issuer's host, which all its ports share. */
export function relyingPartyId(tenant: TenantContext): string {
  return tenant.registry.config.passkeys.rpId ?? new URL(tenant.issuer).hostname;
}

/**
 * Whether a passkey may have been used there: on the tenant's own pages, on pages of the client, in a native app that the
 * configuration names, or in an app for Apple's systems, which tell the domain itself.
 */
function isPasskeyOrigin(tenant: TenantContext, client: ClientConfig, origin: string): boolean {
  const { origins } = tenant.registry.config.passkeys;
  const own = [new URL(tenant.issuer).origin, `https://${relyingPartyId(tenant)}`];
  return own.includes(origin) || origins.includes(origin) || isWebOrigin(client, origin);
}

/** The origin a passkey was used at, by its client data; or why it is none where one may be used. */
export function readOrigin(
  tenant: TenantContext,
  client: ClientConfig,
  clientDataJson: string,
): { readonly origin: string } | { readonly problem: string } {
  const { origin, crossOrigin } = whereUsed(clientDataJson);
  if (!isPasskeyOrigin(tenant, client, origin)) {
    return {
      problem: `The passkey was used at ${origin === '' ? 'no origin' : origin.slice(0, 200)}, which is neither the tenant's own, a web origin of client ${client.clientId}, nor among passkeys.origins.`,
    };
  }
  // W3C Web Authentication, sections 7.1 and 7.2: nobody expects to be framed by somebody else here.
  if (crossOrigin) return { problem: `The page at ${origin} that used the passkey was framed by another origin.` };
  return { origin };
}

/** What the library says is wrong, without the challenges it quotes. */
export function whyRefused(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason was given.';
  return `${error.message.replaceAll(/"[^"]*"/g, '"…"').slice(0, 200)}.`;
}
