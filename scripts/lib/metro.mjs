import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from './run.mjs';
import { SetupError } from './say.mjs';

/** Metro and Hermes of an app, as its own production build runs them. */

export const platforms = ['android', 'ios'];

const environment = { CI: '1', EXPO_NO_TELEMETRY: '1', EXPO_OFFLINE: '1', NODE_ENV: 'production' };

const commands = {
  'expo-example': ({ entry, platform, out }) => [
    join('node_modules', '.bin', 'expo'),
    ['export:embed', '--entry-file', entry, '--platform', platform, '--dev', 'false', '--bundle-output', out],
  ],
  'react-native-bare': ({ entry, platform, out }) => [
    join('node_modules', '.bin', 'react-native'),
    ['bundle', '--entry-file', entry, '--platform', platform, '--dev', 'false', '--bundle-output', out],
  ],
};

/**
 * Bundles `entry` for production and returns its text. Rejects with Metro's own message.
 *
 * @param {{ entry: string, platform: string, out: string, config?: string }} options `config`: Metro's, when not the app's own
 */
export async function bundle(app, folder, { entry, platform, out, config }) {
  mkdirSync(dirname(out), { recursive: true });
  const [command, args] = commands[app]({ entry, platform, out });
  const { code, output } = await run(
    join(folder, command),
    [...args, '--minify', 'true', ...(config ? ['--config', config] : [])],
    {
      cwd: folder,
      env: environment,
      quiet: true,
    },
  );
  if (code !== 0 || !existsSync(out)) throw new Error(output.trimEnd());
  return readFileSync(out, 'utf8');
}

/** Compiler of the very Hermes that this React Native runs on; its bytecode fits no other. */
function findHermesc(folder) {
  const system = { linux: 'linux64-bin', darwin: 'osx-bin', win32: 'win64-bin' }[process.platform];
  const name = process.platform === 'win32' ? 'hermesc.exe' : 'hermesc';
  const path = join(folder, 'node_modules', 'hermes-compiler', 'hermesc', system ?? '', name);
  if (!existsSync(path)) throw new SetupError(`There is no hermesc for ${process.platform} in ${dirname(path)}.`);
  return path;
}

/** Compiles a bundle to bytecode and returns the file's name. Rejects with the compiler's own message. */
export async function compile(folder, file) {
  const out = `${file}.hbc`;
  const { code, output } = await run(findHermesc(folder), ['-O', '-w', '-emit-binary', '-out', out, file], {
    quiet: true,
  });
  if (code !== 0) throw new Error(output.trimEnd());
  return out;
}

/** Bytes of a bundle: as text, as a store or server would compress it, and as the device loads it. */
export async function weigh(folder, file) {
  const js = readFileSync(file);
  return {
    js: js.length,
    gzip: gzipSync(js, { level: 9 }).length,
    hbc: readFileSync(await compile(folder, file)).length,
  };
}
