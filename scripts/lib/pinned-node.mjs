import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bin } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './say.mjs';

const pinned = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node');

/** node:sqlite without a flag, and type stripping. */
const isEnough = (version) => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
};

/**
 * The Node that everything runs on: the pinned one of the `node` dev dependency. Its binary is fetched by an install
 * script; where scripts are switched off there is none, and the machine's own Node does when it is new enough.
 */
export async function findNode() {
  if (existsSync(pinned)) {
    const { code, output } = await run(pinned, ['--version'], { quiet: true });
    if (code === 0 && isEnough(output.trim())) return pinned;
  }
  if (isEnough(process.version)) {
    say(`The pinned Node is not usable; going on with this machine's ${process.version}.`);
    return process.execPath;
  }
  throw new SetupError(
    [
      `The workspace runs on the Node pinned in package.json, but it is not usable, and this machine's ${process.version} is too old.`,
      'The `node` package fetches its binary in an install script, which has not run. To let it run:',
      '',
      '    npm rebuild node --ignore-scripts=false',
      '',
      'or install Node 22.18 or newer on this machine.',
    ].join('\n'),
  );
}
