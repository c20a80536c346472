import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { TestTenant } from '@postern/tenant/testing';
import { createApp } from '../../server/app.ts';
import { openNotesStore } from '../../server/notes-store.ts';

/** The demo's own API on a free port, for tokens of this tenant and by its time. */
export async function startApi(tenant: TestTenant, publicOrigin?: string) {
  const notes = openNotesStore(':memory:');
  const answer = async (request: Request) => {
    const response = await app.fetch(request);
    // Clients set their clock by it when a proof is refused.
    response.headers.set('Date', new Date(tenant.clock.now()).toUTCString());
    return response;
  };
  const server = serve({ fetch: answer, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app = createApp({
    token: {
      issuer: tenant.issuer,
      audience: tenant.audience,
      origin: publicOrigin ?? url,
      now: () => tenant.clock.now(),
    },
    filesAudience: 'https://files.postern.test',
    notes,
  });
  return {
    url,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      notes.close();
    },
  };
}
