import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { limited, limitRate } from '../attack-protection/rate-limits.ts';
import { countAttempt, recordSuspiciousAddress } from '../attack-protection/suspicious-address.ts';
import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError, tooManyRequestsText } from '../errors.ts';
import { type Parameters, readBody } from '../http/body.ts';
import { clientAddress } from '../http/client-address.ts';
import type { ProtocolContext, ProtocolEnv } from '../http/protocol-context.ts';
import { requestFacts } from '../http/request-facts.ts';
import type { User } from '../store/store.ts';
import { requestPasswordReset } from '../users/password-reset.ts';
import { createDatabaseUser, isEmailAddress, isUserMetadata, isUsername } from '../users/signup.ts';

/** A refusal of this family of endpoints. Its body has a shape of its own, older than the OAuth one. */
class DatabaseConnectionError extends Error {
  override readonly name = 'DatabaseConnectionError';
  readonly status: ContentfulStatusCode;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: ContentfulStatusCode,
    body: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(String(body.description ?? body.error));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const refuse = (error: string) => new DatabaseConnectionError(400, { error });
const badRequest = (code: string, description: string) =>
  new DatabaseConnectionError(400, { name: 'BadRequestError', code, description, statusCode: 400 });

const profileFields = ['given_name', 'family_name', 'name', 'nickname', 'picture'] as const;

/** `/dbconnections/*`: sign-up and password reset for applications with a form of their own. CORS is around it. */
export function dbconnectionsRoutes(tenant: TenantContext): Hono<ProtocolEnv> {
  const app = new Hono<ProtocolEnv>();
  app.post('/dbconnections/signup', (c) => answer(tenant, c, 'signup.rejected', signUp));
  app.post('/dbconnections/change_password', (c) => answer(tenant, c, 'password_reset.rejected', sendResetLink));
  return app;
}

type Handler = (tenant: TenantContext, c: ProtocolContext, parameters: Parameters) => Promise<Response>;

async function answer(tenant: TenantContext, c: ProtocolContext, type: string, handle: Handler): Promise<Response> {
  let parameters: Parameters = {};
  try {
    parameters = await readBody(c);
    return await handle(tenant, c, parameters);
  } catch (thrown) {
    const error = thrown instanceof OAuthError ? bodyError(thrown) : thrown;
    if (!(error instanceof DatabaseConnectionError)) throw error;
    tenant.events.record({
      type,
      outcome: 'failure',
      sentence: `${c.req.path} was refused: ${error.message.replace(/\.?$/, '.')}`,
      clientId: parameters.client_id,
      details: { error: String(error.body.code ?? error.body.error) },
    });
    return c.json(error.body, error.status, { ...error.headers, ...noStore });
  }
}

/** What `readBody` or a limit refused, in this family's words. */
function bodyError(error: OAuthError): DatabaseConnectionError {
  return error.status === 429
    ? new DatabaseConnectionError(429, { error: error.error, error_description: error.message }, error.headers)
    : new DatabaseConnectionError(error.status, { error: error.message });
}

async function signUp(tenant: TenantContext, c: ProtocolContext, parameters: Parameters): Promise<Response> {
  const client = findClient(tenant, c, parameters.client_id);
  if (client === undefined) throw refuse('client_id is required');
  const connection = findConnection(tenant, client, parameters.connection);
  if (!connection.signup) throw refuse('public signup is disabled');
  await checkSignupAddress(tenant, c, client);
  const result = await createDatabaseUser(tenant, {
    ...readSignup(parameters, connection),
    connection,
    clientId: client.clientId,
    request: requestFacts(c, client, parameters),
  });
  if (result.kind === 'invalid_password') throw new DatabaseConnectionError(400, { ...result.error });
  if (result.kind === 'taken') throw describeTaken(connection, result.field);
  if (result.kind !== 'created') {
    const text = result.kind === 'denied' ? result.message : result.refusal.description;
    throw badRequest('extensibility_error', text);
  }
  return c.json(describeUser(result.user, parameters), 200, noStore);
}

/** One address that signs up many people is slowed down. */
async function checkSignupAddress(tenant: TenantContext, c: ProtocolContext, client: ClientConfig): Promise<void> {
  if (await countAttempt(tenant, 'signup', clientAddress(c))) return;
  recordSuspiciousAddress(tenant, 'signup', { clientId: client.clientId });
  throw new OAuthError('too_many_requests', tooManyRequestsText, { status: 429 });
}

function readSignup(parameters: Parameters, connection: ConnectionConfig) {
  const { email, password, username, phone_number: phoneNumber } = parameters;
  if (email === undefined) throw refuse('email is required');
  if (password === undefined) throw refuse('password is required');
  if (connection.requiresUsername && username === undefined) throw refuse('username is required');
  if (!isEmailAddress(email)) throw refuse('email is not a valid email address');
  if (username !== undefined && !isUsername(username)) throw refuse('username is not valid');
  if (phoneNumber !== undefined && !/^\+[0-9]{1,15}$/.test(phoneNumber)) throw refuse('phone_number is not valid');
  const profile = Object.fromEntries(
    profileFields.flatMap((name) => (parameters[name] === undefined ? [] : [[name, parameters[name]]])),
  );
  return { email, password, username, phoneNumber, profile, userMetadata: readMetadata(parameters.user_metadata) };
}

function readMetadata(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('user_metadata must be an object');
  }
  if (!isUserMetadata(value))
    throw refuse('user_metadata must be an object of at most 10 properties, with text of at most 500 characters');
  return value;
}

