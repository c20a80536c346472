import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultDirectory } from '../platform/node/directory.ts';
import { isMissing, replaceFile } from '../platform/node/replace-file.ts';
import { UsageError } from './exit-codes.ts';
import type { Flags } from './options.ts';

/** What a login remembers for the commands after it. No secrets. */
export interface Profile {
  readonly name: string;
  readonly domain: string;
  readonly clientId: string;
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
  readonly useDPoP: boolean;
}

type Remembered = Readonly<Record<string, Omit<Profile, 'name'>>>;

const file = () => join(defaultDirectory(), 'profiles.json');

/**
 * The profile of this call: what the command line says, then the environment, then what the login remembered.
 *
 * @throws UsageError when nobody says which tenant and client.
 */
export async function readProfile(flags: Flags, env: NodeJS.ProcessEnv): Promise<Profile> {
  const name = flags.profile || env.POSTERN_PROFILE || 'default';
  if (!/^[\w.-]{1,64}$/.test(name)) throw new UsageError('A profile is named by letters, digits, "_", "." and "-".');
  const all = await readAll();
  const known = Object.hasOwn(all, name) ? all[name] : undefined;
  const domain = flags.domain || env.POSTERN_DOMAIN || known?.domain;
  const clientId = flags['client-id'] || env.POSTERN_CLIENT_ID || known?.clientId;
  if (!domain || !clientId) {
    const missing = [domain ? [] : '--domain', clientId ? [] : '--client-id'].flat().join(' and ');
    throw new UsageError(`Which tenant? Profile "${name}" does not know it yet: give ${missing}.`, 'login');
  }
  return {
    name,
    domain,
    clientId,
    audience: known?.audience,
    scope: known?.scope,
    useDPoP: known?.useDPoP ?? true,
  };
}

/** What a login remembered under a name, whoever is signed in by now. */
export async function findProfile(name: string): Promise<Omit<Profile, 'name'> | undefined> {
  const all = await readAll();
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

export async function rememberProfile({ name, ...profile }: Profile): Promise<void> {
  const all = await readAll();
  await replaceFile(file(), `${JSON.stringify({ ...all, [name]: profile }, null, 2)}\n`);
}

async function readAll(): Promise<Remembered> {
  try {
    const all: unknown = JSON.parse(await readFile(file(), 'utf8'));
    return typeof all === 'object' && all !== null ? (all as Remembered) : {};
  } catch (error) {
    if (isMissing(error)) return {};
    throw new UsageError(`${file()} cannot be read: ${(error as Error).message}`);
  }
}
