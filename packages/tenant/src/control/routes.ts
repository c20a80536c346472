import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { TenantContext } from '../context.ts';
import { limitImportSize } from '../http/body-size.ts';
import { isSameSecret } from '../tokens/secret.ts';
import type { TenantControl } from './control.ts';
import { ControlError, type ControlErrorCode } from './control-error.ts';
import { clockChangeSchema, fixedCodeChangeSchema, parseInput } from './input.ts';

const statuses = { invalid_request: 400, not_found: 404, conflict: 409, timeout: 504 } as const satisfies Record<
  ControlErrorCode,
  number
>;

/** The control API at `/__tenant/api`: `TenantControl` behind the per-run secret. No page of any origin may call it. */
export function controlRoutes(tenant: TenantContext, control: TenantControl): Hono {
  const api = new Hono();
  api.use(requireSecret(tenant.controlSecret));
  api.onError((error, c) => {
    if (!(error instanceof ControlError)) throw error;
    return c.json({ error: error.code, error_description: error.message }, statuses[error.code]);
  });
  const query = (c: Context) => c.req.query() as never;
  const done = (c: Context) => c.body(null, 204);

  api.get('/users', async (c) => c.json(await control.users.list(query(c))));
  api.post('/users', async (c) => c.json(await control.users.create(await readJson(c)), 201));
  api.post('/users/import', limitImportSize, async (c) =>
    c.json(await control.importUsers(await c.req.text(), query(c))),
  );
  api.get('/users/:id', async (c) => c.json(await control.users.get(c.req.param('id'))));
  api.patch('/users/:id', async (c) => c.json(await control.users.update(c.req.param('id'), await readJson(c))));
  api.delete('/users/:id', async (c) => {
    await control.users.delete(c.req.param('id'));
    return done(c);
  });
  api.post('/users/:id/block', async (c) => c.json(await control.users.block(c.req.param('id'))));
  api.post('/users/:id/unblock', async (c) => c.json(await control.users.unblock(c.req.param('id'))));
  api.post('/users/:id/revoke', async (c) => c.json({ revoked: await control.users.revoke(c.req.param('id')) }));

  const named = (c: Context) => c.req.param('user') ?? '';
  api.get('/mfa/:user/authenticators', async (c) => c.json(await control.mfa.authenticators(named(c))));
  api.delete('/mfa/:user/authenticators/:id', async (c) => {
    await control.mfa.removeAuthenticator(named(c), c.req.param('id'));
    return done(c);
  });
  api.get('/mfa/:user/totp', async (c) =>
    c.json({ secret: await control.mfa.totpSecret(named(c)), code: await control.mfa.totpCode(named(c)) }),
  );
  api.get('/mfa/:user/push', async (c) => c.json(await control.mfa.pendingPush(named(c))));
  api.post('/mfa/:user/push/approve', async (c) => {
    await control.mfa.approvePush(named(c));
    return done(c);
  });
  api.post('/mfa/:user/push/deny', async (c) => {
    await control.mfa.denyPush(named(c));
    return done(c);
  });
  api.get('/passkeys/:user', async (c) => c.json(await control.passkeys.list(named(c))));
  api.delete('/passkeys/:user/:id', async (c) => {
    await control.passkeys.remove(named(c), c.req.param('id'));
    return done(c);
  });
  api.put('/codes', async (c) => {
    const { to, code } = parseInput(fixedCodeChangeSchema, await readJson(c));
    control.fixCode(to, code);
    return done(c);
  });
  api.get('/codes', async (c) => c.json({ code: await control.mfa.lastCode(query(c)) }));

  api.post('/subject-tokens', async (c) =>
    c.json({ subjectToken: await control.signSubjectToken(await readJson(c)) }, 201),
  );
  api.post('/social-tokens', async (c) => c.json(await control.mintSocialToken(await readJson(c)), 201));
  api.post('/invitations', async (c) => c.json(await control.organizations.invite(await readJson(c)), 201));

  api.get('/outbox', async (c) => c.json(await control.outbox.list(query(c))));
  api.get('/outbox/last', async (c) => c.json(await control.outbox.lastMessage(query(c))));
  api.get('/outbox/wait', async (c) => c.json(await control.outbox.waitForMessage(query(c))));
  api.get('/events', async (c) => c.json(await control.events.list(query(c))));
  api.get('/events/wait', async (c) => c.json(await control.events.waitFor(query(c))));

  api.get('/clock', (c) => c.json(control.clock.get()));
  api.post('/clock', async (c) => {
    const change = parseInput(clockChangeSchema, await readJson(c));
    if ('advance' in change) return c.json(control.clock.advance(change.advance));
    if ('reset' in change) return c.json(control.clock.reset());
    return c.json(control.clock.set(change.set, { running: change.running ?? false }));
  });

  api.post('/keys/rotate', async (c) => {
    await control.rotateKeys();
    return done(c);
  });

  api.get('/faults', (c) => c.json(control.faults.list()));
  api.post('/faults', async (c) => {
    control.faults.add(await readJson(c));
    return c.json(control.faults.list(), 201);
  });
  api.delete('/faults', (c) => {
    control.faults.clear();
    return done(c);
  });

  api.get('/sessions', async (c) => c.json(await control.sessions.list(query(c))));
  api.delete('/sessions/:id', async (c) => {
    await control.sessions.end(c.req.param('id'));
    return done(c);
  });
  api.get('/families', async (c) => c.json(await control.families.list(query(c))));
  api.post('/families/:id/revoke', async (c) => c.json({ revoked: await control.families.revoke(c.req.param('id')) }));

  api.post('/reset', async (c) => {
    await control.reset();
    return done(c);
  });
  api.get('/export', async (c) => c.json(await control.exportData()));
  api.post('/import', limitImportSize, async (c) => {
    await control.importData(await readJson(c));
    return done(c);
  });
  api.post('/sign-in', async (c) => c.json(await control.signIn(await readJson(c))));
  api.post('/session-state', async (c) => c.json(await control.sessionState(await readJson(c))));

  api.all('*', (c) =>
    c.json({ error: 'not_found', error_description: `The control API has no ${c.req.method} ${c.req.path}.` }, 404),
  );
  return api;
}

/** Constant-time, before anything else: without the secret not even a path can be told from another. */
function requireSecret(secret: string): MiddlewareHandler {
  return async (c, next) => {
    c.header('Cache-Control', 'no-store');
    const [scheme, given, ...more] = (c.req.header('authorization') ?? '').split(' ');
    if (scheme?.toLowerCase() === 'bearer' && given && more.length === 0 && isSameSecret(given, secret)) return next();
    c.header('WWW-Authenticate', 'Bearer realm="postern-tenant control"');
    return c.json(
      {
        error: 'unauthorized',
        error_description:
          'The control API needs "Authorization: Bearer <secret>"; the tenant prints its secret when it starts.',
      },
      401,
    );
  };
}

/** The body is checked by the control function it goes to. */
async function readJson(c: Context): Promise<never> {
  try {
    return (await c.req.json()) as never;
  } catch (error) {
    throw new ControlError('invalid_request', 'The body is not JSON.', { cause: error });
  }
}