function describeTaken(connection: ConnectionConfig, field: string): DatabaseConnectionError {
  if (connection.genericSignupErrors) return badRequest('invalid_signup', 'Invalid sign up');
  return field === 'username'
    ? badRequest('username_exists', 'The username provided is in use already.')
    : badRequest('user_exists', 'The user already exists.');
}

/** `_id` is the id without the strategy; the values that were sent come back, the made-up ones do not. */
function describeUser(user: User, sent: Parameters): Record<string, unknown> {
  const profile = profileFields.filter((name) => sent[name] !== undefined).map((name) => [name, user.profile[name]]);
  return {
    _id: user.id.slice(user.id.indexOf('|') + 1),
    email_verified: user.emailVerified,
    email: user.email,
    ...(user.username === undefined ? {} : { username: user.username }),
    ...(user.phoneNumber === undefined ? {} : { phone_number: user.phoneNumber }),
    ...Object.fromEntries(profile),
    ...(Object.keys(user.userMetadata).length === 0 ? {} : { user_metadata: user.userMetadata }),
  };
}

async function sendResetLink(tenant: TenantContext, c: ProtocolContext, parameters: Parameters): Promise<Response> {
  const { email } = parameters;
  const client = findClient(tenant, c, parameters.client_id);
  if (email === undefined) throw refuse('email is required');
  const connection = findConnection(tenant, client, parameters.connection);
  await limitRate(tenant, c, 'changePassword', limited.resetMail(email, clientAddress(c)));
  await requestPasswordReset(tenant, { connection, email, clientId: client?.clientId });
  return c.text("We've just sent you an email to reset your password.", 200, noStore);
}

function findClient(tenant: TenantContext, c: ProtocolContext, clientId: string | undefined): ClientConfig | undefined {
  if (clientId === undefined) return undefined;
  const client = tenant.registry.client(clientId);
  if (client === undefined) throw refuse('client_id is not the id of a client');
  c.set('client', client);
  return client;
}

function findConnection(
  tenant: TenantContext,
  client: ClientConfig | undefined,
  name: string | undefined,
): ConnectionConfig {
  if (name === undefined) throw refuse('connection is required');
  const connection = tenant.registry.connection(name);
  const isEnabled = connection && (!client || tenant.registry.connectionsOf(client).includes(connection));
  if (!isEnabled || connection.strategy !== 'auth0')
    throw refuse('connection is not a database connection of the client');
  return connection;
}
