import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import stripJsonComments from 'strip-json-comments';
import { ConfigError } from './config-error.ts';
import type { TenantConfig } from './schema.ts';
import { validateConfig } from './validate.ts';

/**
 * Reads and checks a configuration: JSON with comments and trailing commas (`.json`, `.jsonc`), or a module (`.ts`, `.mts`,
 * `.js`, `.mjs`) whose default export is the configuration or a function that gives it.
 *
 * @throws ConfigError that names the file.
 */
export async function loadConfig(path: string): Promise<TenantConfig> {
  return resolvePaths(validateConfig(await readConfig(path), path), dirname(path));
}

/** A path in a file is meant from where the file is. */
function resolvePaths(config: TenantConfig, folder: string): TenantConfig {
  const { actions, https } = config;
  const directory = actions.directory === undefined ? undefined : resolve(folder, actions.directory);
  const at = (pem: string) => (pem.includes('-----BEGIN ') ? pem : resolve(folder, pem));
  return {
    ...config,
    actions: { ...actions, directory },
    https: typeof https === 'boolean' ? https : { key: at(https.key), cert: at(https.cert) },
  };
}

async function readConfig(path: string): Promise<unknown> {
  if (['.json', '.jsonc'].includes(extname(path))) return parseJson(await readText(path), path);
  if (!['.ts', '.mts', '.js', '.mjs'].includes(extname(path))) {
    throw fail(path, 'has an extension that is not known; allowed: .json, .jsonc, .ts, .mts, .js, .mjs');
  }
  const module: unknown = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    const needsNewerNode = cause instanceof Error && 'code' in cause && cause.code === 'ERR_UNKNOWN_FILE_EXTENSION';
    throw fail(
      path,
      needsNewerNode
        ? 'is TypeScript, which needs Node 22.18 or newer; or write it as .mjs or .json'
        : `${messageOf(cause)}${lineOf(cause, path)}`,
      cause,
    );
  });
  const exported: unknown = Reflect.get(Object(module), 'default');
  if (exported === undefined) throw fail(path, 'has no default export');
  return typeof exported === 'function' ? await exported() : exported;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw fail(path, `cannot be read: ${messageOf(cause)}`, cause);
  }
}

/** Comments are replaced by blanks, so that the position in a syntax error is the one in the file. */
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(stripJsonComments(text.replace(/^\uFEFF/, ' '), { trailingCommas: true }));
  } catch (cause) {
    throw fail(path, `is not valid JSON: ${messageOf(cause)}`, cause);
  }
}

const fail = (path: string, message: string, cause?: unknown) =>
  new ConfigError([{ path: '', message }], { source: path, cause });

/** Node tells the line of a module that went wrong in the stack only: as a path of wrong syntax, as a URL of what ran. */
function lineOf(cause: unknown, path: string): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  for (const place of [pathToFileURL(resolve(path)).href, resolve(path)]) {
    const [, after = ''] = stack.split(`${place}:`);
    const line = Number.parseInt(after, 10);
    if (line > 0) return ` (line ${line})`;
  }
  return '';
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
