import type { TenantAddress } from './domain.ts';
import type { AppKind } from './read-app.ts';

/** The client at the tenant, as findings speak of it. */
export interface ClientContext {
  readonly address: TenantAddress;
  readonly clientId: string;
  readonly audience: string | undefined;
  readonly kind: AppKind | undefined;
}

/** What is set for a client: in Auth0's dashboard, or in the configuration of a tenant on somebody's own machine. */
const places = {
  callbacks: { dashboard: 'Allowed Callback URLs', file: 'callbacks' },
  logoutUrls: { dashboard: 'Allowed Logout URLs', file: 'logoutUrls' },
  webOrigins: { dashboard: 'Allowed Web Origins', file: 'webOrigins' },
  grants: { dashboard: 'Advanced, Grant Types', file: 'grantTypes' },
} as const;
export type PlaceName = keyof typeof places;

export const isLocal = ({ address }: ClientContext): boolean => address.isLoopback || address.isInsecure;

export const placeOf = (name: PlaceName, context: ClientContext): string =>
  isLocal(context)
    ? `in "${places[name].file}" of the client in the tenant's configuration`
    : `at the tenant under Applications, ${context.clientId}, Settings, ${places[name].dashboard}`;
