import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultDirectory } from '../platform/node/directory.ts';
import { withLockFile } from '../platform/node/lock-file.ts';
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

type Known = Omit<Profile, 'name'>;

const LOCK_MS = 10_000;
const file = () => join(defaultDirectory(), 'profiles.json');

/**
 * The profile of this call: what the command line says, then the environment, then what the login remembered.
 *
 * @throws UsageError when nobody says which tenant and client.
 */
export async function readProfile(flags: Flags, env: NodeJS.ProcessEnv): Promise<Profile> {
  const name = flags.profile || env.POSTERN_PROFILE || 'default';
  if (!/^[\w.-]{1,64}$/.test(name)) throw new UsageError('A profile is named by letters, digits, "_", "." and "-".');
  const known = await findProfile(name);
  const domain = flags.domain || env.POSTERN_DOMAIN || known?.domain;
  const clientId = flags['client-id'] || env.POSTERN_CLIENT_ID || known?.clientId;
  if (!domain || !clientId) {
    const missing = [domain ? [] : '--domain', clientId ? [] : '--client-id'].flat().join(' and ');
    throw new UsageError(`Which tenant? Profile "${name}" does not know it yet: give ${missing}.`, 'login');
  }
  const isSame = known?.domain === domain && known.clientId === clientId;
  // Another tenant's API, or what another client may ask for, is nothing to this one.
  return isSame ? { name, ...known } : { name, domain, clientId, useDPoP: true };
}

/** What a login remembered under a name, whoever is signed in by now. */
export async function findProfile(name: string): Promise<Known | undefined> {
  return readKnown((await readAll())[name]);
}

export async function rememberProfile({ name, ...profile }: Profile): Promise<void> {
  // Two logins that end at once would each write what they read before.
  await withLockFile(join(defaultDirectory(), 'locks', 'profiles'), LOCK_MS, async () => {
    const all = { ...(await readAll()), [name]: profile };
    await replaceFile(file(), `${JSON.stringify(all, null, 2)}\n`);
  });
}

async function readAll(): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file(), 'utf8').catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  if (text === undefined) return Object.create(null);
  const all = parse(text);
  if (typeof all !== 'object' || all === null || Array.isArray(all))
    throw new Error(`${file()} is damaged: mend it, or delete it and sign in again with --domain and --client-id.`);
  return Object.assign(Object.create(null), all);
}

/** Without `JSON.parse`'s own message, which repeats what is in the file. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readKnown(value: unknown): Known | undefined {
  const { domain, clientId, audience, scope, useDPoP } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof domain !== 'string' || typeof clientId !== 'string') return undefined;
  return {
    domain,
    clientId,
    ...(typeof audience === 'string' ? { audience } : {}),
    ...(typeof scope === 'string' ? { scope } : {}),
    useDPoP: useDPoP !== false,
  };
}
