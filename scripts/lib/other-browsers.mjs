import { existsSync, readdirSync } from 'node:fs';
import { canInstallDebianPackages, installDebianPackages } from './debian-packages.mjs';
import { bold, dim, SetupError, say } from './say.mjs';

/**
 * Firefox and WebKit as a system has them, where `npm test` has Chromium alone.
 *
 * @param {string} title
 * @param {() => T | undefined} find
 * @param {readonly string[]} packages Debian's
 * @returns {Promise<T>}
 * @template T
 */
async function ensureBrowser(title, find, packages) {
  const found = find();
  if (found) return found;
  const how = `apt-get install ${packages.join(' ')}`;
  if (!canInstallDebianPackages()) throw new SetupError(`${title} is not here. On Debian, as root: ${how}`);
  say(`${bold(`Installing ${title}`)} ${dim(`(Debian packages: ${packages.join(', ')})`)}`);
  const installed = await installDebianPackages(...packages);
  const ready = installed ? find() : undefined;
  if (!ready) throw new SetupError(`${title} could not be installed. Its messages are above; the command was: ${how}`);
  return ready;
}

const existing = (...paths) => paths.find((path) => existsSync(path));

/** Path of a Firefox; FIREFOX_PATH names one elsewhere. */
export const ensureFirefox = () =>
  ensureBrowser('Firefox', () => {
    const named = process.env.FIREFOX_PATH;
    if (named && !existsSync(named)) throw new SetupError(`FIREFOX_PATH names ${named}, which does not exist.`);
    return (
      named ?? existing('/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox')
    );
  }, ['firefox-esr']);

/** The driver of WebKitGTK, its small browser, and the screen that it needs. */
export const ensureWebKit = () =>
  ensureBrowser('WebKit', () => {
    const driver = existing('/usr/bin/WebKitWebDriver');
    const screen = existing('/usr/bin/xvfb-run');
    const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
    const browser = existing(...folders.map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`));
    return driver && screen && browser ? { driver, screen, browser } : undefined;
  }, ['webkit2gtk-driver', 'xvfb', 'xauth', 'fonts-dejavu-core']);
