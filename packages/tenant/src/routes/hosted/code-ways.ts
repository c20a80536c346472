import type { ConnectionConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import type { OtherWay } from '../../pages/other-ways.tsx';
import type { Interaction } from '../../sessions/interactions.ts';
import { databaseOf, organizationOf } from './forms.tsx';

/** Where a database's codes go. */
export type CodeWay = 'email' | 'phone';

/**
 * The ways to log in with a code that the login's database has. Where the app may also use a passwordless connection for the
 * same kind of address, its page serves both (see `findOwnDatabase`): two ways of one name would be a riddle.
 */
export function codeWaysOf(tenant: TenantContext, interaction: Interaction): OtherWay[] {
  const database = databaseOf(tenant, interaction);
  if (database === undefined) return [];
  const query = `?state=${encodeURIComponent(interaction.id)}`;
  const isOffered = (way: CodeWay) => findCodeWay(tenant, interaction, database.name, way) !== undefined;
  return [
    ...(isOffered('email')
      ? [{ href: `${codePath(database, 'email')}${query}`, name: 'an email code', symbol: 'mail' as const }]
      : []),
    ...(isOffered('phone')
      ? [{ href: `${codePath(database, 'phone')}${query}`, name: 'a text message', symbol: 'message' as const }]
      : []),
  ];
}

export function codePath({ name }: ConnectionConfig, way: CodeWay): string {
  return `/u/passwordless/db/${encodeURIComponent(name)}/${way}`;
}

/** The database and way an address names, if the login may go by it. */
export function findCodeWay(
  tenant: TenantContext,
  interaction: Interaction,
  name: string | undefined,
  named: string | undefined,
): { readonly connection: ConnectionConfig; readonly way: CodeWay } | undefined {
  const connection = databaseOf(tenant, interaction);
  if (connection === undefined || connection.name !== name || (named !== 'email' && named !== 'phone'))
    return undefined;
  if (!(named === 'email' ? connection.emailOtp : connection.phoneOtp)) return undefined;
  const strategy = named === 'email' ? 'email' : 'sms';
  const usable = tenant.registry.connectionsOf(interaction.client, organizationOf(tenant, interaction));
  const isNamed = interaction.connection !== undefined;
  return !isNamed && usable.some((one) => one.strategy === strategy) ? undefined : { connection, way: named };
}
