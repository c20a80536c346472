import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltCli, buildCli } from './support/cli.ts';
import { claimsOf } from './support/protocol.ts';

/** What the command line adds to a tenant, tried with the command as it is published. */

let cli: BuiltCli;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-extras-'));
  cli = await buildCli();
}, 120_000);
afterAll(async () => {
  await cli.remove();
  await rm(folder, { recursive: true, force: true });
});

async function startReady(args: readonly string[]) {
  const process = cli.start(['--port', '0', '--json', ...args]);
  const ready = JSON.parse(await process.output(/\n/)) as { issuer: string; secret: string; ca?: string };
  return { process, ready };
}

async function writeActions(name: string, files: Record<string, string>): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory, { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(join(directory, file), content);
  return directory;
}

describe('fixed codes', () => {
  it('are warned of at every start, louder where others reach the tenant', async () => {
    const file = join(folder, 'fixed-codes.json');
    const users = [
      { id: 'email|a', connection: 'email', email: 'a@example.com', fixedCode: '123456' },
      { id: 'email|b', connection: 'email', email: 'b@example.com' },
    ];
    const connections = [{ name: 'email', strategy: 'email' }];
    await writeFile(file, JSON.stringify({ clients: [], connections, users }));
    const local = cli.start(['--port', '0', '--json', '--config', file]);
    await local.output(/\n/);
    const { stderr } = await local.end('SIGTERM');
    expect(stderr).toMatch(/warning: a@example\.com has a fixed code: whoever knows the address can sign in/);
    expect(stderr).not.toMatch(/123456|b@example|network/);
    const exposed = cli.start(['--port', '0', '--host', '0.0.0.0', '--json', '--config', file]);
    await exposed.output(/\n/);
    expect((await exposed.end('SIGTERM')).stderr).toMatch(/and 0\.0\.0\.0 is open to the network/);
  });
});

