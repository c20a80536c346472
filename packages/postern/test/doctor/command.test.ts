import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTenant, sampleConfig, type Tenant } from '@postern/tenant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorsOf } from '../../../../scripts/lib/links.mjs';
import { sections } from '../../src/cli/doctor/finding.ts';
import { type AppFiles, expoConfig, expoModules, makeApp, removeApps } from './support.ts';

/** `postern doctor` as it is run: in a folder, by a shell or a script. */

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const docs = fileURLToPath(new URL('../../../../docs', import.meta.url));

let tenant: Tenant;
let origin: string;
beforeAll(async () => {
  tenant = await createTenant(sampleConfig);
  ({ origin } = new URL((await tenant.listen({ port: 0 })).url));
});
afterAll(() => Promise.all([tenant.close(), removeApps()]));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runIn(cwd: string, args: string, { input = '', env = {} }: { input?: string; env?: object } = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [program, ...args.split(' ')], {
    cwd,
    env: { ...process.env, PATH, HOME, XDG_CONFIG_HOME: cwd, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise<Run>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
const run = async (app: AppFiles, args: string, more?: { input?: string; env?: object }) =>
  runIn(await makeApp(app), args, more);

const web: AppFiles = { packages: { postern: '0.1.0', vite: '8.3.8' } };

describe('postern doctor', { timeout: 60_000 }, () => {
  it('reports an app with nothing wrong, and ends with 0', async () => {
    const files = { '.env': `VITE_AUTH0_DOMAIN=${origin}\nVITE_AUTH0_CLIENT_ID=postern-spa\n` };
    expect(await run({ ...web, files }, 'doctor')).toEqual({
      code: 0,
      stderr: '',
      stdout: `App     my-app, an app for browsers (Vite)
Tenant  ${origin} (.env, line 1)
Client  postern-spa (.env, line 2)

App
  ✓ Node ${process.versions.node}
  ✓ postern 0.1.0

Tenant
  ✓ ${origin} answers, and its metadata is as it should be.
  ✓ Tokens are bound to a key of the app (DPoP with ES256).

Client and addresses
  ✓ The client "postern-spa" is known.
  ✓ The callback URL http://localhost:5173 is taken (where Vite serves it during
    development).
  ✓ The logout URL http://localhost:5173 is taken (where Vite serves it during
    development).
  ✓ The web origin http://localhost:5173 is taken (where Vite serves it during
    development).

Nothing was found wrong.
`,
    });
  });

  it('says what is wrong, what to do and where to read on, and ends with 1', async () => {
    const args = `doctor --domain ${origin} --client-id postern-spa --web-origin https://app.shop.test`;
    const { code, stdout, stderr } = await run({ packages: { vite: '8.3.8' } }, args);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain(`
  ✗ The app does not have the package postern.
    Add it:
      npm install postern
    docs/quick-start.md
`);
    expect(stdout).toContain(`
  ✗ The tenant refuses the callback URL https://app.shop.test (as you gave it):
    a login ends with "Callback URL mismatch".
    Register it, letter for letter, in "callbacks" of the client in the tenant's
    configuration:
      https://app.shop.test
    docs/doctor.md#client-and-addresses
`);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('4 things are wrong (✗).');
    expect(stdout).not.toContain('\u001b');
  });

  it('prints JSON for scripts, with the same exit code', async () => {
    const { code, stdout, stderr } = await run(web, `doctor --json --domain ${origin} --client-id nobody`);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      app: { name: 'my-app', kind: 'browser' },
      domain: origin,
      clientId: 'nobody',
      findings: expect.arrayContaining([
        {
          part: 'Client and addresses',
          code: 'client-unknown',
          level: 'error',
          message: `The tenant ${origin} does not know the client "nobody".`,
          remedy: expect.any(String),
          docs: 'docs/doctor.md#client-and-addresses',
        },
      ]),
    });
  });

  it('in a folder without an app looks at the tenant all the same', async () => {
    const folder = await makeApp({});
    const { code, stdout } = await runIn(`${folder}/..`, `doctor --domain ${origin} --client-id postern-spa`);
    expect(code).toBe(1);
    expect(stdout).toContain(
      '  ✗ There is no package.json in this folder: the app was not looked at.\n    Run this in the folder of the app.\n    docs/doctor.md#what-it-reads\n',
    );
    expect(stdout).toContain('✓ The client "postern-spa" is known.');
  });

  it('shows the line of what is broken in app.json', async () => {
    const files = { 'app.json': '{\n  "expo": {\n    "name": "x",,\n  }\n}\n' };
    const { code, stdout } = await run({ packages: expoModules, files }, 'doctor');
    expect(code).toBe(1);
    expect(stdout).toContain('  ✗ app.json cannot be read: line 3, column 17: unexpected ",".\n');
  });

  it('ends with 5 when only the tenant cannot be reached', async () => {
    const { code, stdout } = await run(web, 'doctor --domain http://127.0.0.1:9 --client-id a');
    expect(code).toBe(5);
    expect(stdout).toContain('  ✗ http://127.0.0.1:9 cannot be reached: ');
    expect(stdout).toContain('      http://localhost:5173\n');
  });

  it('takes what Expo prints from a pipe', async () => {
    const files = { 'app.config.js': 'process.exit(9)' };
    const input = JSON.stringify({ ...expoConfig, scheme: 'other' });
    const { code, stdout } = await run({ packages: expoModules, files }, 'doctor --app-config -', { input });
    expect(code).toBe(1);
    expect(stdout).toContain('  ✗ standard input names the scheme "other", but not "com.example.app.auth0":');
  });

  it('knows what "postern login" was told, for programs', async () => {
    const profiles = { default: { domain: origin, clientId: 'postern-cli', useDPoP: true } };
    const app: AppFiles = { packages: { postern: '0.1.0' }, files: { 'postern/profiles.json': profiles } };
    const { code, stdout } = await run(app, 'doctor');
    expect(stdout).toContain(
      `Tenant  ${origin} (the profile "default")\nClient  postern-cli (the profile "default")\n`,
    );
    expect(code).toBe(0);
  });

  it('refuses what it cannot use, with 2', async () => {
    for (const args of ['doctor somewhere', 'doctor --web-origin app']) {
      const { code, stdout, stderr } = await run({}, args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^postern: .*\nTry: postern doctor --help\n$/);
    }
  });

  it('has colours where they are asked for', async () => {
    const { stdout } = await run(web, 'doctor', { env: { FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[32m✓\u001b[39m');
  });
});

it('every finding leads to a section that is there, and is explained in docs/doctor.md', () => {
  const guide = readFileSync(`${docs}/doctor.md`, 'utf8');
  for (const [code, section] of Object.entries(sections)) {
    const [file = '', anchor] = section.split('#');
    const anchors = anchorsOf(readFileSync(`${docs}/${file}`, 'utf8'));
    if (anchor) expect([...anchors]).toContain(anchor);
    expect(guide).toContain(`\`${code}\``);
  }
});
