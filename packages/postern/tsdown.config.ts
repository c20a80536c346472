import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig, type UserConfig } from 'tsdown';

const require = createRequire(import.meta.url);

type InputOptions = NonNullable<UserConfig['inputOptions']>;

/**
 * What is built, and who gets it by the conditions of package.json (docs/decisions/0007-builds-and-exports.md): ES modules
 * whose platform is chosen where they are used, one folder of types, and CommonJS for Jest, which alone asks for it.
 */
const shared = ['src/index.ts', 'src/core.ts', 'src/testing.ts', 'src/testing-core.ts'];

const entries = {
  browser: shared,
  node: [...shared, 'src/node.ts'],
};

type PlatformName = keyof typeof entries;

const common = {
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  clean: true,
  dts: false,
  // `'use client'` is preserved: each file is a module of its own.
  inputOptions: { checks: { moduleLevelDirective: false } },
} satisfies UserConfig;

const aliasOf = (name: PlatformName) => ({
  '#platform': `${import.meta.dirname}/src/platform/${name}/index.ts`,
});

const oauth4webapiWithin = { alwaysBundle: [/^oauth4webapi$/], onlyBundle: [/^oauth4webapi$/] };

const namesLackingInJsdom = [
  'fetch',
  'crypto',
  'structuredClone',
  'CryptoKey',
  'TextEncoder',
  'TextDecoder',
  'AbortController',
  'AbortSignal',
  'Headers',
  'Request',
  'Response',
  'URL',
  'URLSearchParams',
  'ArrayBuffer',
  'Uint8Array',
];

/** Has global names replaced by a file's exports of the same names. */
const injecting = (file: string, names: readonly string[]): InputOptions => ({
  ...common.inputOptions,
  transform: {
    inject: Object.fromEntries(names.map((name) => [name, [`${import.meta.dirname}/${file}`, name]])),
  },
});

/**
 * Bundlers see past an `export *`. Written out by name, as it would be, what an app imports brings the whole file along;
 * esbuild then loads at once what that file shares with parts that are loaded later, the error classes above all.
 */
const starred = /^\.\/(auth0|core|react\/.*)\.tsx?$/;
const keepStars: NonNullable<UserConfig['plugins']> = {
  name: 'keep-stars',
  resolveId: (source, importer) =>
    starred.test(source) && /\bsrc.(index|core)\.ts$/.test(importer ?? '')
      ? { id: source.replace(/\.tsx?$/, '.js'), external: true }
      : null,
};

/**
 * One tree for all platforms: `#platform` stays an import, which package.json answers by condition. A framework that renders a
 * component on the server and again in the page then takes the same file for it, each time with the platform of the place;
 * with a tree a platform, a `'use client'` file met on the server would bring Node's platform into the page.
 */
const choosePlatformLater: NonNullable<UserConfig['plugins']> = {
  name: 'choose-platform-later',
  resolveId: (source) => (source === '#platform' ? { id: '#built-platform', external: true } : null),
};

/** With a file for each of their modules, the doctor's libraries would be in a `node_modules`, which no tarball contains. */
const keepThirdParty: NonNullable<UserConfig['plugins']> = {
  name: 'keep-third-party',
  resolveId: (source) =>
    source === './third-party.ts' ? { id: '../../../third-party/third-party.js', external: true } : null,
};

const modules: UserConfig = {
  ...common,
  name: 'modules',
  entry: [
    ...entries.node,
    'src/auth0.ts',
    'src/react/*',
    'src/platform/browser/index.ts',
    'src/platform/node/index.ts',
    'src/cli/main.ts',
  ],
  plugins: [keepStars, choosePlatformLater, keepThirdParty],
  outDir: 'dist/esm',
  // For Node's built-in modules, which stay imports.
  platform: 'node',
  format: 'esm',
  fixedExtension: false,
  // A file each keeps `'use client'` where it belongs, and stack traces and tree shaking plain.
  unbundle: true,
  sourcemap: true,
  // The sources are in the package.
  outputOptions: { sourcemapExcludeSources: true },
};

const thirdParty: UserConfig = {
  ...common,
  name: 'third-party',
  entry: ['src/cli/doctor/third-party.ts'],
  outDir: 'dist/third-party',
  platform: 'node',
  format: 'esm',
  fixedExtension: false,
  deps: { alwaysBundle: ['semver', 'json5'], onlyBundle: ['semver', 'json5'] },
  minify: true,
  plugins: [
    {
      name: 'licenses',
      generateBundle() {
        const texts = ['semver/LICENSE', 'json5/LICENSE.md'].map((path) => readFileSync(require.resolve(path), 'utf8'));
        this.emitFile({ type: 'asset', fileName: 'LICENSES.txt', source: texts.join('\n---\n\n') });
      },
    },
  ],
};

/** No platform shows in them, so that one folder serves all. */
const types: UserConfig = {
  ...common,
  name: 'types',
  entry: entries.node,
  outDir: 'dist/types',
  platform: 'neutral',
  format: 'esm',
  fixedExtension: false,
  unbundle: true,
  alias: aliasOf('node'),
  dts: { emitDtsOnly: true, sourcemap: true },
};

/** oauth4webapi is within: it is an ES module, which Jest cannot `require`. */
const commonJs = (name: PlatformName): UserConfig => ({
  ...common,
  name: `${name} (CommonJS)`,
  entry: entries[name],
  outDir: `dist/cjs/${name}`,
  platform: name,
  format: 'cjs',
  cjsDefault: false,
  alias: aliasOf(name),
  deps: oauth4webapiWithin,
  // As above: one set of types serves both platforms.
  dts: name === 'node',
  ...(name === 'browser' && { inputOptions: injecting('src/platform/browser/jsdom-globals.ts', namesLackingInJsdom) }),
});

export default defineConfig([modules, thirdParty, types, commonJs('browser'), commonJs('node')]);
