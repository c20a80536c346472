import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleConfig } from '@postern/tenant';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readProfile, rememberProfile } from '../src/cli/profiles.ts';
import { answerDevice } from './support/approve-device.ts';
import { audience, clientId, createNodeWorld, type NodeWorld } from './support/node-world.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer } from './support/server.ts';

const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const filesApi = 'https://files.postern.test';

let world: NodeWorld;
let env: Record<string, string>;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  world = await createNodeWorld();
});
let count = 0;
beforeEach(async () => {
  const { PATH = '', HOME = '' } = process.env;
  // A user of their own for each test.
  const folder = join(world.directory, String(++count));
  env = { PATH, HOME, XDG_CONFIG_HOME: folder, ...(await world.browserEnv()) };
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  world.tenant.control.clock.reset();
});
afterAll(() => world.close());

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], { env: { ...env, ...more } });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Result>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const told = (pattern: RegExp) =>
    vi.waitFor(
      () => {
        const found = pattern.exec(stderr);
        if (!found) throw new Error(`Nothing like ${pattern} in: ${stderr}`);
        return found;
      },
      { timeout: 15_000 },
    );
  return { child, ended, told };
}
const run = (args: string, more?: Record<string, string>) => start(args.split(' ').filter(Boolean), more).ended;
const where = () => `--domain ${world.origin} --client-id ${clientId} --audience ${audience}`;
const logIn = (more = '') => run(`login ${where()} ${more}`);

describe('postern login', { timeout: 60_000 }, () => {
  it('signs in by the browser, and remembers where', async () => {
    const login = await logIn();
    expect(login).toEqual({
      code: 0,
      stdout: 'Signed in as user@example.com.\n',
      stderr: expect.stringMatching(/^Your browser opens to sign in\..*\nIf it does not open: .*\n$/),
    });
    expect(await run('whoami')).toEqual({ code: 0, stdout: 'user@example.com\n', stderr: '' });
    const { stdout } = await run('whoami --json');
    expect(JSON.parse(stdout)).toMatchObject({ sub: 'auth0|sample', email: 'user@example.com' });
    const profiles = join(env.XDG_CONFIG_HOME ?? '', 'postern', 'profiles.json');
    expect(JSON.parse(await readFile(profiles, 'utf8'))).toEqual({
      default: { domain: world.origin, clientId, audience, useDPoP: true },
    });
    expect((await stat(profiles)).mode & 0o777).toBe(0o600);
  });

  it('by a code on another device, where it is told to and where no browser can be opened', async () => {
    for (const [args, more] of [
      [`login ${where()} --device`, {}],
      [`login ${where()} --profile other`, { BROWSER: 'none' }],
    ] as const) {
      const login = start(args.split(' '), more);
      const [, address = ''] = await login.told(/open {3}(\S+)/);
      const [, shown] = await login.told(/code {4}(\S+)/);
      expect(address).toContain(`user_code=${shown}`);
      await answerDevice(world.tenant, address, 'allow');
      expect(await login.ended).toMatchObject({ code: 0, stdout: 'Signed in as user@example.com.\n' });
    }
    expect((await run('whoami --profile other')).stdout).toBe('user@example.com\n');
  });

  it('ends with 4 when it is not allowed, and by Ctrl-C', async () => {
    const login = start(`login ${where()} --device`.split(' '));
    const [, address = ''] = await login.told(/open {3}(\S+)/);
    await answerDevice(world.tenant, address, 'cancel');
    expect(await login.ended).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('did not authorize'),
    });
    for (const more of ['--device', '']) {
      const waiting = start(`login ${where()} ${more}`.trim().split(' '), { BROWSER: 'true' });
      await waiting.told(more ? /Waiting/ : /browser opens/);
      waiting.child.kill('SIGINT');
      expect(await waiting.ended).toMatchObject({ code: 4, stderr: expect.stringContaining('cancelled') });
    }
  });

  it('keeps profiles apart', async () => {
    await logIn();
    await run(`login ${where()} --profile work --no-dpop`);
    expect(JSON.parse((await run('token --json')).stdout)).toMatchObject({ tokenType: 'DPoP' });
    expect(JSON.parse((await run('token --json --profile work')).stdout)).toMatchObject({ tokenType: 'Bearer' });
    await run('logout --profile work');
    expect((await run('whoami --profile work')).code).toBe(3);
    expect((await run('whoami')).code).toBe(0);
    // What a login was told once is kept for the next one.
    expect((await run('login --profile work')).code).toBe(0);
    expect(JSON.parse((await run('token --json --profile work')).stdout)).toMatchObject({ tokenType: 'Bearer' });
  });

  it('logout --local forgets the session here, and asks nobody', async () => {
    await logIn();
    const revoked = async () => (await world.tenant.context.events.list({ type: 'revoke.success', limit: 100 })).length;
    const before = await revoked();
    expect(await run('logout --local')).toMatchObject({ code: 0, stdout: 'Signed out.\n' });
    expect(await revoked()).toBe(before);
    expect((await run('token')).code).toBe(3);
  });
});

