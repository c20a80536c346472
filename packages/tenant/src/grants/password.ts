import { limited } from '../attack-protection/rate-limits.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { OAuthError, refuse } from '../errors.ts';
import { requireParameter } from '../http/body.ts';
import type { Subject } from '../tokens/subject.ts';
import {
  authenticateWithPassword,
  leakedPasswordText,
  suspiciousAddressText,
  tooManyAttemptsText,
} from '../users/authenticate.ts';
import { finishDirectLogin, readTarget } from './direct-login.ts';
import type { Grant, TokenRequest } from './grant.ts';

/** RFC 6749 section 4.3 against the tenant's default directory: the client's first database. */
export const grantPassword: Grant = async (request, tenant) => {
  const database = tenant.registry.defaultDatabase(request.client);
  if (database !== undefined) return logInWithPassword(tenant, request, database);
  throw new OAuthError('server_error', 'Authorization server not configured with default connection.', {
    status: 500,
    explanation: `Client ${request.client.clientId} has no database connection, so the password grant has nobody to ask; add one, or to the client's connections.`,
  });
};

/** The same with the database named by `realm`. */
export const grantPasswordRealm: Grant = async (request, tenant) => {
  const realm = requireParameter(request.parameters, 'realm');
  const databases = tenant.registry.connectionsOf(request.client).filter(({ strategy }) => strategy === 'auth0');
  const database = databases.find(({ name }) => name === realm);
  if (database !== undefined) return logInWithPassword(tenant, request, database);
  throw refuse.realm(
    realm,
    databases.map(({ name }) => name),
  );
};

async function logInWithPassword(
  tenant: TenantContext,
  request: TokenRequest,
  connection: ConnectionConfig,
): Promise<Subject> {
  const { client, parameters } = request;
  const identifier = requireParameter(parameters, 'username').trim();
  const password = requireParameter(parameters, 'password');
  const target = readTarget(tenant, request);
  await request.limitRate('login', limited.login(connection, identifier, request.request.ip));
  const login = await authenticateWithPassword(tenant, {
    connection,
    identifier,
    password,
    address: request.request.ip,
    clientId: client.clientId,
  });
  switch (login.kind) {
    case 'ok':
      return finishDirectLogin(tenant, request, target, {
        user: login.user,
        connection,
        protocol: 'password',
        amr: ['pwd'],
        gty: 'password',
      });
    case 'wrong_password':
      throw refuse.credentials(
        `Somebody at client ${client.clientId} gave a username or password that connection ${connection.name} does not know together.`,
      );
    case 'too_many_attempts':
      throw refuse.tooManyAttempts(
        tooManyAttemptsText,
        `Log-ins with this username are blocked after too many wrong passwords; the way out is in the outbox.`,
      );
    case 'suspicious_address':
      throw refuse.tooManyAttempts(
        suspiciousAddressText,
        `The address ${request.request.ip} gave too many wrong passwords and is slowed down.`,
      );
    case 'password_leaked':
      throw refuse.leakedPassword(
        leakedPasswordText,
        `The password is right but known from a breach; a reset link is in the outbox.`,
      );
  }
}
