import { mfaApi, mfaAudience } from '../mfa/mfa-api.ts';
import type { ApiConfig, ClientConfig, ConnectionConfig, TenantConfig } from './schema.ts';

/** The validated configuration, looked up by name. */
export interface Registry {
  readonly config: TenantConfig;
  client(clientId: string): ClientConfig | undefined;
  /** One of the configuration, or the tenant's own API for second factors. */
  api(identifier: string): ApiConfig | undefined;
  connection(name: string): ConnectionConfig | undefined;
  /** Connections a client may use, in order; the first database connection is its default. */
  connectionsOf(client: ClientConfig): readonly ConnectionConfig[];
  /** The database connection used when a request names none. */
  defaultDatabase(client?: ClientConfig): ConnectionConfig | undefined;
}

/** `issuer`: known once listening; names the tenant's own API. */
export function createRegistry(config: TenantConfig, issuer: () => string): Registry {
  const clients = new Map(config.clients.map((client) => [client.clientId, client]));
  const apis = new Map(config.apis.map((api) => [api.identifier, api]));
  const connections = new Map(config.connections.map((connection) => [connection.name, connection]));
  const connectionsOf = (client: ClientConfig) =>
    config.connections.filter(
      (connection) => client.connections === undefined || client.connections.includes(connection.name),
    );
  return {
    config,
    client: (clientId) => clients.get(clientId),
    api: (identifier) => apis.get(identifier) ?? (identifier === mfaAudience(issuer()) ? mfaApi(issuer()) : undefined),
    connection: (name) => connections.get(name),
    connectionsOf,
    defaultDatabase: (client) =>
      (client ? connectionsOf(client) : config.connections).find((connection) => connection.strategy === 'auth0'),
  };
}
