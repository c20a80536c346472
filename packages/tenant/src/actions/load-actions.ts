import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { ConfigError } from '../config/config-error.ts';
import type { ActionModule } from './actions.ts';

const triggers = ['onExecutePostLogin', 'onExecutePreUserRegistration'] as const;

const extensions = ['.js', '.cjs', '.mjs', '.ts', '.mts', '.cts'];

/**
 * Loads every Action of a folder (not of its sub-folders: that is where helpers go), in the order of the file names. CommonJS
 * and ES modules both work, whatever the nearest `package.json` says.
 *
 * @throws ConfigError that names the file
 */
export async function loadActions(directory: string): Promise<(ActionModule & { name: string })[]> {
  const names = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw fail(directory, `cannot be read: ${messageOf(cause)}`, cause);
  });
  const files = names
    .filter((entry) => !entry.isDirectory() && extensions.includes(extname(entry.name)))
    .map(({ name }) => name)
    .filter((name) => !/\.d\.[cm]?ts$/.test(name))
    .sort();
  if (files.length === 0) throw fail(directory, `holds no Action; files may end in ${extensions.join(', ')}`);
  return Promise.all(files.map((name) => loadAction(resolve(join(directory, name)), name)));
}

async function loadAction(file: string, name: string): Promise<ActionModule & { name: string }> {
  const exported = await readExports(file).catch((cause: unknown) => {
    throw fail(file, explainFailure(file, cause), cause);
  });
  const found = triggers.filter((trigger) => Reflect.get(exported, trigger) !== undefined);
  if (found.length === 0) {
    const others = Object.keys(exported).filter((key) => key !== 'default');
    throw fail(
      file,
      `exports ${others.length === 0 ? 'nothing' : others.join(', ')}; an Action exports ${triggers.join(' or ')} (a helper belongs in a sub-folder)`,
    );
  }
  for (const trigger of found) {
    if (typeof Reflect.get(exported, trigger) !== 'function')
      throw fail(file, `exports ${trigger}, which is no function`);
  }
  return { name, ...Object.fromEntries(found.map((trigger) => [trigger, Reflect.get(exported, trigger)])) };
}

async function readExports(file: string): Promise<object> {
  if (extname(file) === '.js') {
    const code = await readFile(file, 'utf8');
    const run = compileCommonJs(file, code);
    if (run !== undefined) return run();
  }
  if (extname(file) === '.cjs') return Object(createRequire(file)(file));
  const module = Object(await import(pathToFileURL(file).href)) as { default?: unknown };
  // A CommonJS module whose exports Node could not tell by reading it.
  const isFound = triggers.some((trigger) => Reflect.get(module, trigger) !== undefined);
  return isFound ? module : { ...module, ...Object(module.default) };
}

/**
 * Auth0's editor writes CommonJS. In a project of `"type": "module"` Node takes a `.js` file for an ES module, so what can be
 * read as CommonJS is run as such. Undefined when it is an ES module.
 */
function compileCommonJs(file: string, code: string): (() => object) | undefined {
  try {
    const run = vm.compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
      filename: file,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    return () => {
      const module: { exports: object } = { exports: {} };
      run(module.exports, createRequire(file), module, file, dirname(file));
      return module.exports;
    };
  } catch (error) {
    // With a mistake in it, the loader of ES modules says so, too, and with the line.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function explainFailure(file: string, cause: unknown): string {
  const message = messageOf(cause);
  const isTypeScript = /ts$/.test(extname(file));
  if (isTypeScript && cause instanceof Error && 'code' in cause && cause.code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return 'is TypeScript, which needs Node 22.18 or newer; or write it as .js';
  if (/\b(exports|module|require) is not defined\b/.test(message)) {
    return `is read as an ES module, and ${message}; write "export const onExecutePostLogin = …", or name it ${isTypeScript ? '.cts' : '.cjs'}`;
  }
  return `cannot be loaded: ${message}`;
}

const fail = (path: string, message: string, cause?: unknown) =>
  new ConfigError([{ path: '', message }], { source: path, cause });

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
