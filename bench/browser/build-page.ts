import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Files of a page by path, its script under `/page.js`. */
export type BuiltPage = ReadonlyMap<string, Uint8Array>;

/**
 * Bundles `entry` as an app would be for production: minified, in chunks, against the packages as they are published.
 * Files that end in `.web.js` come first, which is how react-native-auth0 finds its web build.
 */
export async function buildPage(entry: URL): Promise<BuiltPage> {
  const { outputFiles } = await build({
    entryPoints: { page: fileURLToPath(entry) },
    outdir: '/',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    conditions: ['browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    // Not the workspace's own, which leads to the sources.
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
    resolveExtensions: ['.web.js', '.js', '.json'],
    alias: { 'react-native': fileURLToPath(new URL('../bytes/no-react-native.mjs', import.meta.url)) },
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]));
}
