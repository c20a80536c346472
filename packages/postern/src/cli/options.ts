import { parseArgs } from 'node:util';
import { UsageError } from './exit-codes.ts';

export const commandNames = ['login', 'logout', 'status', 'token', 'headers', 'whoami', 'completion'] as const;
export type CommandName = (typeof commandNames)[number];

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const known = {
  domain: text,
  'client-id': text,
  profile: text,
  audience: text,
  scope: text,
  port: text,
  'min-ttl': text,
  url: text,
  method: text,
  device: flag,
  'no-dpop': flag,
  local: flag,
  json: flag,
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'v' },
} as const;

export type Flags = ReturnType<typeof parse>['values'];

const everywhere: readonly string[] = ['domain', 'client-id', 'profile', 'json', 'help', 'version'];
const own: Readonly<Record<CommandName, readonly string[]>> = {
  login: ['audience', 'scope', 'device', 'port', 'no-dpop'],
  logout: ['local'],
  status: [],
  token: ['audience', 'scope', 'min-ttl'],
  headers: ['audience', 'scope', 'min-ttl', 'url', 'method'],
  whoami: [],
  completion: [],
};

export type Invocation =
  | { readonly command: 'help' | 'version' }
  | { readonly command: CommandName; readonly flags: Flags; readonly argument?: string | undefined };

/** @throws UsageError */
export function readInvocation(args: readonly string[]): Invocation {
  const { values: flags, positionals } = parse(args);
  const [command, argument, ...rest] = positionals;
  if (flags.help || (command === undefined && !flags.version) || command === 'help') return { command: 'help' };
  if (flags.version) return { command: 'version' };
  const name = commandNames.find((one) => one === command);
  if (!name) throw new UsageError(`There is no command "${command}".`);
  const strange = Object.keys(flags).find((one) => !everywhere.includes(one) && !own[name].includes(one));
  if (strange) throw new UsageError(`"postern ${name}" has no option --${strange}.`);
  const surplus = name === 'completion' ? rest[0] : argument;
  // A token pasted here would end up in the history of the shell: it is not repeated.
  if (surplus !== undefined) throw new UsageError(`"postern ${name}" takes no further arguments.`);
  return { command: name, flags, argument };
}

/** @throws UsageError */
export function readNumber(flags: Flags, name: 'port' | 'min-ttl', largest: number): number | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value) || Number(value) > largest)
    throw new UsageError(`--${name} must be a whole number up to ${largest}.`);
  return Number(value);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(((error as Error).message.split('. ')[0] ?? '').replace(/\.?$/, '.'));
  }
}
