import { existsSync, readdirSync } from 'node:fs';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { bold, SetupError, say, seconds } from './say.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

const buildable = [
  { name: '@postern/tenant', folder: 'packages/tenant' },
  { name: 'postern', folder: 'packages/postern' },
];

/** What a build's output depends on: sources, the package's own settings and the tools in the lock file. */
const inputsOf = (folder) => [
  fromRoot(folder, 'src'),
  ...readdirSync(fromRoot(folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fromRoot(folder, entry.name)),
  fromRoot('tsconfig.json'),
  fromRoot('package-lock.json'),
];

const buildPackage = ({ folder }) => run('npm', ['run', '--silent', 'build'], { cwd: fromRoot(folder), quiet: true });

/** Builds each package whose `dist` is missing or older than its sources. `force` builds all. */
export async function ensureBuilds({ force = false } = {}) {
  for (const target of buildable) {
    const stamp = `build-${target.folder.replaceAll('/', '-')}`;
    const inputs = hashOf(inputsOf(target.folder));
    if (!force && existsSync(fromRoot(target.folder, 'dist')) && readStamp(stamp) === inputs) continue;
    say(`${bold(`Building ${target.name}`)}`);
    const started = Date.now();
    // A build that fails half-way may have emptied `dist`: it must not count as the one before, should the sources go back.
    writeStamp(stamp, '');
    const { code, output } = await buildPackage(target);
    if (code !== 0) throw new SetupError(`Building ${target.name} failed:\n\n${output}`);
    writeStamp(stamp, inputs);
    say(`  built in ${seconds(Date.now() - started)}`);
  }
}
