import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { build, type InlineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Whose code stands behind `react-native-auth0`. */
export type Side = 'theirs' | 'ours';

/** How the same sources come to use the one or the other: an app's Vite configuration has no more than this. */
const resolutions: Readonly<Record<Side, NonNullable<InlineConfig['resolve']>>> = {
  theirs: {
    alias: [{ find: /^react-native$/, replacement: here('./react-native.ts') }],
    extensions: ['.web.js', '.js', '.ts', '.tsx', '.json'],
  },
  ours: { alias: [{ find: /^react-native-auth0$/, replacement: 'postern' }] },
};

/** A built page, at every path of an origin that only the browser knows: https, so that the tenant's cookie is not foreign. */
export interface BuiltPage {
  readonly origin: string;
  serve(context: BrowserContext): Promise<void>;
}

const html = '<!doctype html><html lang="en"><title>App</title><body><script type="module" src="/page.js"></script>';

/** Builds `page.tsx` with Vite. */
export async function buildPage(side: Side): Promise<BuiltPage> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    root: here('.'),
    resolve: resolutions[side],
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      lib: { entry: here('./page.tsx'), formats: ['es'], fileName: 'page' },
    },
  });
  const files = new Map(
    [output]
      .flat()
      .flatMap((one) => ('output' in one ? one.output : []))
      .map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source)]),
  );
  const origin = side === 'theirs' ? 'https://localhost:9441' : 'https://localhost:9442';
  return {
    origin,
    serve: async (context) => {
      await context.route(`${origin}/**`, (route) => {
        const body = files.get(new URL(route.request().url()).pathname);
        return body === undefined
          ? route.fulfill({ contentType: 'text/html', body: html })
          : route.fulfill({ contentType: 'text/javascript', body });
      });
    },
  };
}
