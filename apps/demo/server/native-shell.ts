import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { Auth0, isAuthError, sessionTransferUrl } from 'postern/core';
import { requireOwnPage } from './own-page.ts';

export interface ShellOptions {
  readonly domain: string;
  /** A native client that may create session transfer tokens. */
  readonly clientId: string;
  /** Origin of the web app that the native app opens. */
  readonly webApp: string;
}

/** One start of the pretended app: a client with storage and a key of its own. */
interface Shell {
  readonly auth0: Auth0;
}

const cookie = 'native_shell';
const mostShells = 50;
const connection = 'Username-Password-Authentication';

/**
 * A native app, played by this server: it signs in with a form of its own, keeps its tokens to itself, and opens the web
 * app signed in (Native to Web SSO). The browser is given an address that works once, and never a token of the app.
 */
export function shellRoutes({ domain, clientId, webApp }: ShellOptions): Hono {
  const shells = new Map<string, Shell>();
  const routes = new Hono();
  routes.use(requireOwnPage);

  routes.post('/log-in', async (c) => {
    const { email, password } = await readLogin(c.req.raw);
    const auth0 = new Auth0({ domain, clientId, scope: 'openid profile email offline_access' });
    try {
      const login = () => auth0.auth.passwordRealm({ username: email, password, realm: connection });
      await auth0.session.login(login);
    } catch (error) {
      return refuse(c, error);
    }
    const id = randomUUID();
    shells.set(id, { auth0 });
    for (const oldest of shells.keys()) if (shells.size > mostShells) shells.delete(oldest);
    setCookie(c, cookie, id, { httpOnly: true, sameSite: 'Strict', path: '/api/shell' });
    return c.json({ user: auth0.session.getSnapshot().user?.name });
  });

  routes.post('/open', async (c) => {
    const shell = shells.get(getCookie(c, cookie) ?? '');
    if (!shell) return c.json({ error: 'unauthorized', message: 'The app is not signed in.' }, 401);
    try {
      const transfer = await shell.auth0.credentialsManager.getSSOCredentials();
      return c.redirect(sessionTransferUrl(`${webApp}/from-app`, transfer), 303);
    } catch (error) {
      return refuse(c, error);
    }
  });
  return routes;
}

async function readLogin(request: Request): Promise<{ email: string; password: string }> {
  const body: unknown = await request.json().catch(() => undefined);
  const field = (name: string) => {
    const value: unknown = body && typeof body === 'object' ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { email: field('email'), password: field('password') };
}

function refuse(c: Context, error: unknown): Response {
  if (!isAuthError(error)) throw error;
  return c.json({ error: error.code, message: error.message }, 400);
}
