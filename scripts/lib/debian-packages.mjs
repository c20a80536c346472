import { readFileSync } from 'node:fs';
import { run } from './run.mjs';
import { dim, say } from './say.mjs';

/** Debian and its kin, and root. Not Ubuntu: its packages of browsers are stubs for snaps, which do not run in containers. */
export function canInstallDebianPackages() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return /^(ID|ID_LIKE)=.*\bdebian\b/m.test(release) && !/^(ID|ID_LIKE)=.*\bubuntu\b/m.test(release);
  } catch {
    return false;
  }
}

/** @returns {Promise<boolean>} whether they are there now */
export async function installDebianPackages(...packages) {
  const apt = (...args) => run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive' }, onLine: showProgress });
  if ((await apt('update')).code !== 0) return false;
  return (await apt('install', '-y', '--no-install-recommends', ...packages)).code === 0;
}

/** The lines of an installer that tell how far it is. */
export function showProgress(line) {
  if (/^(Get:|Unpacking|Setting up|Downloading|E:|W:)|\d+%/.test(line.trim()))
    say(dim(`  ${line.trim().slice(0, 110)}`));
}
