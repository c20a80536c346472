import { parseArgs } from 'node:util';
import { UsageError } from './exit-codes.ts';

export const commandNames = [
  'login',
  'logout',
  'status',
  'whoami',
  'token',
  'headers',
  'doctor',
  'completion',
] as const;
export type CommandName = (typeof commandNames)[number];

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;
const flag = { type: 'boolean' } as const;

export const options = {
  domain: text,
  'client-id': text,
  profile: text,
  audience: text,
  scope: text,
  port: text,
  'min-ttl': text,
  url: text,
  method: text,
  nonce: text,
  'redirect-uri': texts,
  'logout-url': texts,
  'web-origin': texts,
  'app-config': text,
  device: flag,
  'no-dpop': flag,
  refresh: flag,
  local: flag,
  json: flag,
  help: { ...flag, short: 'h' },
  version: { ...flag, short: 'v' },
} as const;

export type OptionName = keyof typeof options;
export type Flags = ReturnType<typeof parse>['values'];

/** Options of every command. */
export const everywhere: readonly OptionName[] = ['domain', 'client-id', 'profile', 'json', 'help', 'version'];
/** Options of one. */
export const own: Readonly<Record<CommandName, readonly OptionName[]>> = {
  login: ['audience', 'scope', 'device', 'port', 'no-dpop'],
  logout: ['local'],
  status: [],
  whoami: [],
  token: ['audience', 'scope', 'min-ttl', 'refresh'],
  headers: ['url', 'method', 'nonce', 'audience', 'scope', 'min-ttl'],
  doctor: ['redirect-uri', 'logout-url', 'web-origin', 'audience', 'app-config'],
  completion: [],
};

export type Invocation =
  | { readonly help: CommandName | undefined }
  | { readonly version: true }
  | { readonly command: CommandName; readonly flags: Flags; readonly argument?: string | undefined };

/** @throws UsageError */
export function readInvocation(args: readonly string[]): Invocation {
  const { values: flags, positionals } = parse(args);
  const isHelp = positionals[0] === 'help';
  const [command, argument, ...rest] = isHelp ? positionals.slice(1) : positionals;
  if (flags.version && !flags.help && !isHelp) return { version: true };
  if (command === undefined) return { help: undefined };
  const name = commandNames.find((one) => one === command);
  if (!name) throw unknownCommand(command);
  if (flags.help || isHelp) return { help: name };
  const strange = (Object.keys(flags) as OptionName[]).find(
    (one) => !everywhere.includes(one) && !own[name].includes(one),
  );
  if (strange) throw new UsageError(`"postern ${name}" has no option --${strange}.`, name);
  const surplus = name === 'completion' ? rest[0] : argument;
  // A token pasted here would end up in the history of the shell: it is not repeated.
  if (surplus !== undefined) throw new UsageError(`"postern ${name}" takes no further arguments.`, name);
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
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      // Without what was given as its value.
      const [, given = ''] = /'(-{1,2}[^'=]*)/.exec(message) ?? [];
      throw new UsageError(`There is no option ${given}.${suggest(given.slice(2), Object.keys(options), '--')}`);
    }
    throw new UsageError(((message.split('. ')[0] ?? '').split('\n')[0] ?? '').replace(/\.?$/, '.'));
  }
}

const unknownCommand = (given: string) =>
  // What is no word of ours may be a secret that was pasted.
  new UsageError(
    given.length <= 20 ? `There is no command "${given}".${suggest(given, commandNames)}` : 'There is no such command.',
  );

function suggest(given: string, names: readonly string[], mark = ''): string {
  const [nearest] = names
    .map((name) => ({ name, distance: distanceOf(given, name) }))
    .sort((one, other) => one.distance - other.distance);
  return nearest && nearest.distance <= 2 ? ` Did you mean ${mark}${nearest.name}?` : '';
}

/** How many letters have to be put in, taken out or changed (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [above, letter] of [...one].entries()) {
    const next = [above + 1];
    for (const [index, wanted] of [...other].entries()) {
      const change = (row[index] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(change, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
