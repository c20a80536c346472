import { Hono } from 'hono';
import type { TenantContext } from '../context.ts';
import { noStore, OAuthError } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { cors } from '../http/cors.ts';
import type { ProtocolContext, ProtocolEnv } from '../http/protocol-context.ts';
import { readAccess } from '../http/resource-server.ts';
import type { Account } from '../my-account/account.ts';
import { changeMethod, deleteMethod } from '../my-account/change.ts';
import { beginEnrollment } from '../my-account/enroll.ts';
import { readChanges, readEnrollment, readVerification } from '../my-account/enrollment-body.ts';
import { listFactors } from '../my-account/factors.ts';
import { methodView } from '../my-account/method-view.ts';
import { findMethod, listMethods, methodTypes } from '../my-account/methods.ts';
import { type MyAccountScope, myAccountAudience } from '../my-account/my-account-api.ts';
import { notFound, Problem, respondWithProblem, toProblem } from '../my-account/problem.ts';
import { verifyEnrollment } from '../my-account/verify.ts';

type Handler = (account: Account, c: ProtocolContext) => Promise<Response> | Response;

const methods = '/me/v1/authentication-methods';

/** Auth0's My Account API: people manage their own ways in, with an access token for the audience `…/me/`. */
export function myAccountRoutes(tenant: TenantContext): Hono<ProtocolEnv> {
  const routes = new Hono<ProtocolEnv>();
  routes.use('/me/*', cors(tenant));
  const answer = (scope: MyAccountScope, handle: Handler) => (c: ProtocolContext) => guard(tenant, c, scope, handle);
  const idOf = (c: ProtocolContext) => c.req.param('id') ?? '';

  routes.get(
    '/me/v1/factors',
    answer('read:me:factors', ({ user }, c) => c.json({ factors: listFactors(tenant, user) }, 200, noStore)),
  );
  routes.get(
    methods,
    answer('read:me:authentication_methods', async ({ user }, c) => {
      const type = readType(c);
      const all = (await listMethods(tenant, user)).filter((one) => type === undefined || one.type === type);
      return c.json({ authentication_methods: all.map((method) => methodView(user, method)) }, 200, noStore);
    }),
  );
  routes.get(
    `${methods}/:id`,
    answer('read:me:authentication_methods', async ({ user }, c) => {
      const method = await findMethod(tenant, user, idOf(c));
      if (method === undefined) throw notFound();
      return c.json(methodView(user, method), 200, noStore);
    }),
  );
  routes.post(
    methods,
    answer('create:me:authentication_methods', async (account, c) => {
      const { id, body } = await beginEnrollment(tenant, account, readEnrollment(await readJson(c)));
      const location = `${tenant.issuer}${methods.slice(1)}/${encodeURIComponent(id)}`;
      return c.json(body, 202, { Location: location, ...noStore });
    }),
  );
  routes.post(
    `${methods}/:id/verify`,
    answer('create:me:authentication_methods', async (account, c) => {
      const body = readVerification(await readJson(c));
      const method = await verifyEnrollment(tenant, account, idOf(c), body, c.req.header('user-agent'));
      return c.json(methodView(account.user, method), 201, noStore);
    }),
  );
  routes.patch(
    `${methods}/:id`,
    answer('update:me:authentication_methods', async (account, c) => {
      const method = await changeMethod(tenant, account, idOf(c), readChanges(await readJson(c)));
      return c.json(methodView(account.user, method), 200, noStore);
    }),
  );
  routes.delete(
    `${methods}/:id`,
    answer('delete:me:authentication_methods', async (account, c) => {
      await deleteMethod(tenant, account, idOf(c));
      return c.body(null, 204, noStore);
    }),
  );
  routes.all('/me/*', (c) =>
    respondWithProblem(c, new Problem(404, `The My Account API has nothing at ${c.req.path}.`)),
  );
  return routes;
}

async function guard(
  tenant: TenantContext,
  c: ProtocolContext,
  scope: MyAccountScope,
  handle: Handler,
): Promise<Response> {
  let userId: string | undefined;
  try {
    const account = await authorize(tenant, c, scope);
    userId = account.user.id;
    return await handle(account, c);
  } catch (thrown) {
    const problem = thrown instanceof OAuthError ? toProblem(thrown) : thrown;
    if (!(problem instanceof Problem)) throw problem;
    tenant.events.record({
      type: 'my_account.rejected',
      outcome: 'failure',
      sentence: `${c.req.method} ${c.req.routePath} was refused: ${problem.explanation}`,
      clientId: c.get('client')?.clientId,
      userId,
      details: { status: problem.status },
    });
    return respondWithProblem(c, problem);
  }
}

async function authorize(tenant: TenantContext, c: ProtocolContext, scope: MyAccountScope): Promise<Account> {
  const audience = myAccountAudience(tenant.issuer);
  const url = tenant.issuer + new URL(c.req.url).pathname.slice(1);
  const access = await readAccess(tenant, c, { audience, scope, url, realm: 'My Account' });
  if (!('problem' in access)) return { user: access.user, clientId: access.token.clientId };
  const { status, error, challenge, problem } = access;
  const detail =
    error === 'insufficient_scope'
      ? `Insufficient scope, expected: ${scope}`
      : status === 401
        ? 'Invalid token'
        : problem;
  throw new Problem(status, detail, { explanation: problem, headers: { 'WWW-Authenticate': challenge } });
}

/** Also those types that nobody can have here: their list is empty. */
const readable = [...methodTypes, 'webauthn-platform', 'webauthn-roaming'] as const;

function readType(c: ProtocolContext): string | undefined {
  const type = c.req.query('type');
  if (type === undefined || readable.some((one) => one === type)) return type;
  const detail = `must be one of ${readable.join(', ')}`;
  throw new Problem(400, `type ${detail}`, {
    validationErrors: [{ detail, field: 'type', pointer: 'type', source: 'query' }],
  });
}
