import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installApart } from './install-apart.mjs';
import { cacheDirectory, fromRoot } from './paths.mjs';
import { run } from './run.mjs';
import { SetupError } from './say.mjs';
import { readStamp, writeStamp } from './stamps.mjs';

/**
 * The apps that stand for those of the SDK's users. Each has its own lock file, outside of the workspace, so that only who
 * builds or tests them installs a quarter of a gigabyte each. They get the SDK as the registry would give it to them: packed.
 */

/** Name of the SDK in the app's package.json: its own, or that of the package it replaces. */
const sdkNames = ['postern', 'react-native-auth0'];

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** What `npm pack` would publish, unpacked; again only when a build changed it. */
async function packSdk() {
  const folder = join(cacheDirectory, 'packed-sdk');
  const packages = fromRoot('packages/postern');
  const hash = contentOf([join(packages, 'dist'), join(packages, 'package.json')]);
  if (readStamp('packed-sdk') !== hash || !existsSync(join(folder, 'package'))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const packed = await run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
      cwd: packages,
      quiet: true,
    });
    if (packed.code !== 0) throw new SetupError(`Packing the SDK failed:\n\n${packed.output}`);
    const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    const unpacked = await run('tar', ['-xzf', tarball], { cwd: folder, quiet: true });
    if (unpacked.code !== 0) throw new SetupError(`Unpacking the SDK failed:\n\n${unpacked.output}`);
    writeStamp('packed-sdk', hash);
  }
  return { folder: join(folder, 'package'), hash };
}

/** Hash of files by name and content; unlike `hashOf` it goes into `dist`. */
function contentOf(paths) {
  const hash = createHash('sha256');
  const files = paths.flatMap((path) =>
    existsSync(path) && path.endsWith('dist')
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path],
  );
  for (const file of files)
    hash
      .update(relative(fromRoot('.'), file))
      .update('\0')
      .update(readFileSync(file));
  return hash.digest('hex');
}

/** The lock file names the SDK's dependencies too: one that is missing there would be missing in `node_modules`. */
function checkDependencies(app, folder, name) {
  const { dependencies = {} } = readJson(fromRoot('packages/postern/package.json'));
  const locked = readJson(join(folder, 'package-lock.json')).packages[`node_modules/${name}`]?.dependencies ?? {};
  if (JSON.stringify(dependencies) === JSON.stringify(locked)) return;
  throw new SetupError(
    `The SDK's dependencies have changed since apps/${app} was locked. Run there: npm update ${name} --before=2026-10-20`,
  );
}

/**
 * Installs an app of `apps/` where it is not, and puts the SDK as it is built now into it.
 *
 * @param {string} app folder below `apps`
 * @returns {Promise<{ folder: string, sdk: string }>} where the app is, and the SDK within it
 */
export async function ensureNativeApp(app) {
  const folder = fromRoot('apps', app);
  if (await installApart(folder, app, { runScripts: true })) writeStamp(`sdk-${app}`, '');
  const name = sdkNames.find((candidate) => readJson(join(folder, 'package.json')).dependencies[candidate]);
  checkDependencies(app, folder, name);
  const sdk = join(folder, 'node_modules', name);
  const packed = await packSdk();
  if (readStamp(`sdk-${app}`) !== packed.hash || !existsSync(sdk)) {
    const fresh = `${sdk}.new`;
    rmSync(fresh, { recursive: true, force: true });
    cpSync(packed.folder, fresh, { recursive: true });
    rmSync(sdk, { recursive: true, force: true });
    renameSync(fresh, sdk);
    writeStamp(`sdk-${app}`, packed.hash);
  }
  return { folder, sdk };
}
