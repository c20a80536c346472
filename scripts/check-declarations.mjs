import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { cacheDirectory } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { runMain } from './lib/say.mjs';

/**
 * The packages' types as an app sees them, read by the two last majors of TypeScript, with `skipLibCheck` off and only the
 * libraries that the entry asks for. Whoever uses another one's name by accident (`NodeJS.Timeout` in a browser, `Window` in
 * Node) fails here and not in the app. `--newest` leaves the older major out.
 */

const bundler = { module: 'ESNext', moduleResolution: 'bundler', customConditions: ['browser'] };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext', lib: ['ES2023'], types: ['node'] };
const web = (...more) => ({ ...bundler, lib: ['ES2022', 'DOM', 'DOM.Iterable', ...more], types: [] });

const cases = [
  ['in a browser, without Node', 'ts', ['postern', 'postern/core'], web()],
  ['in a browser test, without Node', 'ts', ['postern', 'postern/testing'], web('ESNext.Disposable')],
  [
    'in Node, without the DOM',
    'ts',
    ['postern/core', 'postern/node', 'postern/testing/core', '@postern/tenant', '@postern/tenant/testing'],
    nodenext,
  ],
  ['required in Node, without the DOM', 'cts', ['postern/core', 'postern/node', '@postern/tenant/testing'], nodenext],
  ['required, with React', 'cts', ['postern', 'postern/testing'], { ...nodenext, lib: ['ES2023', 'DOM'] }],
];

/** API Extractor brings the major before ours. */
function compilers() {
  const own = createRequire(import.meta.url);
  const extractors = createRequire(own.resolve('@microsoft/api-extractor/package.json'));
  return [own, extractors].map((require) => {
    const file = require.resolve('typescript/package.json');
    return { version: require(file).version, tsc: join(dirname(file), 'bin', 'tsc') };
  });
}

const folder = join(cacheDirectory, 'declarations');

function writeCase([, extension, specifiers, options], index) {
  const directory = join(folder, String(index));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  const lines = specifiers.map((specifier, number) => `export * as entry${number} from '${specifier}';\n`);
  writeFileSync(join(directory, `app.${extension}`), lines.join(''));
  const compilerOptions = { target: 'ES2022', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, noEmit: true, jsx: 'react-jsx', ...options },
      files: [`app.${extension}`],
    }),
  );
  return directory;
}

await runMain(async () => {
  rmSync(folder, { recursive: true, force: true });
  const { check, finish } = createChecks();
  for (const { version, tsc } of compilers().slice(0, process.argv.includes('--newest') ? 1 : 2)) {
    for (const [index, one] of cases.entries()) {
      const directory = writeCase(one, index);
      await check(`TypeScript ${version}: ${one[2].join(', ')} ${one[0]}`, async () => {
        const { code, output } = await run('node', [tsc, '-p', directory, '--pretty', 'false'], { quiet: true });
        if (code !== 0) throw new Error(output.split('\n').slice(0, 12).join('\n'));
      });
    }
  }
  finish();
});
