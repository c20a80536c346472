import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ClientConfig, ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError } from '../errors.ts';
import { type Parameters, readBody } from '../http/body.ts';
import { clientAddress } from '../http/client-address.ts';
import type { ProtocolContext, ProtocolEnv } from '../http/protocol-context.ts';
import type { User } from '../store/store.ts';
import { requestPasswordReset } from '../users/password-reset.ts';
import { createDatabaseUser, isEmailAddress, isUserMetadata, isUsername } from '../users/signup.ts';

/** A refusal of this family of endpoints. Its body has a shape of its own, older than the OAuth one. */
class DatabaseConnectionError extends Error {
  override readonly name = 'DatabaseConnectionError';
  readonly status: ContentfulStatusCode;
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: ContentfulStatusCode, body: Readonly<Record<string, unknown>>) {
    super(String(body.description ?? body.error));
    this.status = status;
    this.body = body;
  }
}

const refuse = (error: string) => new DatabaseConnectionError(400, { error });
const badRequest = (code: string, description: string) =>
  new DatabaseConnectionError(400, { name: 'BadRequestError', code, description, statusCode: 400 });

const profileFields = ['given_name', 'family_name', 'name', 'nickname', 'picture'] as const;

/** How many reset mails one address may ask for from one place, at once and then one a minute. */
const resetLimit = 10;
const resetWindowMs = resetLimit * 60_000;

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
    return c.json(error.body, error.status, noStore);
  }
}

/** What `readBody` refused, in this family's words. */
function bodyError(error: OAuthError): DatabaseConnectionError {
  return new DatabaseConnectionError(error.status, { error: error.message });
}

async function signUp(tenant: TenantContext, c: ProtocolContext, parameters: Parameters): Promise<Response> {
  const client = findClient(tenant, c, parameters.client_id);
  if (client === undefined) throw refuse('client_id is required');
  const connection = findConnection(tenant, client, parameters.connection);
  if (!connection.signup) throw refuse('public signup is disabled');
  const result = await createDatabaseUser(tenant, {
    ...readSignup(parameters, connection),
    connection,
    clientId: client.clientId,
  });
  if (result.kind === 'invalid_password') throw new DatabaseConnectionError(400, { ...result.error });
  if (result.kind === 'taken') throw describeTaken(connection, result.field);
  return c.json(describeUser(result.user, parameters), 200, noStore);
}

function readSignup(parameters: Parameters, connection: ConnectionConfig) {
  const { email, password, username, phone_number: phoneNumber } = parameters;
  if (email === undefined) throw refuse('email is required');
  if (password === undefined) throw refuse('password is required');
  if (connection.requiresUsername && username === undefined) throw refuse('username is required');
  if (!isEmailAddress(email)) throw refuse('email is not a valid email address');
  if (username !== undefined && !isUsername(username)) throw refuse('username is not valid');
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
  await countResetRequest(tenant, c, email);
  await requestPasswordReset(tenant, { connection, email, clientId: client?.clientId });
  return c.text("We've just sent you an email to reset your password.", 200, noStore);
}

async function countResetRequest(tenant: TenantContext, c: ProtocolContext, email: string): Promise<void> {
  const now = tenant.clock.now();
  const key = `change_password:${email.toLowerCase()}:${clientAddress(c)}`;
  const { count, windowEndsAt } = await tenant.store.counters.hit(key, resetWindowMs, now);
  c.header('X-RateLimit-Limit', String(resetLimit));
  c.header('X-RateLimit-Remaining', String(Math.max(0, resetLimit - count)));
  c.header('X-RateLimit-Reset', String(Math.ceil(windowEndsAt / 1000)));
  if (count <= resetLimit) return;
  c.header('Retry-After', String(Math.max(1, Math.ceil((windowEndsAt - now) / 1000))));
  throw new DatabaseConnectionError(429, {
    error: 'too_many_requests',
    error_description:
      'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.',
  });
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
