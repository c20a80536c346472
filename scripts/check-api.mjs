import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { typedEntries } from './lib/package-entries.mjs';
import { cacheDirectory, fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { runMain, SetupError, say } from './lib/say.mjs';

/**
 * The public interface of both packages, a file an entry in `api/`, checked in: whoever changes the interface sees it in the
 * diff. Fails when a built package differs from its file; `npm run api` writes the files anew.
 */

const update = process.argv.includes('--update');
const reportFolder = fromRoot('api');
const reportTempFolder = join(cacheDirectory, 'api');

const compilerOptions = {
  target: 'ES2023',
  module: 'ESNext',
  moduleResolution: 'bundler',
  lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
};

const quiet = { default: { logLevel: 'none' } };

function extract({ folder, name, types }) {
  if (!existsSync(types)) throw new SetupError(`${types} is not built. Run \`npm run build\`.`);
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [types] }, skipLibCheck: true },
      apiReport: { enabled: true, reportFileName: `${name}.api.md`, reportFolder, reportTempFolder },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
  const problems = [];
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback: (message) => {
      // `console-*` tells of the report being written or different, which is told below.
      if (message.category === 'Compiler' && message.logLevel === 'error') problems.push(message.text);
      message.handled = true;
    },
  });
  return { name, changed: apiReportChanged, errorCount, problems };
}

async function showDifference(name) {
  const [before, after] = [reportFolder, reportTempFolder].map((folder) => join(folder, `${name}.api.md`));
  const args = ['diff', '--no-index', '--no-color', '--unified=2', existsSync(before) ? before : '/dev/null', after];
  const { output } = await run('git', args, { quiet: true });
  say(output.split('\n').slice(0, 60).join('\n'));
}

await runMain(async () => {
  mkdirSync(reportFolder, { recursive: true });
  const entries = typedEntries();
  const results = entries.map(extract);
  const expected = new Set(entries.map(({ name }) => `${name}.api.md`));
  const stale = readdirSync(reportFolder).filter((file) => !expected.has(file));
  if (update) for (const file of stale) rmSync(join(reportFolder, file));
  const broken = results.filter(({ problems }) => problems.length > 0);
  for (const { name, problems } of broken) say(`${name}: ${problems.join('\n')}`);
  const changed = results.filter((result) => result.changed);
  if (update) {
    say(changed.length > 0 ? `Wrote ${changed.map(({ name }) => `api/${name}.api.md`).join(', ')}.` : 'No change.');
  } else {
    for (const { name } of changed) await showDifference(name);
    for (const file of stale) say(`api/${file} belongs to no entry.`);
    if (changed.length > 0 || stale.length > 0)
      throw new SetupError(
        'The public interface is not what `api/` says. If that is meant, run `npm run api` and commit.',
      );
    say(`${results.length} entries are as \`api/\` says.`);
  }
  if (broken.length > 0) throw new SetupError('Some types do not compile.');
});
