import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

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

/** Variables that tell of the login, from the environment and from files of the app. Of a secret no more than its name. */
export async function readEnvironment(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly EnvVariable[]> {
  const found: EnvVariable[] = [];
  const add = (name: string, value: string | undefined, source: string) => {
    if (!value || !/AUTH0|POSTERN/.test(name) || found.some((one) => one.name === name)) return;
    found.push({ name, value: isSecret(name) ? '' : value, source });
  };
  for (const [name, value] of Object.entries(env)) add(name, value, `environment variable ${name}`);
  for (const file of envFiles) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    const lines = text.split(/\r?\n/);
    for (const [name, value] of Object.entries(parseEnv(text))) {
      const line = lines.findIndex((one) => nameOf(one) === name) + 1;
      add(name, value, line > 0 ? `${file}, line ${line}` : file);
    }
  }
  return found;
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
