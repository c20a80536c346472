import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { test as base } from '@postern/tenant/playwright';
import { createServer as createVite } from 'vite';
import { startApi } from '../test/app/start-api.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The demo, served once a worker with that worker's tenant as its domain, and its API beside it. */
export const test = base.extend<object, { readonly app: string }>({
  app: [
    async ({ tenant }, use) => {
      const server = createServer((request, response) => vite.middlewares(request, response));
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
      const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
      const api = await startApi(tenant, origin);
      process.env.VITE_AUTH0_DOMAIN = tenant.origin;
      const vite = await createVite({
        root,
        logLevel: 'error',
        appType: 'spa',
        server: { middlewareMode: true, ws: false, watch: null, proxy: { '/api': api.url } },
      });
      await use(origin);
      await vite.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await api.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ app }, use) => use(app),
});

export { expect } from '@postern/tenant/playwright';