describe('--actions', () => {
  it("runs Auth0's CommonJS in a project of ES modules, ES modules, and TypeScript", async () => {
    const directory = await writeActions('actions', {
      'package.json': '{"type":"module"}',
      'a.js':
        "const { createHash } = require('crypto'); exports.onExecutePostLogin = async (event, api) => { api.idToken.setCustomClaim('a', createHash('md5').update(event.user.email).digest('hex').length); };",
      'b.js':
        "import { sep } from 'node:path'; export const onExecutePostLogin = async (event, api) => { api.idToken.setCustomClaim('b', sep); };",
      'c.ts':
        'export const onExecutePostLogin = async (event: { client: { name: string } }, api: { idToken: { setCustomClaim(name: string, value: unknown): unknown } }): Promise<void> => { api.idToken.setCustomClaim("c", event.client.name); };',
    });
    const { process, ready } = await startReady(['--actions', directory]);
    const response = await fetch(`${ready.issuer}oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'postern-native',
        username: 'user@example.com',
        password: 'Correct-Horse-42',
        scope: 'openid',
      }),
    });
    const tokens = (await response.json()) as { id_token?: string };
    expect(claimsOf(tokens.id_token)).toMatchObject({ a: 32, b: '/', c: 'Sample mobile app' });
    expect((await process.end('SIGTERM')).stderr).toBe('');
  });

  it.each([
    ['nothing there', {}, /holds no Action/],
    [
      'CommonJS called a module',
      { 'a.mjs': 'exports.onExecutePostLogin = () => {}' },
      /a\.mjs cannot be used:\s+is read as an ES module, and exports is not defined.*\.cjs/s,
    ],
    ['a mistake', { 'a.js': 'exports.onExecutePostLogin = (' }, /a\.js cannot be used:\s+cannot be loaded/],
  ])('ends at once with the file and the reason: %s', async (name, files, message) => {
    const directory = await writeActions(name.replaceAll(' ', '-'), files as Record<string, string>);
    const { code, stdout, stderr } = await cli.start(['--port', '0', '--actions', directory]).end();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('a folder in a configuration file is found from where the file is', async () => {
    await writeActions('relative/rules', { 'a.cjs': 'exports.onExecutePostLogin = () => {}' });
    const config = join(folder, 'relative', 'tenant.json');
    await writeFile(config, JSON.stringify({ actions: { directory: 'rules' } }));
    const process = cli.start(['--port', '0', '--config', config]);
    expect(await process.output(/Ctrl-C/)).toMatch(/Action +a\.cjs/);
    await process.end('SIGTERM');
  });
});

describe('--https', () => {
  it('tells the path of the authority, by which it can be trusted', async () => {
    const { process, ready } = await startReady(['--https', '--data', join(folder, 'https')]);
    expect(ready.issuer).toMatch(/^https:\/\/localhost:\d+\/$/);
    expect(ready.ca).toBe(join(folder, 'https', 'certificate-authority', 'ca.pem'));
    const ca = await readFile(ready.ca ?? '', 'utf8');
    const status = await new Promise((resolve, reject) => {
      request(`${ready.issuer}.well-known/jwks.json`, { ca, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    expect((await process.end('SIGTERM')).code).toBe(0);
  });
});

describe('import-users', () => {
  it('puts users into kept data, from where they log in; a second run is refused one by one', async () => {
    const file = join(folder, 'users.ndjson');
    const data = join(folder, 'kept');
    await writeFile(
      file,
      '{"email":"old@example.com","email_verified":true,"custom_password_hash":{"algorithm":"md5","hash":{"value":"5f4dcc3b5aa765d61d8327deb882cf99","encoding":"hex"}}}\n{"email":"no"}\n',
    );
    const first = await cli.start(['import-users', file, '--data', data]).end();
    expect(first).toMatchObject({ code: 1, stderr: '' });
    expect(first.stdout).toMatch(/^2 users: 1 created, 0 changed, 1 refused\.\n {2}user 2 \(no\): email: /);
    const again = await cli.start(['import-users', file, '--data', data, '--json', '--upsert']).end();
    expect(JSON.parse(again.stdout)).toMatchObject({ total: 2, inserted: 0, updated: 1, failed: 1 });

    const config = join(folder, 'no-users.json');
    await writeFile(config, '{}');
    const { process, ready } = await startReady(['--data', data, '--config', config]);
    const users = await fetch(`${ready.issuer}__tenant/api/users`, {
      headers: { authorization: `Bearer ${ready.secret}` },
    });
    const found = (await users.json()) as { email: string; emailVerified: boolean }[];
    expect(found.map(({ email, emailVerified }) => ({ email, emailVerified }))).toEqual([
      { email: 'old@example.com', emailVerified: true },
    ]);
    await process.end('SIGTERM');
  });

  it.each([
    [['import-users'], 2, /import-users takes one file name/],
    [['import-users', 'a', 'b', '--data', 'x'], 2, /import-users takes one file name/],
    [['import-users', 'users.json'], 2, /needs --data DIR or --database URL/],
    [['--upsert'], 2, /--upsert belongs to import-users/],
    [['--smtp', 'localhost:1025'], 2, /--smtp must begin with smtp:\/\/ or smtps:\/\//],
    [['--smtp', 'http://user:hunter2@localhost'], 2, /--smtp must begin with/],
    [['--sms-webhook', 'ftp://localhost'], 2, /--sms-webhook must begin with http:\/\/ or https:\/\//],
  ])('wrong use is explained: %j', async (args, code, message) => {
    const ended = await cli.start(args).end();
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).not.toContain('hunter2');
  });

  it('a file that is not there, or not of users, changes nothing', async () => {
    const data = join(folder, 'unchanged');
    const missing = await cli.start(['import-users', join(folder, 'none.json'), '--data', data]).end();
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/ENOENT/);
    const csv = join(folder, 'users.csv');
    await writeFile(csv, 'email\na@example.com\n');
    const wrong = await cli.start(['import-users', csv, '--data', data]).end();
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/line 1 is not JSON/);
  });
});
