import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { cors } from '../http/cors.ts';
import type { ProtocolContext, ProtocolEnv } from '../http/protocol-context.ts';
import { readAccess } from '../http/resource-server.ts';
import { managementAudience, type managementScopes } from '../my-account/management-api.ts';
import { mergeMetadata, userRecord } from '../my-account/user-record.ts';
import type { User } from '../store/store.ts';

type Scope = (typeof managementScopes)[number];

const updateScope = 'update:current_user_metadata';
/** What the Management API names, the scopes that no person's token has among them. */
const expectedForPatch = `update:users,update:users_app_metadata,${updateScope}`;

const names: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden' };

/** A refusal in the form of the Management API. */
class ManagementError extends Error {
  override readonly name = 'ManagementError';
  readonly status: ContentfulStatusCode;
  readonly code: string | undefined;
  readonly explanation: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: ContentfulStatusCode,
    message: string,
    code?: string,
    { explanation = message, headers = {} }: { explanation?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.explanation = explanation;
    this.headers = headers;
  }
}

/** What of Auth0's Management API people may call with a token of their own: their own record. */
export function usersRoutes(tenant: TenantContext): Hono<ProtocolEnv> {
  const routes = new Hono<ProtocolEnv>();
  routes.use('/api/v2/*', cors(tenant));
  routes.get('/api/v2/users/:id', (c) =>
    guard(tenant, c, ['read:current_user'], 'read:users,read:current_user', async (user) => user),
  );
  routes.patch('/api/v2/users/:id', (c) =>
    guard(tenant, c, [updateScope, 'create:current_user_metadata'], expectedForPatch, async (user, granted) => {
      const metadata = readMetadata(await readJson(c));
      const change = ({ userMetadata: current }: Pick<User, 'userMetadata'>) => {
        checkVerbs(current, metadata, granted);
        const userMetadata = mergeMetadata(current, metadata);
        checkSize(userMetadata);
        return { userMetadata };
      };
      return (await tenant.store.users.changeMetadata(user.id, change, tenant.clock.now())) ?? user;
    }),
  );
  return routes;
}

async function guard(
  tenant: TenantContext,
  c: ProtocolContext,
  scopes: readonly Scope[],
  expected: string,
  handle: (user: User, granted: readonly string[]) => Promise<User>,
): Promise<Response> {
  try {
    const { user, granted } = await authorize(tenant, c, scopes, expected);
    return c.json(await userRecord(tenant, await handle(user, granted)), 200, noStore);
  } catch (thrown) {
    const error =
      thrown instanceof OAuthError ? new ManagementError(thrown.status, thrown.message, 'invalid_body') : thrown;
    if (!(error instanceof ManagementError)) throw error;
    const { status, message, code, explanation, headers } = error;
    tenant.events.record({
      type: 'users.rejected',
      outcome: 'failure',
      sentence: `${c.req.method} ${c.req.routePath} was refused: ${explanation}`,
      clientId: c.get('client')?.clientId,
      details: { error: code ?? null },
    });
    const body = {
      statusCode: status,
      error: names[status] ?? 'Error',
      message,
      ...(code === undefined ? {} : { errorCode: code }),
    };
    return c.json(body, status, { ...headers, ...noStore });
  }
}

/** The person of the token, who must be the one that is named. */
async function authorize(
  tenant: TenantContext,
  c: ProtocolContext,
  scope: readonly Scope[],
  expected: string,
): Promise<{ user: User; granted: readonly string[] }> {
  const url = tenant.issuer + new URL(c.req.url).pathname.slice(1);
  const access = await readAccess(tenant, c, {
    audience: managementAudience(tenant.issuer),
    scope,
    url,
    realm: 'Users',
  });
  if ('problem' in access) {
    const { error, problem: explanation, challenge } = access;
    const more = { explanation, headers: { 'WWW-Authenticate': challenge } };
    throw error === 'insufficient_scope'
      ? new ManagementError(403, `Insufficient scope, expected any of: ${expected}`, error, more)
      : new ManagementError(401, error === undefined ? 'Missing authentication' : 'Invalid token', undefined, more);
  }
  const { user, token } = access;
  if (c.req.param('id') === user.id) return { user, granted: token.scope };
  throw new ManagementError(403, 'User to be acted on does not match subject in bearer token.', 'unowned_resource', {
    explanation: `User ${user.id} named another user; people may see and change only their own record.`,
  });
}

/** `user_metadata`, and nothing else: a person's own token changes no other member. */
function readMetadata(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { user_metadata: metadata, ...others } = body;
  const refused = Object.keys(others);
  if (refused.length > 0) {
    throw new ManagementError(403, `You cannot update the following fields: ${refused.join(', ')}`);
  }
  if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) return { ...metadata };
  throw new ManagementError(400, 'Payload validation error: user_metadata must be an object', 'invalid_body');
}

/** Who may only create metadata adds members and changes none. */
function checkVerbs(
  current: User['userMetadata'],
  changes: Readonly<Record<string, unknown>>,
  granted: readonly string[],
): void {
  const existing = Object.keys(changes).find((name) => Object.hasOwn(current, name));
  if (existing === undefined || granted.includes(updateScope)) return;
  throw new ManagementError(403, `Insufficient scope, expected any of: ${expectedForPatch}`, 'insufficient_scope', {
    explanation: `The member ${existing} is there already; changing it takes the scope ${updateScope}.`,
  });
}

/** 16 kB, which is what a hosted tenant keeps. */
function checkSize(metadata: Readonly<Record<string, unknown>>): void {
  if (JSON.stringify(metadata).length <= 16_384) return;
  throw new ManagementError(400, 'Payload validation error: user_metadata is too large', 'invalid_body');
}
