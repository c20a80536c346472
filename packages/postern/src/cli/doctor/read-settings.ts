import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Bundler } from './read-app.ts';

/** One setting, and where it was found. */
export interface Setting {
  readonly value: string;
  /** As the person calls it: an option, a variable, a file with its line. */
  readonly source: string;
}

export interface EnvVariable extends Setting {
  readonly name: string;
}

/** Names by which apps give a setting to their code, without the prefix that a bundler asks for. */
const conventional = {
  domain: ['AUTH0_DOMAIN', 'POSTERN_DOMAIN'],
  clientId: ['AUTH0_CLIENT_ID', 'AUTH0_CLIENTID', 'POSTERN_CLIENT_ID'],
  audience: ['AUTH0_AUDIENCE', 'AUTH0_API_AUDIENCE', 'POSTERN_AUDIENCE'],
} as const;
export type SettingName = keyof typeof conventional;

export const prefixes = ['VITE_', 'EXPO_PUBLIC_', 'NEXT_PUBLIC_', 'REACT_APP_', 'PUBLIC_'];

/** The first to name a variable decides, as with the tools that read them. */
const envFiles = ['.env.development.local', '.env.local', '.env.development', '.env'];
/** For Vite what is said of the mode goes before what is said of the machine. */
const viteEnvFiles = ['.env.development.local', '.env.development', '.env.local', '.env'];

export interface EnvFacts {
  readonly variables: readonly EnvVariable[];
  /** Files that no tool can read, since they are in another encoding. */
  readonly unreadable: readonly string[];
}

/** Variables that tell of the login, from the environment and from files of the app. Of a secret no more than its name. */
export async function readEnvironment(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  bundler: Bundler | undefined,
): Promise<EnvFacts> {
  const known = new Map<string, Setting>();
  for (const [name, value] of Object.entries(env))
    if (value !== undefined) known.set(name, { value, source: `environment variable ${name}` });
  const written = new Map<string, string>();
  const unreadable: string[] = [];
  for (const file of bundler?.name === 'Vite' ? viteEnvFiles : envFiles) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    if (text.includes('\0')) unreadable.push(file);
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    for (const [name, value = ''] of Object.entries(parseEnv(lines.join('\n')))) {
      if (known.has(name)) continue;
      const line = lines.findIndex((one) => nameOf(one) === name) + 1;
      known.set(name, { value, source: line > 0 ? `${file}, line ${line}` : file });
      written.set(name, value);
    }
  }
  const variables = [...known]
    .filter(([name, { value }]) => value && /AUTH0|POSTERN/.test(name))
    .map(([name, { value, source }]) => {
      if (isSecret(name)) return { name, value: '', source };
      return { name, value: written.has(name) ? expand(value, known, new Set([name])) : value, source };
    })
    .filter(({ name, value }) => value || isSecret(name));
  return { variables, unreadable };
}

/**
 * As bundlers do in what files say: `$NAME`, `${NAME}` and `${NAME:-otherwise}` stand for another variable, which is empty
 * where nothing sets it, and `\$` for the sign.
 */
function expand(text: string, known: ReadonlyMap<string, Setting>, within: ReadonlySet<string>): string {
  return text.replaceAll(
    /\\\$|\$\{(?<name>[A-Za-z_]\w*)(?::?-(?<otherwise>[^}]*))?\}|\$(?<bare>[A-Za-z_]\w*)/g,
    (...found) => {
      const { name, bare, otherwise = '' } = found.at(-1) as Record<string, string | undefined>;
      const other = name ?? bare;
      if (other === undefined) return '$';
      if (isSecret(other)) return '***';
      const { value = '' } = (within.has(other) ? undefined : known.get(other)) ?? {};
      return value ? expand(value, known, new Set([...within, other])) : otherwise;
    },
  );
}

/** Of the variable that a line of a file sets. */
const nameOf = (line: string) =>
  line
    .trimStart()
    .replace(/^export\s+/, '')
    .split('=', 1)[0]
    ?.trimEnd();

export const isSecret = (name: string): boolean => /SECRET|PASSWORD|PRIVATE_KEY/.test(name);

/** @param prefix What the app's bundler asks for; the name that has it goes first. */
export function findSetting(
  variables: readonly EnvVariable[],
  setting: SettingName,
  prefix: string,
): EnvVariable | undefined {
  const names = [prefix, '', ...prefixes].flatMap((start) => conventional[setting].map((name) => `${start}${name}`));
  for (const name of names) {
    const found = variables.find((one) => one.name === name);
    if (found) return found;
  }
  return undefined;
}
