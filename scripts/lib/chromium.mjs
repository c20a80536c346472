import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { canInstallDebianPackages, installDebianPackages, showProgress } from './debian-packages.mjs';
import { fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { bold, dim, SetupError, say } from './say.mjs';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Playwright's own copy, wherever its cache is on this system. */
function playwrightChromium() {
  try {
    const { chromium } = createRequire(fromRoot('package.json'))('playwright-core');
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}

export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new SetupError(`CHROMIUM_PATH names ${named}, which does not exist.`);
    return named;
  }
  return [...usualPlaces, playwrightChromium()].find((path) => path && existsSync(path));
}

/** With a font: a bare system has none, and screenshots would show empty boxes. */
async function installDebianChromium() {
  say(`${bold('Installing Chromium')} ${dim('(Debian package, about 100 MB)')}`);
  return installDebianPackages('chromium', 'fonts-dejavu-core');
}

async function installPlaywrightChromium() {
  say(`${bold('Installing Chromium')} ${dim("(Playwright's own build, about 180 MB)")}`);
  const cli = fromRoot('node_modules', 'playwright-core', 'cli.js');
  return (await run('node', [cli, 'install', 'chromium'], { onLine: showProgress })).code === 0;
}

/** Path of a Chromium that exists; installs one when there is none. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const installed =
    (canInstallDebianPackages() && (await installDebianChromium())) || (await installPlaywrightChromium());
  const path = findChromium();
  if (installed && path) return path;
  throw new SetupError(
    'The browser tests need Chromium, which is not here and could not be installed. Install it and name it: CHROMIUM_PATH=/path/to/chromium npm test',
  );
}
