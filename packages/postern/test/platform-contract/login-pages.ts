import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoginPages {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * A tenant's login pages as far as a user agent sees them: `/allow` and `/refuse` send the browser back at once, `/wait`
 * waits for a person, `/logout` returns where it is told, and `/seen` tells which pages were asked for.
 */
export async function serveLoginPages(): Promise<LoginPages> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { pathname, searchParams } = url;
    if (pathname === '/seen') {
      response.setHeader('access-control-allow-origin', '*').end(JSON.stringify(seen));
      return;
    }
    seen.push(url.href);
    const back = searchParams.get('redirect_uri');
    const state = searchParams.get('state') ?? '';
    if (pathname === '/allow') redirect(`${back}?code=c0de%2F1&state=${state}`);
    else if (pathname === '/refuse') redirect(`${back}?error=access_denied&error_description=No&state=${state}`);
    else response.setHeader('content-type', 'text/html').end('<!doctype html><title>Log in</title><p>Log in');
    function redirect(location: string) {
      response.writeHead(302, { location }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
