import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './run.mjs';
import { bold, dim, SetupError, say, seconds } from './say.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

/**
 * Installs what only some commands need: a folder with a lock file of its own, outside of the workspace.
 *
 * @param {string} folder
 * @param {string} what it holds, in words
 * @param {{ runScripts?: boolean }} [options] `runScripts`: its packages' install scripts may run
 * @returns {Promise<boolean>} whether anything had to be installed
 */
export async function installApart(folder, what, { runScripts = false } = {}) {
  const stamp = `install-${basename(folder)}`;
  const wanted = hashOf([join(folder, 'package.json'), join(folder, 'package-lock.json')]);
  if (readStamp(stamp) === wanted && existsSync(join(folder, 'node_modules', '.package-lock.json'))) return false;
  say(`${bold(`Installing ${what}`)} ${dim('(npm ci, some seconds)')}`);
  const started = Date.now();
  const args = ['ci', '--workspaces=false', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', runScripts ? args : [...args, '--ignore-scripts'], {
    cwd: folder,
    quiet: true,
  });
  if (code !== 0) throw new SetupError(`\`npm ci\` in ${basename(folder)} failed:\n\n${output}`);
  writeStamp(stamp, wanted);
  say(`  installed in ${seconds(Date.now() - started)}`);
  return true;
}
