import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChecks } from './lib/checks.mjs';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { runMain, SetupError } from './lib/say.mjs';
import { setUp } from './setup.mjs';

/**
 * `npm run test:keychain`: `postern` with a real keychain, the Secret Service of gnome-keyring on a message bus of its own, so
 * that no keychain of yours is touched. Linux; needs `gnome-keyring` and `dbus-run-session` (Debian: `gnome-keyring`, `dbus`).
 */

const { check, finish } = createChecks();
const program = fromRoot('packages/postern/dist/esm/cli/main.js');

/** A desktop session that somebody has logged in to (or not: then the keychain stays locked), and one command in it. */
function createDesktop(home) {
  const start = `printf '%s' "$KEYRING_PASSWORD" | gnome-keyring-daemon $KEYRING_HOW --components=secrets >/dev/null 2>&1; exec "$@"`;
  return async (args, { locked = false, ...env } = {}) => {
    const { code, output } = await run(
      'dbus-run-session',
      ['--', 'sh', '-c', start, 'sh', process.execPath, program, ...args],
      {
        quiet: true,
        env: {
          ...process.env,
          HOME: home,
          XDG_CONFIG_HOME: join(home, 'config'),
          XDG_DATA_HOME: join(home, 'data'),
          XDG_RUNTIME_DIR: home,
          KEYRING_PASSWORD: 'of the desktop',
          KEYRING_HOW: locked ? '--start' : '--unlock',
          ...env,
        },
      },
    );
    // The bus of a container complains about limits that it may not raise.
    return { code, text: output.replaceAll(/^dbus-daemon.*\n/gm, '') };
  };
}

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

await runMain(async () => {
  await setUp({ build: true });
  for (const needed of ['dbus-run-session', 'gnome-keyring-daemon']) {
    const { code } = await run('sh', ['-c', `command -v ${needed}`], { quiet: true });
    if (code !== 0) throw new SetupError(`${needed} is not installed. On Debian: apt-get install gnome-keyring dbus`);
  }
  const { audience, clientId, createNodeWorld } = await import('../packages/postern/test/support/node-world.ts');
  const world = await createNodeWorld();
  const home = await mkdtemp(join(tmpdir(), 'postern-keychain-'));
  const postern = createDesktop(home);
  try {
    const where = ['--domain', world.origin, '--client-id', clientId, '--audience', audience];
    await check('a login says that the keychain protects it', async () => {
      const { code, text } = await postern(['login', ...where, '--json'], await world.browserEnv());
      assert.equal(code, 0, text);
      assert.match(text, /"protection":"keychain"/);
    });
    await check('no file has a token in it, and none can be read by others', () => {
      const files = filesBelow(join(home, 'config', 'postern', 'sessions'));
      assert.ok(files.length >= 3, `${files.length} files`);
      for (const file of files) {
        assert.match(readFileSync(file, 'utf8'), /^enc1\./);
        assert.equal(statSync(file).mode & 0o777, 0o600);
      }
    });
    await check('the next process reads it with the key of the keychain', async () => {
      const { code, text } = await postern(['token']);
      assert.equal(code, 0, text);
      assert.match(text, /^[\w-]+\.[\w-]+\.[\w-]+\n/);
    });
    await check('a keychain that is locked loses no session: it is an error that says what to do', async () => {
      const { code, text } = await postern(['token'], { locked: true });
      assert.equal(code, 1, text);
      assert.match(text, /Unlock it, or sign in again/);
      assert.equal((await postern(['whoami'])).text, 'user@example.com\n');
    });
    await check('signing out takes the session and its key out of the files', async () => {
      const { code, text } = await postern(['logout']);
      assert.deepEqual([code, text], [0, 'Signed out.\n']);
      assert.equal((await postern(['token'])).code, 3);
    });
  } finally {
    await world.close();
    rmSync(home, { recursive: true, force: true });
  }
  finish();
});
