import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { BuiltPage } from './build-page.ts';

export interface ServedPage {
  readonly origin: string;
  close(): Promise<void>;
}

const html =
  '<!doctype html><html lang="en"><title>App</title><body><div id="root"></div><script type="module" src="/page.js"></script>';

/** Cross-origin isolated, a page reads the clock in steps of 5 µs; others in steps of 100. Hidden iframes do not work there. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** An app at an https origin of its own: compressed, scripts cached by the browser, as a static host would serve it. */
export async function servePage(
  files: BuiltPage,
  tls: { readonly key: string; readonly cert: string },
  { isolated }: { readonly isolated: boolean },
): Promise<ServedPage> {
  const compressed = new Map([...files].map(([path, contents]) => [path, gzipSync(contents, { level: 9 })]));
  const server = createServer(tls, (request, response) => {
    const script = compressed.get(request.url ?? '');
    if (request.url === '/favicon.ico') response.writeHead(204, { 'Cache-Control': 'max-age=3600' }).end();
    else if (script)
      response
        .writeHead(200, {
          'Content-Type': 'text/javascript',
          'Content-Encoding': 'gzip',
          'Cache-Control': 'max-age=31536000, immutable',
        })
        .end(script);
    else response.writeHead(200, { 'Content-Type': 'text/html', ...(isolated ? isolation : {}) }).end(html);
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
