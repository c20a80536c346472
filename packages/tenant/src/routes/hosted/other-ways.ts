import type { ConnectionConfig } from '../../config/schema.ts';
import { isSocial, providerDisplayName } from '../../connections/social/providers.ts';
import type { TenantContext } from '../../context.ts';
import type { OtherWay } from '../../pages/other-ways.tsx';
import type { Interaction } from '../../sessions/interactions.ts';
import { organizationOf } from './forms.tsx';

export function isPasswordless({ strategy }: ConnectionConfig): boolean {
  return strategy === 'email' || strategy === 'sms';
}

/**
 * The ways to log in that need no password here: codes, links and providers. None where the application named a
 * connection: that is the way it wants.
 */
export function otherWays(tenant: TenantContext, interaction: Interaction): OtherWay[] {
  if (interaction.connection !== undefined) return [];
  const connections = tenant.registry.connectionsOf(interaction.client, organizationOf(tenant, interaction));
  const query = `?state=${encodeURIComponent(interaction.id)}`;
  const path = ({ name }: ConnectionConfig, folder: string) => `/u/${folder}/${encodeURIComponent(name)}${query}`;
  return [
    ...connections.filter(isSocial).map((one) => ({
      href: path(one, 'social'),
      name: one.displayName ?? providerDisplayName(one.strategy),
      symbol: one.strategy,
    })),
    ...connections.filter(isPasswordless).map((one): OtherWay => {
      const isMail = one.strategy === 'email';
      const isOnly = connections.filter(({ strategy }) => strategy === one.strategy).length === 1;
      const which = isOnly ? '' : ` (${one.displayName ?? one.name})`;
      return {
        href: path(one, 'passwordless'),
        name: `${isMail ? 'an email code' : 'a text message'}${which}`,
        symbol: isMail ? 'mail' : 'message',
      };
    }),
  ];
}
