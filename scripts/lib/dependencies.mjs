import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { bold, dim, SetupError, say, seconds } from './say.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

const lockFile = fromRoot('package-lock.json');
/** npm's own record of what it put into node_modules. */
const installedFile = fromRoot('node_modules', '.package-lock.json');

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Whether node_modules holds what the lock file names, judged by npm's record (somebody may have run `npm install`). */
function installMatchesLock() {
  if (!existsSync(installedFile)) return false;
  const installed = packagesOf(installedFile);
  return Object.entries(packagesOf(lockFile)).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.link || wanted.optional || wanted.devOptional || wanted.peer)
      return true;
    return installed[path]?.version === wanted.version;
  });
}

/** Installs what package-lock.json names, unless it is there already. */
export async function ensureDependencies() {
  const wanted = hashOf([lockFile]);
  if (readStamp('install') === wanted && existsSync(installedFile)) return;
  if (!installMatchesLock()) {
    const why = existsSync(fromRoot('node_modules')) ? 'node_modules does not match package-lock.json' : 'first run';
    say(`${bold('Installing dependencies')} ${dim(`(${why}; npm ci, one to two minutes)`)}`);
    const started = Date.now();
    const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) {
      throw new SetupError('`npm ci` failed; its message is above. It needs the npm registry and about 1 GB of disk.');
    }
    say(`  installed in ${seconds(Date.now() - started)}`);
  }
  writeStamp('install', wanted);
}
