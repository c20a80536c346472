import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { installApart } from './lib/install-apart.mjs';
import { cacheDirectory, fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, runMain, say } from './lib/say.mjs';
import { countsOf } from './lib/vitest-report.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run test:runners`: the test kit under Jest as it comes, and the types of its Cypress commands against Cypress's own.
 * Installs both on its first run (about 110 MB, without Cypress's program), and so is no part of `npm test`.
 */

const folder = fromRoot('apps/other-runners');

await runMain(async () => {
  await setUp({ chromium: false });
  await installApart(folder, 'Jest and Cypress');
  const { check, add, finish } = createChecks();

  say(`\n${bold('== Jest')}`);
  const report = join(cacheDirectory, 'jest.json');
  rmSync(report, { force: true });
  const jest = await run('node', ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${report}`], {
    cwd: folder,
    quiet: true,
  });
  const counts = countsOf(JSON.parse(readFileSync(report, 'utf8')), jest.code);
  if (counts.failed > 0) say(jest.output.trimEnd());
  add(counts);

  say(`\n${bold('== Cypress')}`);
  await check('the commands and tasks in a project of its own: types', async () => {
    const { code, output } = await run('tsc', ['-p', join(folder, 'cypress')], { quiet: true });
    if (code !== 0) throw new Error(output.trimEnd());
  });
  finish();
});