describe('what a login remembers', { timeout: 60_000 }, () => {
  const profilesFile = () => join(env.XDG_CONFIG_HOME ?? '', 'postern', 'profiles.json');
  const remembered = async () => JSON.parse(await readFile(profilesFile(), 'utf8')) as Record<string, unknown>;

  it('is all there after several logins that end at once', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', env.XDG_CONFIG_HOME);
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await Promise.all(
      names.map((name) => rememberProfile({ name, domain: 'a.example', clientId: 'b', useDPoP: true })),
    );
    vi.unstubAllEnvs();
    expect(Object.keys(await remembered()).sort()).toEqual(names);
  });

  it('of one client is nothing for another, whose API it may not be', async () => {
    await logIn('--no-dpop');
    const { clients } = sampleConfig;
    const like = clients.find((one) => one.clientId === clientId);
    if (!like) throw new Error('The sample has no such client.');
    world.tenant.control.addClient({ ...like, clientId: 'second', name: 'Second' });
    // A client of the same profile is asked for by the way, and changes nothing.
    expect((await run(`token --client-id second`)).code).toBe(3);
    expect(await remembered()).toEqual({ default: { domain: world.origin, clientId, audience, useDPoP: false } });
    expect(await run('login --client-id second')).toMatchObject({ code: 0 });
    expect(await remembered()).toEqual({ default: { domain: world.origin, clientId: 'second', useDPoP: true } });
  });

  it('and was damaged is told with the way out, or is as good as forgotten', async () => {
    await mkdir(join(profilesFile(), '..'), { recursive: true });
    vi.stubEnv('XDG_CONFIG_HOME', env.XDG_CONFIG_HOME);
    for (const damage of ['', '{"default": {"domain": "https://secret.example"', '[1]', '"text"', 'null']) {
      await writeFile(profilesFile(), damage);
      const { message } = await rejection(readProfile({}, {}));
      expect(message).toContain(`${profilesFile()} is damaged: mend it, or delete it`);
      expect(message).not.toContain('secret.example');
      expect(await rejection(rememberProfile({ name: 'a', domain: 'b', clientId: 'c', useDPoP: true }))).toBeTruthy();
      expect(await readFile(profilesFile(), 'utf8')).toBe(damage);
    }
    expect(await run('token')).toMatchObject({ code: 1, stderr: expect.stringContaining('delete it') });
    for (const strange of [null, 5, 'text', {}, { domain: 5, clientId: [] }, { domain: 'a.example' }]) {
      const all = { default: strange, other: { domain: 'b.example', clientId: 'c' } };
      await writeFile(profilesFile(), JSON.stringify(all));
      expect((await rejection(readProfile({}, {}))).message).toContain('give --domain and --client-id');
    }
    vi.unstubAllEnvs();
    expect((await logIn()).code).toBe(0);
    expect(await remembered()).toMatchObject({ default: { clientId }, other: { domain: 'b.example', clientId: 'c' } });
  });
});

