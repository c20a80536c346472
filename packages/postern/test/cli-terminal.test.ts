import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerDevice } from './support/approve-device.ts';
import { audience, clientId, createNodeWorld, type NodeWorld } from './support/node-world.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './support/terminal.ts';

/** `postern` as a person meets it: in a terminal, typed into a shell. */

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const colour = '\u001b[';

let world: NodeWorld;
let folder: string;
let env: Record<string, string>;
/** Command lines of the browsers that were started. */
let opened: string;
const terminals = new Set<Terminal>();

beforeAll(async () => {
  world = await createNodeWorld();
  folder = await mkdtemp(join(tmpdir(), 'postern-terminal-'));
  const bin = join(folder, 'bin');
  opened = join(folder, 'opened');
  await mkdir(bin);
  const { BROWSER = '', ...browserEnv } = await world.browserEnv();
  await writeFile(join(bin, 'postern'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  await writeFile(join(bin, 'browse'), `#!/bin/sh\necho "$*" >> '${opened}'\nexec ${BROWSER} "$@"\n`);
  for (const name of ['postern', 'browse']) await chmod(join(bin, name), 0o755);
  const { PATH = '', HOME = '' } = process.env;
  env = { HOME, PATH: `${bin}:${PATH}`, BROWSER: 'browse', XDG_CONFIG_HOME: join(folder, 'config'), ...browserEnv };
});
afterEach(() => {
  for (const terminal of terminals) terminal.close();
  terminals.clear();
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

function open(line: string, more: Partial<TerminalOptions> = {}): Terminal {
  const terminal = openTerminal(line, { ...more, env: { ...env, ...more.env } });
  terminals.add(terminal);
  return terminal;
}
/** What a command leaves on the screen, with its exit code on a line of its own. */
async function screenOf(line: string, more: Partial<TerminalOptions> = {}): Promise<string> {
  const terminal = open(`${line}; echo "code $?"`, more);
  await terminal.ended;
  return terminal.screen().replaceAll('\r\n', '\n');
}
const plain = { env: { NO_COLOR: '1' } };
const where = () => `--domain ${world.origin} --client-id ${clientId} --audience ${audience}`;
/** Files that are held as locks. */
const locks = async () => readdir(join(folder, 'config', 'postern', 'locks')).catch(() => []);

it('a day: log in, look, get tokens and headers, log out', { timeout: 60_000 }, async () => {
  const login = await screenOf(`postern login ${where()}`, plain);
  expect(login).toContain('Your browser opens to sign in. Come back here when it says so.\n');
  expect(login).toContain(`Signed in as user@example.com.\nThe session is kept in ${folder}`);
  expect(login).toMatch(/(Encrypted; the key is in|Not encrypted \(no keychain).*\ncode 0\n$/);
  expect(await screenOf('postern whoami', plain)).toBe('user@example.com\ncode 0\n');
  expect(await screenOf('postern status', plain)).toMatch(
    /^Signed in as user@example\.com\n {2}profile {3}default\n(.*\n)+ {2}token {5}DPoP, good until \d{4}-.*, renewed when needed\n/,
  );
  const [token = '', advice = '', code = ''] = (await screenOf('postern token', plain)).split('\n');
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect([advice, code]).toEqual([expect.stringContaining('bound to a key (DPoP)'), 'code 0']);
  expect(await screenOf('postern token --refresh 2>/dev/null', plain)).not.toContain(token);
  expect(await screenOf(`postern headers --url ${world.origin}/userinfo`, plain)).toMatch(
    /^authorization: DPoP \S+\ndpop: \S+\ncode 0\n$/i,
  );
  expect(await screenOf('postern logout', plain)).toBe('Signed out.\ncode 0\n');
  expect(await screenOf('postern whoami', plain)).toBe(
    'postern: Nobody is signed in.\nSign in with: postern login\ncode 3\n',
  );
});

it('secrets are in no command line that other users can list', async () => {
  const lines = (await readFile(opened, 'utf8')).trim().split('\n');
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const names = [...new URL(line).searchParams.keys()];
    expect(names).toContain('code_challenge');
    for (const secret of ['code', 'code_verifier', 'client_secret', 'refresh_token', 'access_token', 'id_token'])
      expect(names).not.toContain(secret);
  }
});

describe('Ctrl-C while a login waits', { timeout: 60_000 }, () => {
  it.each([
    ['for the browser', '', /Your browser opens/],
    ['for another device', '--device', /Waiting for you/],
  ])('%s ends it with 4, restores the terminal and leaves no lock', async (_, more, waiting) => {
    const terminal = open(
      `before=$(stty -g); trap : INT; postern login ${where()} ${more}; echo "code $?"; [ "$before" = "$(stty -g)" ] && echo same`,
      { env: { NO_COLOR: '1', BROWSER: 'true' } },
    );
    await terminal.shows(waiting);
    terminal.type('\u0003');
    await terminal.shows(/postern: The login was cancelled\.\r\ncode 4\r\nsame/);
    await terminal.ended;
    expect(await locks()).toEqual([]);
  });

  it('a login that was given up leaves the next one alone', async () => {
    expect(await screenOf(`postern login ${where()}`, plain)).toContain('Signed in as user@example.com.');
    await screenOf('postern logout', plain);
  });
});

it('T30: by a code that is entered on another device', { timeout: 60_000 }, async () => {
  const terminal = open(`postern login ${where()} --profile device --device; echo "code $?"`, plain);
  const [, address = ''] = await terminal.shows(/On any device, open {3}(\S+)\r\n/);
  const [, code = ''] = await terminal.shows(/and check the code {4}(\S+)\r\n/);
  expect(address).toContain(code);
  await terminal.shows(/Waiting for you to allow it \(\d+ minutes\)/);
  await answerDevice(world.tenant, address, 'allow');
  await terminal.shows(/Signed in as user@example\.com\./);
  await terminal.shows(/code 0/);
});

describe('colours and width', { timeout: 60_000 }, () => {
  it('colours are for terminals that want them', async () => {
    expect(await screenOf('postern --help')).toContain(`${colour}1mCommands`);
    expect(await screenOf('postern nonsense')).toContain(`${colour}31mpostern:`);
    for (const [line, more] of [
      ['postern --help; postern nonsense', { NO_COLOR: '1' }],
      ['postern --help; postern nonsense', { TERM: 'dumb' }],
      ['postern --help | cat; postern nonsense 2>&1 | cat', {}],
    ] as const)
      expect(await screenOf(line, { env: more })).not.toContain(colour);
  });

  it.each([80, 44])('help fits a terminal of %i columns, but for command lines', async (columns) => {
    const commands = ['', 'login', 'logout', 'status', 'whoami', 'token', 'headers', 'completion'];
    const screen = await screenOf(commands.map((name) => `postern ${name} --help`).join('; '), { ...plain, columns });
    const tooLong = screen
      .split('\n')
      .filter((line) => line.length > columns && !/^ {2}(postern|curl|source) /.test(line));
    expect(tooLong).toEqual([]);
  });

  it('a reader that has heard enough is no error', async () => {
    expect(await screenOf('postern --help | head -1; postern completion bash | true', plain)).toBe(
      'Sign in from the command line, and give scripts their tokens.\ncode 0\n',
    );
  });
});

describe('completion', { timeout: 60_000 }, () => {
  const bash = promisify(execFile);
  /** What bash offers after these words, the last of which is being typed. */
  async function offers(...words: string[]): Promise<string[]> {
    const program = `source <(postern completion bash)
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _postern; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await bash('bash', ['--norc', '-c', program, 'bash', 'postern', ...words], { env });
    return stdout.split('\n').filter(Boolean);
  }

  it('bash offers commands, the options of each, and the values that are known', async () => {
    expect(await offers('lo')).toEqual(['login', 'logout']);
    expect(await offers('')).toEqual(expect.arrayContaining(['token', 'help', '--version']));
    expect(await offers('login', '--de')).toEqual(['--device']);
    expect(await offers('token', '--')).toEqual(expect.arrayContaining(['--min-ttl', '--json']));
    expect(await offers('token', '--')).not.toContain('--device');
    expect(await offers('--profile', 'work', 'logout', '--l')).toEqual(['--local']);
    expect(await offers('headers', '--method', 'P')).toEqual(['POST', 'PUT', 'PATCH']);
    expect(await offers('login', '--domain', '')).toEqual([]);
    expect(await offers('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('by the key that is for it, in an interactive bash', async () => {
    const terminal = open('PS1="ready> " exec bash --norc --noprofile -i', plain);
    await terminal.shows(/ready> /);
    terminal.type('source <(postern completion bash); echo load""ed\n');
    await terminal.shows(/loaded/);
    terminal.type('postern who\t');
    await terminal.shows(/postern whoami /);
    terminal.type('--js\t');
    await terminal.shows(/--json /);
    terminal.type('\u0015exit\n');
    await terminal.ended;
  });
});
