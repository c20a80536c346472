import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { controlsFromEnvironment } from './ask-tenant.ts';
import { openNotesStore } from './notes-store.ts';

/**
 * Settings, all by environment:
 * - `AUTH0_DOMAIN`: `http://localhost:4455` (default) or the host name of a hosted tenant
 * - `AUTH0_AUDIENCE`: identifier of this API, default `https://api.postern.test`
 * - `PORT`: default 3001; `NOTES_DB`: file of the notes, default in memory
 * - `TENANT_CONTROL`, `TENANT_SECRET`: the local tenant's control API, for the "break things" buttons
 */
const { AUTH0_DOMAIN = 'http://localhost:4455', AUTH0_AUDIENCE = 'https://api.postern.test' } = process.env;
const origin = AUTH0_DOMAIN.includes('://') ? AUTH0_DOMAIN : `https://${AUTH0_DOMAIN}`;

const notes = openNotesStore(process.env.NOTES_DB ?? ':memory:');
const app = createApp({
  token: { issuer: new URL('/', origin).href, audience: AUTH0_AUDIENCE },
  notes,
  controls: controlsFromEnvironment(process.env),
});

const server = serve(
  { fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3001) },
  ({ port }) => {
    console.log(JSON.stringify({ ready: true, url: `http://localhost:${port}` }));
  },
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => {
      notes.close();
      process.exit(0);
    });
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