describe('postern token', { timeout: 60_000 }, () => {
  it('prints the token and nothing else, renews it when due, and revokes the session at logout', async () => {
    await logIn();
    const first = await run('token');
    expect(first).toEqual({ code: 0, stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/), stderr: '' });
    expect((await run('token')).stdout).toBe(first.stdout);
    // Some time must have gone by until the token lives shorter than that.
    await vi.waitFor(async () => expect((await run('token --min-ttl 86398')).stdout).not.toBe(first.stdout), 20_000);
    expect((await run('token --min-ttl 90000')).stderr).toContain('less than the 90000 s asked for');
    const { stdout } = await run('status --json');
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'default',
      domain: world.origin,
      token: { tokenType: 'DPoP', isRenewable: true },
      storage: { directory: join(env.XDG_CONFIG_HOME ?? '', 'postern'), protection: expect.any(String) },
    });
    expect((await run('status')).stdout).toMatch(/^Signed in as user@example.com\n {2}profile {3}default\n/);
    const issued = await world.issued();
    expect(await run('logout')).toEqual({ code: 0, stdout: 'Signed out.\n', stderr: '' });
    expect(await world.issued()).toBe(issued);
    const revoked = await world.tenant.context.events.list({ type: 'revoke.success', limit: 10 });
    expect(revoked.length).toBeGreaterThan(0);
    expect(await run('token')).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('postern login') });
    expect((await run('logout')).stdout).toBe('Nobody was signed in.\n');
  });

  it('headers give what an API takes, for one request', async () => {
    await logIn();
    const url = `${world.origin}/userinfo`;
    const send = async (args: string) => {
      const { stdout, code } = await run(`headers --url ${url} ${args}`);
      expect(code).toBe(0);
      const lines = stdout.trim().split('\n');
      const headers = lines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]);
      expect(headers.map(([name]) => name.toLowerCase()).sort()).toEqual(['authorization', 'dpop']);
      return fetch(url, { headers });
    };
    const challenged = await send('');
    const nonce = challenged.headers.get('dpop-nonce') ?? '';
    expect([challenged.status, nonce]).toEqual([401, expect.stringMatching(/./)]);
    const answered = await send(`--nonce ${nonce}`);
    expect([answered.status, await answered.json()]).toEqual([200, expect.objectContaining({ sub: 'auth0|sample' })]);
    const post = JSON.parse((await run(`headers --url ${url} --method post --json`)).stdout) as Record<string, string>;
    const claims = JSON.parse(Buffer.from(post.DPoP?.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ htm: 'POST', htu: url });
    expect((await run(`headers --url ${url} --nonce a"b`)).code).toBe(2);
  });

  it('says what is wrong by its exit code, its message and in JSON', async () => {
    expect((await run('token')).code).toBe(2);
    const named = `--domain ${world.origin} --client-id ${clientId}`;
    expect(await run(`token ${named}`)).toMatchObject({ code: 3, stderr: expect.stringContaining('postern: ') });
    expect(JSON.parse((await run(`token ${named} --json`)).stdout).error).toMatchObject({ exitCode: 3 });
    await logIn();
    expect((await run(`token --audience ${filesApi}`)).code).toBe(1);
    expect((await run('token --min-ttl soon')).code).toBe(2);
    expect((await run('headers --url nonsense')).code).toBe(2);
    expect((await run('login --port 99999')).code).toBe(2);
    expect((await run('logout --device')).code).toBe(2);
    expect((await run('nonsense')).code).toBe(2);
  });

  it('a session that the tenant has ended is 3, and says how to begin another', async () => {
    await logIn();
    for (const { id } of await world.tenant.control.families.list()) await world.tenant.control.families.revoke(id);
    const ended = await run('token --refresh');
    expect(ended).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('Sign in with: postern login'),
    });
    expect(await run('status')).toMatchObject({ code: 3, stderr: expect.stringContaining('Nobody is signed in.') });
  });

  it('a client that the tenant does not know is 4, with what to look at', async () => {
    const { code, stderr } = await run(`login --domain ${world.origin} --client-id nobody --device`);
    expect(code).toBe(4);
    expect(stderr).toContain('The tenant knows no such client, or it may not do this: look at --client-id');
  });

  it('an unreachable tenant is 5, and signs nobody out', async () => {
    await logIn();
    // As many as there are attempts.
    for (let n = 0; n < 4; n++) world.tenant.control.faults.add({ path: '/oauth/token', kind: 'respond', status: 503 });
    const refused = await run('token --scope write:notes');
    world.tenant.control.faults.clear();
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('Try again later') });
    expect((await run('token')).code).toBe(0);
    const closed = await createNodeWorld();
    await closed.close();
    const nowhere = await run(`login --domain ${closed.origin} --client-id x --device`);
    expect(nowhere).toMatchObject({ code: 5, stderr: expect.stringContaining('ECONNREFUSED') });
  });
});

it('secrets are in no argument, no message and no file that others can read', { timeout: 60_000 }, async () => {
  await logIn('--no-dpop');
  const { stdout: token } = await run('token');
  const typed = await run(`token ${token.trim()}`);
  expect(typed.code).toBe(2);
  expect(typed.stderr).not.toContain(token.trim());
  const help = await run('--help');
  expect(help.stdout).not.toMatch(/--(token|password|secret)/);
});

it('help, version and completions need no tenant', { timeout: 60_000 }, async () => {
  for (const args of ['', 'help', '--help']) {
    const { code, stdout } = await run(args);
    expect([code, stdout.includes('Exit codes')]).toEqual([0, true]);
  }
  for (const args of ['token --help', 'help token', 'token -h --min-ttl 3']) {
    const { code, stdout } = await run(args);
    expect([code, stdout.startsWith('postern token: print an access token')]).toEqual([0, true]);
  }
  expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const shell of ['bash', 'zsh', 'fish']) expect((await run(`completion ${shell}`)).stdout).toContain('whoami');
  expect(await run('completion csh')).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh or fish') });
});

