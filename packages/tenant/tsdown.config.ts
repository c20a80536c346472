import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';

/**
 * Bundled, so that a start reads a handful of files instead of hundreds: ready in a third of the time, and with a quarter
 * less memory. What has native code or is seldom needed (argon2, pg) stays a dependency.
 */
const bundled = ['@hono/node-server', 'hono', 'jose', 'kysely', 'strip-json-comments', 'zod'];

const matchers = bundled.map((name) => new RegExp(`^${name}(/|$)`));

const modules: UserConfig = {
  entry: {
    index: 'src/index.ts',
    cli: 'src/cli.ts',
    testing: 'src/testing/index.ts',
    'testing-worker': 'src/testing/tenant-worker.ts',
    playwright: 'src/testing/playwright.ts',
    cypress: 'src/testing/cypress.ts',
    'cypress-tasks': 'src/testing/cypress-tasks.ts',
  },
  platform: 'node',
  format: 'esm',
  target: 'node22.13',
  // `.js` beside `"type": "module"`.
  fixedExtension: false,
  deps: {
    alwaysBundle: matchers,
    onlyBundle: matchers,
    // The types of zod and jose come from the packages themselves, which therefore stay dependencies.
    dts: { neverBundle: matchers },
  },
  // Without maps: the sources they would point to are not in the package.
  dts: true,
  sourcemap: true,
  clean: true,
  hooks: {
    'build:done': ({ options }) => {
      writeLicenses(options.outDir);
      dropEmptyTypeImports(options.outDir);
    },
  },
};

/** For Jest, which loads nothing else; the tenant itself is the ES module, on a thread that Jest does not see. */
const commonJs: UserConfig = {
  name: 'testing (CommonJS)',
  entry: { testing: 'src/testing/index-commonjs.ts' },
  outDir: 'dist/cjs',
  platform: 'node',
  format: 'cjs',
  target: 'node22.13',
  deps: { dts: { neverBundle: matchers } },
  dts: true,
  clean: true,
  hooks: {
    'build:done': ({ options }) => dropEmptyTypeImports(options.outDir),
  },
};

export default defineConfig([modules, commonJs]);

/** The MIT licence asks for its notice wherever the code goes. */
function writeLicenses(outDir: string): void {
  const notices = bundled.map((name) => {
    const folder = new URL(`../../node_modules/${name}/`, import.meta.url);
    const file = ['LICENSE', 'LICENSE.md', 'license'].map((one) => new URL(one, folder)).find((one) => existsSync(one));
    if (!file) throw new Error(`${name} has no licence file.`);
    const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string };
    return `${name} ${version}\n\n${readFileSync(file, 'utf8').trim()}\n`;
  });
  writeFileSync(`${outDir}/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${'-'.repeat(80)}\n\n`));
}

/** What is left of imports whose types nobody outside sees; their packages are not installed with this one. */
function dropEmptyTypeImports(outDir: string): void {
  for (const name of readdirSync(outDir)) {
    if (!/\.d\.c?ts$/.test(name)) continue;
    const file = `${outDir}/${name}`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^import "[^"]+";$/gm, ''));
  }
}
