import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilds } from './lib/builds.mjs';
import { cacheDirectory, fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, green, red, runMain, SetupError, say, seconds, UsageError } from './lib/say.mjs';
import { countsOf } from './lib/vitest-report.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm test`: everything that decides whether the workspace is sound, from nothing. A failed step does not stop the
 * next; the last line counts them all. `npm test -- --only tenant,types` runs some steps while working on one thing.
 */

/** A step that either holds or not; what it printed is shown when it does not. */
const check = (id, title, command, args, options = {}) => ({
  id,
  title,
  async run() {
    const { code, output } = await run(command, args, { ...options, quiet: true });
    if (code !== 0) say(output.trimEnd());
    return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  },
});

/** One vitest project, counted test by test. */
const suite = (id, title) => ({
  id,
  title,
  async run() {
    const outputFile = join(cacheDirectory, `vitest-${id}.json`);
    rmSync(outputFile, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
    const { code } = await run('vitest', ['run', '--project', id, ...reporters]);
    try {
      return countsOf(JSON.parse(readFileSync(outputFile, 'utf8')), code);
    } catch {
      say(red(`vitest left no report (exit code ${code}).`));
      return { passed: 0, failed: 1, skipped: 0 };
    }
  },
});

/** The demo's Playwright suite, by Playwright's own runner. */
const playwright = {
  id: 'playwright',
  title: 'The demo, in Playwright',
  async run() {
    const outputFile = join(cacheDirectory, 'playwright.json');
    rmSync(outputFile, { force: true });
    const { code } = await run('playwright', ['test'], {
      cwd: fromRoot('apps/demo'),
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: outputFile },
    });
    try {
      const { expected, flaky, unexpected, skipped } = JSON.parse(readFileSync(outputFile, 'utf8')).stats;
      const failed = unexpected + flaky;
      return { passed: expected, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
    } catch {
      say(red(`Playwright left no report (exit code ${code}).`));
      return { passed: 0, failed: 1, skipped: 0 };
    }
  },
};

const steps = [
  {
    id: 'build',
    title: 'Build',
    async run() {
      try {
        await ensureBuilds({ force: true });
        return { passed: 1, failed: 0, skipped: 0 };
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        say(error.message);
        return { passed: 0, failed: 1, skipped: 0 };
      }
    },
  },
  check('demo-build', 'Build the demo', 'npm', ['run', '--silent', 'build'], { cwd: fromRoot('apps/demo') }),
  check('types', 'Types', 'tsc', ['-p', '.']),
  check('lint', 'Lint and format', 'biome', ['ci', '--colors=off', '--max-diagnostics=20', '.']),
  check('imports', 'Import direction', 'node', ['scripts/check-imports.mjs']),
  check('size', 'Size budget', 'npm', ['run', '--silent', 'size'], { cwd: fromRoot('packages/postern') }),
  check('publint-postern', 'Package contents: postern', 'publint', ['--strict'], { cwd: fromRoot('packages/postern') }),
  check('publint-tenant', 'Package contents: @postern/tenant', 'publint', ['--strict'], {
    cwd: fromRoot('packages/tenant'),
  }),
  check('attw-postern', 'Types by every way in: postern', 'attw', ['--pack', '.'], {
    cwd: fromRoot('packages/postern'),
  }),
  check('attw-tenant', 'Types by every way in: @postern/tenant', 'attw', ['--pack', '.'], {
    cwd: fromRoot('packages/tenant'),
  }),
  check('api', 'Public interface as in api/', 'node', ['scripts/check-api.mjs']),
  check('declarations', 'Declarations without what they do not ask for', 'node', [
    'scripts/check-declarations.mjs',
    '--newest',
  ]),
  suite('workspace', 'Tests of the workspace itself'),
  suite('tenant', 'Tests of the tenant'),
  suite('postern', 'Tests of the SDK'),
  suite('demo', 'Tests of the demo, server and app'),
  playwright,
  suite('e2e', 'End to end, in Chromium'),
];

const ids = steps.map((step) => step.id);

function chosenSteps(only) {
  if (only === undefined) return steps;
  const wanted = only.split(',');
  const unknown = wanted.filter((id) => !ids.includes(id));
  if (unknown.length > 0) throw new UsageError(`No step is called ${unknown.join(', ')}; there are: ${ids.join(', ')}`);
  return steps.filter((step) => wanted.includes(step.id));
}

await runMain(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(`npm test, or some of its steps: npm test -- --only ${ids.join(',')}`);
    return;
  }
  const chosen = chosenSteps(values.only);
  const has = (id) => chosen.some((step) => step.id === id);
  const { chromium } = await setUp({ chromium: has('e2e') || has('playwright'), build: !has('build') });
  if (chromium) process.env.CHROMIUM_PATH = chromium;
  const started = Date.now();
  const results = [];
  for (const step of chosen) {
    say(`\n${bold(`== ${step.title}`)}`);
    const stepStarted = Date.now();
    const counts = await step.run();
    const time = Date.now() - stepStarted;
    results.push({ ...step, ...counts, time });
    say(dim(`   ${step.title}: ${counts.passed} passed, ${counts.failed} failed in ${seconds(time)}`));
  }

  say(`\n${bold('== Summary')}`);
  for (const { title, passed, failed, skipped, time } of results) {
    const mark = failed > 0 ? red('failed') : green('ok    ');
    say(
      `${mark} ${title}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''} (${seconds(time)})`,
    );
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  if (sum('skipped') > 0) say(`${sum('skipped')} skipped`);
  say(dim(`in ${seconds(Date.now() - started)}`));
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
});
