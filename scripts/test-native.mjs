import { lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { ensureNativeApp } from './lib/native-apps.mjs';
import { cacheDirectory, fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, runMain, say } from './lib/say.mjs';
import { countsOf } from './lib/vitest-report.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run test:native`: the SDK in React Native and Expo, as far as a machine without a phone can show it. Heavy (it installs
 * four apps on its first run), and so no part of `npm test`.
 */

/** The tests in `native/` are about the SDK, and borrow the packages of the example. */
function lendPackages() {
  const link = fromRoot('native/node_modules');
  if (lstatSync(link, { throwIfNoEntry: false })) return;
  symlinkSync(join('..', 'apps', 'expo-example', 'node_modules'), link, 'junction');
}

/** Runs a tool that an app has installed. */
const tool = (folder, path, args) =>
  run('node', [join(folder, 'node_modules', path), ...args], { cwd: folder, quiet: true });

async function typecheck(folder, project) {
  const { code, output } = await tool(folder, 'typescript/bin/tsc', ['-p', project]);
  if (code !== 0) throw new Error(output.trimEnd());
}

/** Jest's report counts as vitest's does. */
async function readCounts(name, runTests) {
  const report = join(cacheDirectory, `native-${name}.json`);
  rmSync(report, { force: true });
  const { code, output } = await runTests(report);
  try {
    const counts = countsOf(JSON.parse(readFileSync(report, 'utf8')), code);
    if (counts.failed > 0) say(output.trimEnd());
    return counts;
  } catch {
    say(output.trimEnd());
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const jest = (name, folder) =>
  readCounts(name, (report) => tool(folder, 'jest/bin/jest.js', ['--json', `--outputFile=${report}`, '--forceExit']));

const web = () =>
  readCounts('web', (report) =>
    run(
      'vitest',
      [
        'run',
        '--config',
        'native/web/vitest.config.mts',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      { quiet: true },
    ),
  );

await runMain(async () => {
  const { chromium } = await setUp({ chromium: true });
  process.env.CHROMIUM_PATH = chromium;
  const { check, add, finish } = createChecks();
  const { folder: example } = await ensureNativeApp('expo-example');
  const { folder: bare } = await ensureNativeApp('react-native-bare');
  const { folder: alias } = await ensureNativeApp('alias-switch');
  const { folder: migrate } = await ensureNativeApp('migrate-native');
  lendPackages();

  say(`\n${bold('== Types')}`);
  const reference = join(alias, 'tsconfig.reference.json');
  await check('apps/expo-example', () => typecheck(example, '.'));
  await check('apps/react-native-bare', () => typecheck(bare, '.'));
  await check('apps/alias-switch, as react-native-auth0', () => typecheck(alias, '.'));
  await check('apps/alias-switch, against react-native-auth0 itself', () => typecheck(alias, reference));
  await check('apps/migrate-native, before and after', () => typecheck(migrate, '.'));
  await check('Expo’s packages are what the SDK takes them for', () => typecheck(example, fromRoot('native')));

  const suites = [
    ['sdk', 'The SDK on iOS and Android, under Jest', () => jest('sdk', fromRoot('native'))],
    ['example', 'apps/expo-example, under Jest', () => jest('example', example)],
    ['alias', 'An app of react-native-auth0 with Postern in its place, under Jest', () => jest('alias', alias)],
    [
      'migrate',
      'Apps of react-native-auth0 4 and expo-auth-session, before and after, under Jest',
      () => jest('migrate', migrate),
    ],
    ['web', 'Web builds in Chromium', web],
  ];
  for (const [, title, work] of suites) {
    say(`\n${bold(`== ${title}`)}`);
    const counts = await work();
    add(counts);
    say(`   ${counts.passed} passed, ${counts.failed} failed`);
  }
  finish();
});