it('whoever stops reading has heard enough: no word of it', { timeout: 60_000 }, async () => {
  const { child, ended } = start(['--help']);
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

it('what a server says is shown, not obeyed by the terminal', { timeout: 60_000 }, async () => {
  const orders = '\u001b[2J\u009b31m\r\n';
  const server = await createTestServer();
  let device: object = { error: 'access_denied', error_description: `No.${orders}` };
  server.answer = ({ url = '' }, response) => {
    response.writeHead(url.startsWith('/.well-known') ? 404 : 'error' in device ? 403 : 200);
    response.end(
      JSON.stringify(url.endsWith('/token') ? { error: 'access_denied', error_description: orders } : device),
    );
  };
  const asked = `login --device --domain ${server.origin} --client-id abc1`;
  const obeyed = /(?!\n)\p{Cc}/u;
  const refused = await run(asked);
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('No. [2J 31m') });
  expect(refused.stderr).not.toMatch(obeyed);
  expect((await run(`${asked} --json`)).stdout).not.toMatch(obeyed);
  device = {
    device_code: 'd',
    user_code: `AB${orders}CD`,
    verification_uri: `https://shop.test/${orders}`,
    expires_in: 60,
    interval: 0,
  };
  const coded = await run(asked);
  expect(coded.stderr).toContain('check the code    AB [2J 31m  CD');
  expect(coded.stderr).not.toMatch(obeyed);
  await server.close();

  const { users } = world.tenant.control;
  await users.update('auth0|sample', { profile: { name: `Robin${orders}` } });
  try {
    const named = await start(['login', ...where().split(' '), '--scope', 'openid profile']).ended;
    expect(named).toMatchObject({ code: 0, stdout: 'Signed in as Robin [2J 31m  .\n' });
    expect((await run('whoami')).stdout).toBe('Robin [2J 31m  \n');
    expect((await run('whoami --json')).stdout).not.toMatch(obeyed);
  } finally {
    await users.update('auth0|sample', { profile: { name: 'Robin Sample' } });
  }
});

it('a slip of the pen is told with what was meant', { timeout: 60_000 }, async () => {
  const slips: readonly (readonly [args: string, ...told: string[]])[] = [
    ['lgoin', 'no command "lgoin"', 'Did you mean login?', 'Try: postern --help'],
    ['token --min-tll 3', 'no option --min-tll', 'Did you mean --min-ttl?'],
    ['logout --device', '"postern logout" has no option --device', 'Try: postern logout --help'],
    ['headers --domain a.example --client-id b', '--url https://', 'Try: postern headers --help'],
    ['token', 'give --domain and --client-id', 'Try: postern login --help'],
    ['token --domain', '--domain', 'Try: postern --help'],
  ];
  for (const [args, ...told] of slips) {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    for (const text of told) expect(stderr).toContain(text);
  }
  const pasted = await run(`${'eyJhbGciOiJFUzI1NiJ9'.repeat(3)} --toke=${'s3cret'.repeat(3)}`);
  expect(pasted.stderr).not.toMatch(/eyJ|s3cret/);
  expect((await run('eyJhbGciOiJFUzI1NiJ9.eyJhbGciOiJFUzI1NiJ9')).stderr).not.toContain('eyJ');
});

it('token --audience gives one for another API, kept until --refresh', { timeout: 60_000 }, async () => {
  const find = (id: string) => sampleConfig.clients.find((one) => one.clientId === id);
  const [cli, spa] = [find(clientId), find('postern-spa')];
  if (!cli || !spa) throw new Error('The sample has no such clients.');
  world.tenant.control.addClient({ ...cli, clientId: 'many', name: 'Many', refreshToken: { ...spa.refreshToken } });
  const login = await run(`login --domain ${world.origin} --client-id many --audience ${audience} --no-dpop`);
  expect(login.code).toBe(0);
  const audienceOf = (token: string) =>
    (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { aud: string | string[] }).aud;
  // Made in the same second, two tokens are the same to a letter.
  const before = await world.issued();
  const issued = [];
  for (const more of ['', '', '--refresh']) {
    const { code, stdout } = await run(`token --audience ${filesApi} --scope read:files ${more}`);
    expect([code, [audienceOf(stdout)].flat()]).toEqual([0, expect.arrayContaining([filesApi])]);
    issued.push((await world.issued()) - before);
  }
  expect(issued).toEqual([1, 1, 2]);
  const own = await run('token');
  expect([audienceOf(own.stdout)].flat()).toContain(audience);
  expect((await run(`token --audience ${audience}`)).stdout).toBe(own.stdout);
});

it('token --refresh gets another, however good the old one is', { timeout: 60_000 }, async () => {
  await logIn('--no-dpop');
  const first = await run('token');
  // Made in the same second it would be the same to a letter.
  world.tenant.control.clock.advance(2000);
  const second = await run('token --refresh');
  expect([second.code, second.stdout === first.stdout]).toEqual([0, false]);
  expect((await run('token')).stdout).toBe(second.stdout);
});
