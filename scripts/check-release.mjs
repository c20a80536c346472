import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from './lib/paths.mjs';
import { runMain, SetupError, say } from './lib/say.mjs';

/**
 * `npm run check:release`: what npm asks of a package with provenance and a person expects on its page. No part of `npm test`,
 * as the repository's address is written into package.json only once it has one.
 */

function shortcomings(directory) {
  const folder = fromRoot('packages', directory);
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const asks = [
    // npm compares it with where the workflow ran, and refuses the provenance when they differ.
    [manifest.repository?.url, 'package.json has no `repository.url`'],
    [
      manifest.repository?.directory === `packages/${directory}`,
      `\`repository.directory\` is not packages/${directory}`,
    ],
    [manifest.publishConfig?.access === 'public', '`publishConfig.access` is not public'],
    [manifest.license === 'MIT' && existsSync(`${folder}/LICENSE`), 'there is no LICENSE file'],
    [existsSync(`${folder}/README.md`), 'there is no README.md'],
    [
      existsSync(`${folder}/CHANGELOG.md`) &&
        readFileSync(`${folder}/CHANGELOG.md`, 'utf8').includes(`\n## ${manifest.version}\n`),
      `CHANGELOG.md says nothing of ${manifest.version}; it is written by \`npm run version\``,
    ],
  ];
  return asks.filter(([holds]) => !holds).map(([, what]) => `${manifest.name}: ${what}.`);
}

await runMain(async () => {
  const found = ['postern', 'tenant'].flatMap(shortcomings);
  if (found.length > 0) throw new SetupError(`This is not ready to be published:\n\n${found.join('\n')}`);
  say('Both packages are ready to be published.');
});
