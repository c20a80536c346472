import { mfaApi } from '../mfa/mfa-api.ts';
import { managementApi } from '../my-account/management-api.ts';
import { myAccountApi } from '../my-account/my-account-api.ts';
import type { User } from '../store/store.ts';
import { makeUserId } from '../users/user-id.ts';
import { connectionOf } from './organization-connections.ts';
import type { ApiConfig, ClientConfig, ConnectionConfig, OrganizationConfig, TenantConfig } from './schema.ts';

/** The validated configuration, looked up by name. */
export interface Registry {
  readonly config: TenantConfig;
  client(clientId: string): ClientConfig | undefined;
  /** One of the configuration, or of the tenant's own: second factors, My Account, a user's own record. */
  api(identifier: string): ApiConfig | undefined;
  connection(name: string): ConnectionConfig | undefined;
  /** Connections a client may use, in order; the first database connection is its default. */
  connectionsOf(client: ClientConfig, organization?: OrganizationConfig): readonly ConnectionConfig[];
  /** The database connection used when a request names none. */
  defaultDatabase(client?: ClientConfig, organization?: OrganizationConfig): ConnectionConfig | undefined;
  organization(id: string | undefined): OrganizationConfig | undefined;
  /** Adds one that was checked, for as long as this process runs. */
  addClient(client: ClientConfig): void;
  addApi(api: ApiConfig): void;
  /** Names of the roles the configuration gives the user. */
  rolesOf(user: User): readonly string[];
  /** Scopes of an API the user has, by permissions and roles. */
  permissionsOf(user: User, audience: string): readonly string[];
}

/** `issuer`: known once listening; names the tenant's own API. */
export function createRegistry(config: TenantConfig, issuer: () => string): Registry {
  const clients = new Map(config.clients.map((client) => [client.clientId, client]));
  const apis = new Map(config.apis.map((api) => [api.identifier, api]));
  const connections = new Map(config.connections.map((connection) => [connection.name, connection]));
  const organizations = new Map(config.organizations.map((organization) => [organization.id, organization]));
  const roles = new Map(config.roles.map((role) => [role.name, role]));
  const granted = new Map(
    config.users.map((user) => [user.id ?? makeUserId(user, connections.get(user.connection)), user]),
  );
  const connectionsOf = (client: ClientConfig, organization?: OrganizationConfig) =>
    config.connections.filter(
      ({ name }) =>
        (client.connections?.includes(name) ?? true) &&
        (organization === undefined || connectionOf(organization, name) !== undefined),
    );
  return {
    config,
    client: (clientId) => clients.get(clientId),
    api: (identifier) => apis.get(identifier) ?? findOwnApi(issuer(), identifier),
    connection: (name) => connections.get(name),
    connectionsOf,
    defaultDatabase: (client, organization) =>
      (client ? connectionsOf(client, organization) : config.connections).find(
        (connection) => connection.strategy === 'auth0',
      ),
    organization: (id) => (id === undefined ? undefined : organizations.get(id)),
    addClient(client) {
      config.clients.push(client);
      clients.set(client.clientId, client);
    },
    addApi(api) {
      config.apis.push(api);
      apis.set(api.identifier, api);
    },
    rolesOf: (user) => granted.get(user.id)?.roles ?? [],
    permissionsOf(user, audience) {
      const own = granted.get(user.id);
      if (own === undefined) return [];
      const sources = [own, ...own.roles.map((name) => roles.get(name))];
      return [...new Set(sources.flatMap((source) => source?.permissions[audience] ?? []))];
    },
  };
}

function findOwnApi(issuer: string, identifier: string): ApiConfig | undefined {
  if (!identifier.startsWith(issuer)) return undefined;
  return [mfaApi, myAccountApi, managementApi].map((make) => make(issuer)).find((api) => api.identifier === identifier);
}
