import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';

/** A page of one script, at every path of its origin. */
export interface ScriptPage {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Bundles `contents`, whose imports are resolved from `resolveDir`, and serves a page that runs it.
 *
 * @param env What `import.meta.env` has.
 */
export async function serveScript(
  contents: string,
  resolveDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ScriptPage> {
  const bundle = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    jsx: 'automatic',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"development"', 'import.meta.env': JSON.stringify(env) },
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><html lang="en"><title>Page</title><body><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
