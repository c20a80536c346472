import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from '../bench/parts.mjs';
import { writePage } from '../bench/write-page.mjs';
import { installApart } from './lib/install-apart.mjs';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bold, dim, green, red, runMain, SetupError, say, seconds } from './lib/say.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run bench`: what Postern costs, beside what it stands in for, written to docs/benchmarks.md. `-- bytes tenant` measures
 * some parts; `-- --quick` sees whether they work, and leaves the page alone.
 */

const folder = fromRoot('bench');
const needChromium = new Set(['browser', 'react']);

const mainOf = (part) =>
  ['main.ts', 'main.mjs'].map((name) => join(folder, part, name)).find((file) => existsSync(file));

function chosenParts(names) {
  const unknown = names.filter((name) => !parts.includes(name));
  if (unknown.length > 0)
    throw new SetupError(`Nothing is called ${unknown.join(', ')}. There are: ${parts.join(', ')}.`);
  return parts.filter((part) => names.length === 0 || names.includes(part));
}

async function measure(node, part, flags) {
  const main = mainOf(part);
  if (!main) return { part, outcome: 'missing', time: 0 };
  say(`\n${bold(`== ${part}`)}`);
  const started = Date.now();
  const { code } = await run(node, ['--disable-warning=ExperimentalWarning', main, ...flags]);
  return { part, outcome: code === 0 ? 'measured' : 'failed', time: Date.now() - started };
}

await runMain(async () => {
  const words = process.argv.slice(2);
  const flags = words.filter((word) => word.startsWith('--'));
  const unknown = flags.filter((flag) => flag !== '--quick');
  if (unknown.length > 0) throw new SetupError(`There is no ${unknown.join(', ')}; there is --quick.`);
  const chosen = chosenParts(words.filter((word) => !word.startsWith('--')));
  const { node, chromium } = await setUp({ chromium: chosen.some((part) => needChromium.has(part)) });
  if (chromium) process.env.CHROMIUM_PATH = chromium;
  await installApart(folder, 'what is only measured');

  const results = [];
  for (const part of chosen) results.push(await measure(node, part, flags));
  const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
  if (!flags.includes('--quick') && count('measured') > 0) {
    writePage();
    say('\nWritten: docs/benchmarks.md');
  }

  say(`\n${bold('== Summary')}`);
  for (const { part, outcome, time } of results) {
    const paint = outcome === 'measured' ? green : red;
    say(`${paint(outcome.padEnd(8))} ${part} ${dim(`(${seconds(time)})`)}`);
  }
  console.log(`${count('measured')} measured, ${count('failed') + count('missing')} failed`);
  process.exitCode = count('measured') === results.length ? 0 : 1;
});
