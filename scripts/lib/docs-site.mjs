import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { bold, dim, SetupError, say } from './say.mjs';
import { hashOf, readStamp, writeStamp } from './stamps.mjs';

/**
 * What makes the site and its diagrams. It is installed when it is first asked for, apart from the workspace, whose compiler is
 * newer than the one the generator needs.
 */
export const docsSite = fromRoot('docs-site');

export async function installDocsSite() {
  const wanted = hashOf([join(docsSite, 'package.json'), join(docsSite, 'package-lock.json')]);
  if (readStamp('install-docs-site') === wanted && existsSync(join(docsSite, 'node_modules', 'typedoc'))) return;
  say(`${bold('Installing the generator')} ${dim('(npm ci, some seconds)')}`);
  const args = ['ci', '--workspaces=false', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await run('npm', args, { cwd: docsSite, quiet: true });
  if (code !== 0) throw new SetupError(`\`npm ci\` in docs-site failed:\n\n${output}`);
  writeStamp('install-docs-site', wanted);
}
