import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** An API that knows Bearer tokens only, as most do that an app of auth0-react talks to. */
export interface Api {
  readonly url: string;
  /** What a page of this origin was let in with, as `/files https://files.postern.test read:files`. */
  servedTo(origin: string): readonly string[];
  close(): Promise<void>;
}

export async function startApi(issuer: string): Promise<Api> {
  const served: { readonly origin: string; readonly request: string }[] = [];
  const keys = createRemoteJWKSet(new URL('.well-known/jwks.json', issuer));
  const app = new Hono();
  app.use(cors());
  app.get('/:part{.+}', async (c) => {
    const { path } = c.req;
    const audience = path === '/files' ? 'https://files.postern.test' : 'https://api.postern.test';
    const [scheme, token = ''] = (c.req.header('authorization') ?? '').split(' ');
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience });
      if (scheme !== 'Bearer' || payload.cnf) throw new Error('This API knows Bearer tokens only.');
      const scopes = String(payload.scope)
        .split(' ')
        .filter((scope) => scope.includes(':'));
      served.push({ origin: c.req.header('origin') ?? '', request: `${path} ${audience} ${scopes.join(' ')}` });
      return c.text(`${path} for ${payload.sub}`);
    } catch (error) {
      return c.text(`refused: ${error}`, 401);
    }
  });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    servedTo: (origin) => served.filter((one) => one.origin === origin).map(({ request }) => request),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
