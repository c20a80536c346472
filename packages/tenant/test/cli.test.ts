import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { refuseOldNode } from '../src/support/refuse-old-node.ts';
import { type BuiltCli, buildCli } from './support/cli.ts';

let cli: BuiltCli;
let folder: string;
beforeAll(async () => {
  [cli, folder] = await Promise.all([buildCli(), mkdtemp(join(tmpdir(), 'postern-cli-'))]);
});
afterAll(async () => {
  await cli?.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Ready {
  ready: true;
  issuer: string;
  control: string;
  secret: string;
}

async function startReady(...args: string[]) {
  const process = cli.start(['--json', '--port', '0', ...args]);
  const ready = JSON.parse(await process.output(/\n/)) as Ready;
  const api = async (path: string, body?: unknown) => {
    const response = await fetch(`${ready.control}/api${path}`, {
      headers: { authorization: `Bearer ${ready.secret}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return response.status === 204 ? undefined : response.json();
  };
  return { process, ready, api };
}

/** An address somebody else uses. */
async function occupy(port: number) {
  const server = createServer();
  const taken = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  return {
    port: taken ? (server.address() as AddressInfo).port : port,
    free: () => new Promise<void>((resolve) => (taken ? server.close(() => resolve()) : resolve())),
  };
}

describe('postern-tenant', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '--json tells one line when ready, answers, and closes cleanly on %s',
    async (signal) => {
      const { process, ready } = await startReady();
      const { port } = new URL(ready.issuer);
      expect(process.stdout()).toBe(
        `{"ready":true,"issuer":"http://localhost:${port}/","control":"http://localhost:${port}/__tenant","secret":"${ready.secret}"}\n`,
      );
      expect(ready.secret).toMatch(/^[\w-]{43}$/);
      const metadata = await (await fetch(`${ready.issuer}.well-known/openid-configuration`)).json();
      expect(metadata).toMatchObject({ issuer: ready.issuer });
      const { code, stdout, stderr } = await process.end(signal);
      expect({ code, lines: stdout.split('\n').length - 1, stderr }).toEqual({ code: 0, lines: 1, stderr: '' });
      await expect(fetch(ready.issuer)).rejects.toThrow();
    },
  );

  it('tells a person what it is, where, and how to sign in', async () => {
    const process = cli.start(['--port', '0']);
    const text = await process.output(/Ctrl-C/);
    expect(text).toMatch(/local identity provider for development and tests\. Not for production\./);
    expect(text).toMatch(/Issuer +http:\/\/localhost:\d+\//);
    expect(text).not.toContain('which is taken');
    for (const part of [
      'postern-spa',
      'postern-native',
      'postern-cli',
      'https://api.postern.test (read:notes write:notes)',
      'user@example.com / Correct-Horse-42',
    ]) {
      expect(text).toContain(part);
    }
    const dashboard = /Dashboard +(\S+)/.exec(text)?.[1] ?? '';
    expect(dashboard).toMatch(/\/__tenant\?secret=[\w-]{43}$/);
    const opened = await fetch(dashboard, { redirect: 'manual' });
    const cookie = opened.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const page = await fetch(new URL(opened.headers.get('location') ?? '', dashboard), { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await process.end('SIGINT')).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes a free port when 4455 is taken', async () => {
    const other = await occupy(4455);
    const process = cli.start(['--json']);
    const ready = JSON.parse(await process.output(/\n/)) as Ready;
    expect(new URL(ready.issuer).port).not.toBe('4455');
    expect((await fetch(`${ready.issuer}.well-known/jwks.json`)).status).toBe(200);
    await process.end('SIGTERM');
    const shown = cli.start([]);
    expect(await shown.output(/Ctrl-C/)).toContain('Port         not 4455, which is taken');
    await shown.end('SIGTERM');
    await other.free();
  });

  it('fails with a sentence when the port asked for is taken', async () => {
    const other = await occupy(0);
    const { code, stderr, stdout } = await cli.start(['--port', String(other.port)]).end();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^postern-tenant: .*EADDRINUSE.*\n$/);
    await other.free();
  });

  it.each([
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--port', 'http'], '--port "http" is not allowed; give a number from 0 to 65535'],
    [['--port', '65536'], '--port "65536" is not allowed'],
    [['--port'], "'--port <value>' argument missing"],
    [['serve'], 'there is no command "serve"; allowed: init'],
    [['init', 'a', 'b'], 'init takes one file name'],
    [['--data', 'x', '--database', 'postgres://x/y'], '--data and --database exclude each other'],
    [['--database', 'mysql://root:hunter2@x/y'], '--database must begin with postgres://'],
    [['--issuer', 'https://acme.auth0.com'], 'looks like production'],
    [['--issuer', 'nonsense'], 'is not allowed'],
  ])('answers %j with what is wrong and exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await cli.start(args).end();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('Try: postern-tenant --help');
    expect(stderr).not.toContain('hunter2');
  });

  it('says which Node it needs, not which module an older one lacks', () => {
    for (const version of ['v22.13.0', 'v24.0.0', 'v100.0.1']) expect(() => refuseOldNode(version)).not.toThrow();
    for (const version of ['v22.12.9', 'v20.20.2', 'v9.99.0']) {
      const refusal = { message: expect.stringContaining(`this is Node ${version}, and a tenant needs >=22.13`) };
      expect(() => refuseOldNode(version)).toThrow(expect.objectContaining({ ...refusal, code: 'node_too_old' }));
    }
  });

  it('shows its help and its version', async () => {
    const help = await cli.start(['--help']).end();
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of [
      '--port',
      '--host',
      '--issuer',
      '--config',
      '--data',
      '--database',
      '--json',
      '--import',
      '--export-on-exit',
      'init',
    ]) {
      expect(help.stdout).toContain(flag);
    }
    expect(await cli.start(['-v']).end()).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  it('init writes an example that starts, and never replaces a file', async () => {
    expect(await cli.start(['init'], { cwd: folder }).end()).toMatchObject({ code: 0, stderr: '' });
    const file = join(folder, 'tenant.config.jsonc');
    const { process, api } = await startReady('--config', file);
    expect(await api('/users')).toMatchObject([{ id: 'auth0|alice' }]);
    await process.end('SIGTERM');
    const again = await cli.start(['init'], { cwd: folder }).end();
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/^postern-tenant: tenant\.config\.jsonc cannot be used:\n {2}is there already/);
  });

  it.each([
    ['syntax.ts', 'export default {\n  clients: [ }', 'Expression expected (line 2)'],
    ['thrown.mjs', "\n\nthrow new Error('out of coffee');", 'out of coffee (line 3)'],
    ['unknown.ts', 'export default {\n  clients,\n};', 'clients is not defined (line 2)'],
    ['missing.mjs', "import './nowhere.mjs';", 'Cannot find module'],
  ])('says in which line a module goes wrong: %s', async (name, text, message) => {
    const file = join(folder, name);
    await writeFile(file, text);
    const { code, stderr } = await cli.start(['--config', file]).end();
    expect(code).toBe(1);
    expect(stderr).toContain(`postern-tenant: ${file} cannot be used:\n  ${message}`);
  });

  it('a PostgreSQL that does not answer is told in a sentence, without the password', async () => {
    const closed = await occupy(0);
    await closed.free();
    const url = `postgres://robin:hunter2@127.0.0.1:${closed.port}/tenant`;
    const { code, stderr } = await cli.start(['--database', url]).end();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^postern-tenant: The PostgreSQL database cannot be used:\n {2}connect ECONNREFUSED .*\. Does the/,
    );
    expect(stderr).not.toMatch(/hunter2|\n {4}at /);
  });

  it('refuses a configuration by file and path', async () => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, '{ "clients": [{ "clientId": "a", "name": "A", "type": "webapp" }] }');
    const { code, stdout, stderr } = await cli.start(['--config', file]).end();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `postern-tenant: ${file} cannot be used:\n  clients[0].type: "webapp" is not allowed; allowed: spa, native, regular, machine\n`,
    );
  });

  it('exports on exit, readable by its owner only, and starts from it again with the same ids and keys', async () => {
    const file = join(folder, 'data.json');
    const first = await startReady('--import', file, '--export-on-exit', file);
    const user = await first.api('/users', { email: 'kept@example.com' });
    const kids = await (await fetch(`${first.ready.issuer}.well-known/jwks.json`)).json();
    expect(await first.process.end('SIGTERM')).toMatchObject({ code: 0 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const exported = await readFile(file, 'utf8');

    const second = await startReady('--import', file, '--export-on-exit', file);
    expect(await second.api(`/users/${encodeURIComponent(user.id)}`)).toEqual(user);
    expect(await (await fetch(`${second.ready.issuer}.well-known/jwks.json`)).json()).toEqual(kids);
    expect(await second.process.end('SIGINT')).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(file, 'utf8')).toBe(exported);
  });

  it('exports what a request that was still running has done, too', async () => {
    const file = join(folder, 'late.json');
    const { process, ready, api } = await startReady('--export-on-exit', file);
    await api('/faults', { kind: 'delay', path: '/dbconnections/signup', ms: 500 });
    const signup = fetch(`${ready.issuer}dbconnections/signup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'postern-spa',
        connection: 'Username-Password-Authentication',
        email: 'late@example.com',
        password: 'Correct-Horse-42',
      }),
    });
    // The tenant has taken the request up once it has used the fault.
    await expect.poll(async () => ((await api('/faults')) as unknown[]).length).toBe(0);
    const ended = process.end('SIGTERM');
    expect((await signup).status).toBe(200);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(file, 'utf8')).toContain('late@example.com');
  });

  it.each([
    ['is not there', 'nowhere.json', undefined],
    ['is no JSON', 'broken.json', '{'],
    ['is something else', 'other.json', '{"users":[]}'],
  ])('fails when the file to import %s', async (_, name, text) => {
    const file = join(folder, name);
    if (text !== undefined) await writeFile(file, text);
    const { code, stdout, stderr } = await cli.start(['--json', '--port', '0', '--import', file]).end();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^postern-tenant: /);
    expect(stderr).toContain(name);
  });

  it('keeps its data in a folder, also when killed', async () => {
    const data = join(folder, 'data');
    const first = await startReady('--data', data);
    const user = await first.api('/users', { email: 'kept@example.com' });
    await first.process.end('SIGKILL');
    const second = await startReady('--data', data);
    expect(await second.api('/users?search=kept@')).toEqual([user]);
    expect(second.ready.secret).not.toBe(first.ready.secret);
    await second.process.end('SIGTERM');
  });

  it('a data folder that cannot be used is named, with what it has to be', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    const broken = join(folder, 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'tenant.sqlite'), 'This is no database, and long enough to tell.'.repeat(40));
    for (const [data, reason] of [
      [file, 'EEXIST'],
      [broken, 'file is not a database'],
    ] as const) {
      const { code, stdout, stderr } = await cli.start(['--data', data]).end();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.startsWith(`postern-tenant: ${data} cannot be used:\n  ${reason}`), stderr).toBe(true);
      expect(stderr).toContain('Data is kept in tenant.sqlite of a folder that this user may write to.');
    }
  });

  it('--host opens it to the network, and says so', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    const address = outside?.address ?? '127.0.0.2';
    const closed = await startReady();
    await expect(fetch(`http://${address}:${new URL(closed.ready.issuer).port}/`)).rejects.toThrow();
    await closed.process.end('SIGTERM');

    const process = cli.start(['--port', '0', '--host', '0.0.0.0']);
    const text = await process.output(/Ctrl-C/);
    expect(text).toContain('open to everybody who reaches 0.0.0.0');
    const { port } = new URL(/Issuer +(\S+)/.exec(text)?.[1] ?? '');
    expect((await fetch(`http://${address}:${port}/.well-known/jwks.json`)).status).toBe(200);
    await process.end('SIGTERM');
  });

  it('announces the issuer it was given, and a control API that this machine reaches', async () => {
    const { process, ready, api } = await startReady('--issuer', 'http://10.0.2.2:4455');
    expect(ready.issuer).toBe('http://10.0.2.2:4455/');
    expect(ready.control).toMatch(/^http:\/\/localhost:\d+\/__tenant$/);
    expect(await api('/users')).toHaveLength(2);
    await process.end('SIGTERM');
  });
});
