import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Files of a page by path; the page itself is `/`. */
export type BuiltPage = ReadonlyMap<string, Uint8Array>;

const root = fileURLToPath(new URL('./page/', import.meta.url));

/**
 * Builds a page whose script is `entry`, as an app would be for production: by Vite, minified, in chunks, against the packages
 * as they are published. Files that end in `.web.js` come first, which is how react-native-auth0 finds its web build.
 */
export async function buildPage(entry: URL): Promise<BuiltPage> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    root,
    resolve: {
      alias: [
        { find: /^\.\/entry\.ts$/, replacement: fileURLToPath(entry) },
        {
          find: /^react-native$/,
          replacement: fileURLToPath(new URL('../bytes/no-react-native.mjs', import.meta.url)),
        },
      ],
      extensions: ['.web.js', '.js', '.json'],
    },
    build: { write: false },
  });
  return new Map(
    [output]
      .flat()
      .flatMap((one) => ('output' in one ? one.output : []))
      .map((file) => [
        file.fileName === 'index.html' ? '/' : `/${file.fileName}`,
        Buffer.from(file.type === 'chunk' ? file.code : file.source),
      ]),
  );
}
