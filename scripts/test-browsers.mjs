import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { installApart } from './lib/install-apart.mjs';
import { ensureFirefox, ensureWebKit } from './lib/other-browsers.mjs';
import { cacheDirectory, fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, runMain, SetupError, say } from './lib/say.mjs';
import { countsOf } from './lib/vitest-report.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run test:browsers`: the SDK in Firefox and in WebKit, as a system has them; `-- firefox` or `-- webkit` for one. On a
 * machine without them it installs both (about 150 MB), and so it is no part of `npm test`.
 */

const vitest = (project, report) => [
  'vitest',
  'run',
  '--config',
  'e2e/other-browsers/vitest.config.mts',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
];

const browsers = {
  firefox: {
    title: 'Firefox',
    async prepare() {
      const path = await ensureFirefox();
      return { command: [], env: { FIREFOX_PATH: path } };
    },
  },
  webkit: {
    title: 'WebKit',
    async prepare() {
      const { driver, screen, browser } = await ensureWebKit();
      await installApart(fromRoot('e2e/other-browsers'), 'the driver of WebKit');
      return {
        command: [screen, '-a'],
        env: { WEBKIT_DRIVER: driver, WEBKIT_BROWSER: browser },
        types: fromRoot('e2e/other-browsers'),
      };
    },
  },
};

await runMain(async () => {
  const words = process.argv.slice(2);
  const unknown = words.filter((word) => !Object.hasOwn(browsers, word));
  if (unknown.length > 0)
    throw new SetupError(`There is no browser ${unknown.join(', ')}. There are: ${Object.keys(browsers).join(', ')}.`);
  await setUp();
  const { check, add, finish } = createChecks();
  for (const [name, { title, prepare }] of Object.entries(browsers)) {
    if (words.length > 0 && !words.includes(name)) continue;
    const { command, env, types } = await prepare();
    say(`\n${bold(`== ${title}`)}`);
    if (types)
      await check('Types', async () => {
        const { code, output } = await run('tsc', ['-p', types], { quiet: true });
        if (code !== 0) throw new Error(output.trimEnd());
      });
    const report = join(cacheDirectory, `browsers-${name}.json`);
    rmSync(report, { force: true });
    const [first, ...rest] = [...command, ...vitest(name, report)];
    const { code } = await run(first, rest, { env });
    const counts = countsOf(JSON.parse(readFileSync(report, 'utf8')), code);
    add(counts);
    say(`   ${counts.passed} passed, ${counts.failed} failed`);
  }
  finish();
});
