import { serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { controlsFromEnvironment } from './ask-tenant.ts';
import { openNotesStore } from './notes-store.ts';

/**
 * Settings, all by environment:
 * - `AUTH0_DOMAIN`: `http://localhost:4455` (default) or the host name of a hosted tenant
 * - `AUTH0_AUDIENCE`: identifier of this API, default `https://api.postern.test`
 * - `FILES_AUDIENCE`: identifier of the second API, default `https://files.postern.test`
 * - `PUBLIC_ORIGIN`: where the page is and so this API is reached, default `http://localhost:5173`
 * - `NATIVE_CLIENT_ID`: client of the pretended native app beside a local tenant, default `postern-native`
 * - `PORT`: default 3001; `NOTES_DB`: file of the notes, default in memory
 * - `TENANT_CONTROL`, `TENANT_SECRET`: the local tenant's control API, for the "break things" buttons
 */
const { AUTH0_DOMAIN = 'http://localhost:4455', AUTH0_AUDIENCE = 'https://api.postern.test' } = process.env;
const origin = AUTH0_DOMAIN.includes('://') ? AUTH0_DOMAIN : `https://${AUTH0_DOMAIN}`;

const publicOrigin = process.env.PUBLIC_ORIGIN ?? 'http://localhost:5173';
const controls = controlsFromEnvironment(process.env);
const notes = openNotesStore(process.env.NOTES_DB ?? ':memory:');
const app = createApp({
  token: { issuer: new URL('/', origin).href, audience: AUTH0_AUDIENCE, origin: publicOrigin },
  filesAudience: process.env.FILES_AUDIENCE ?? 'https://files.postern.test',
  notes,
  controls,
  shell: controls && {
    domain: AUTH0_DOMAIN,
    clientId: process.env.NATIVE_CLIENT_ID ?? 'postern-native',
    webApp: publicOrigin,
  },
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
