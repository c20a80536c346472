import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { BuiltPage } from './build-page.ts';

export interface ServedPage {
  readonly origin: string;
  close(): Promise<void>;
}

/** Cross-origin isolated, a page reads the clock in steps of 5 µs; others in steps of 100. Hidden iframes do not work there. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const cached = { 'Cache-Control': 'max-age=31536000, immutable' };

/** An app at an https origin of its own: compressed, scripts cached by the browser, as a static host would serve it. */
export async function servePage(
  files: BuiltPage,
  tls: { readonly key: string; readonly cert: string },
  { isolated }: { readonly isolated: boolean },
): Promise<ServedPage> {
  const compressed = new Map([...files].map(([path, contents]) => [path, gzipSync(contents, { level: 9 })]));
  const server = createServer(tls, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'https://localhost');
    if (pathname === '/favicon.ico') {
      response.writeHead(204, cached).end();
      return;
    }
    const script = pathname.endsWith('.js');
    response
      .writeHead(200, {
        'Content-Encoding': 'gzip',
        ...(script
          ? { 'Content-Type': 'text/javascript', ...cached }
          : { 'Content-Type': 'text/html', ...(isolated ? isolation : {}) }),
      })
      .end(compressed.get(script ? pathname : '/'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
