import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleConfig } from '@postern/tenant';
import { openCertificateAuthority } from '../../packages/tenant/src/https/certificate-authority.ts';
import { versionOf } from '../lib/result.ts';
import { expectJson } from './http-client.ts';
import type { Work } from './load.ts';
import { freePort, type Running, startProcess } from './process.ts';
import { audience, callback, password, type SignInTarget, scope, signIn } from './sign-in.ts';

/** A server that somebody may develop and test against, started and asked in its own way. */
export interface Contender {
  /** As the tables call it. */
  readonly name: string;
  readonly version: string;
  start(): Promise<Running>;
  readonly signInAt: (origin: string) => SignInTarget;
  /** Person of connection `lane`. */
  readonly emailOf: (lane: number) => string;
  /** Body of a client_credentials request. */
  readonly machine: Readonly<Record<string, string>>;
}

export const CONNECTIONS = [1, 16] as const;
const PEOPLE = Math.max(...CONNECTIONS);
const secret = 'a-secret-of-the-bench-alone';

const personOf = (lane: number) => `person-${lane}@example.com`;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const settings = {
  PEOPLE: String(PEOPLE),
  PASSWORD: password,
  AUDIENCE: audience,
  SCOPE: scope,
  CALLBACK: callback,
  SECRET: secret,
};

async function start(program: string, { args = [] as string[], env = {}, secure = false } = {}): Promise<Running> {
  const port = await freePort();
  return startProcess([program, ...args.map((text) => text.replace('PORT', String(port)))], {
    port,
    secure,
    env: { ...settings, ...env },
  });
}

const atTenant = (origin: string): SignInTarget => ({
  origin,
  authorizePath: '/authorize',
  tokenPath: '/oauth/token',
  clientId: 'postern-spa',
  parameters: { audience },
});

/** The command as people start it, on the sample, with a client for client_credentials; its data in SQLite on disk. */
export async function tenant(root: string): Promise<Contender> {
  const config = join(root, 'tenant.json');
  const machine = {
    clientId: 'bench-machine',
    name: 'Bench',
    type: 'machine',
    clientSecret: secret,
    grantTypes: ['client_credentials'],
  };
  await writeFile(config, JSON.stringify({ ...sampleConfig, clients: [...sampleConfig.clients, machine] }));
  return {
    name: '@postern/tenant',
    version: versionOf('@postern/tenant'),
    start: async () => {
      const data = await mkdtemp(join(root, 'data-'));
      return start(here('../../packages/tenant/dist/cli.js'), {
        args: ['--json', '--config', config, '--port', 'PORT', '--data', data],
      });
    },
    signInAt: atTenant,
    emailOf: () => 'user@example.com',
    machine: { client_id: 'bench-machine', client_secret: secret, audience },
  };
}

/** The tenant with a person for each connection; `hashing` is its own setting, of which tests use the fast one. */
export function tenantWithPeople(root: string, hashing: 'owasp' | 'fast-for-tests', name: string): Contender {
  return {
    name,
    version: versionOf('@postern/tenant'),
    start: async () => {
      const env = { HASHING: hashing, DATA: await mkdtemp(join(root, 'data-')) };
      return start(here('servers/tenant-with-meter.ts'), { env });
    },
    signInAt: atTenant,
    emailOf: personOf,
    machine: {},
  };
}

export async function peers(root: string): Promise<Contender[]> {
  const at = (name: string, parameters: Record<string, string>): Omit<Contender, 'machine'> => ({
    name,
    version: versionOf(name),
    start: () => start(here(`servers/${name}.ts`)),
    signInAt: (origin) => ({
      origin,
      authorizePath: name === 'oidc-provider' ? '/auth' : '/authorize',
      tokenPath: '/token',
      clientId: 'bench',
      parameters,
    }),
    emailOf: personOf,
  });
  return [
    await simulator(root),
    { ...at('oauth2-mock-server', {}), machine: { client_id: 'bench', scope, aud: audience } },
    {
      ...at('oidc-provider', { resource: audience }),
      machine: {
        client_id: 'bench-machine',
        client_secret: secret,
        resource: audience,
        scope: 'read:notes write:notes',
      },
    },
  ];
}

async function simulator(root: string): Promise<Contender> {
  const home = join(root, 'home');
  const certificates = join(home, '.simulacrum', 'certs');
  await mkdir(certificates, { recursive: true });
  const { key, cert } = await (await openCertificateAuthority(join(root, 'authority'))).certify(['127.0.0.1']);
  await writeFile(join(certificates, 'localhost-key.pem'), key);
  await writeFile(join(certificates, 'localhost.pem'), cert);
  const clientId = '00000000000000000000000000000000';
  return {
    name: '@simulacrum/auth0-simulator',
    version: versionOf('@simulacrum/auth0-simulator'),
    start: () => start(here('servers/simulator.mjs'), { env: { HOME: home }, secure: true }),
    signInAt: (origin) => ({
      origin,
      authorizePath: '/authorize',
      tokenPath: '/oauth/token',
      clientId,
      parameters: { audience },
      // Its page leaves this to auth0.js.
      sendByScript: async ({ url }, typed, fetchAs) => {
        const asked = url.searchParams;
        const response = await fetchAs(new URL('/usernamepassword/login', origin), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            username: typed.email,
            password: typed.password,
            connection: 'Username-Password-Authentication',
            client_id: asked.get('client'),
            redirect_uri: asked.get('redirect_uri'),
            response_type: asked.get('response_type'),
            scope: asked.get('scope'),
            audience: asked.get('audience'),
            nonce: asked.get('nonce'),
            state: asked.get('state'),
          }),
        });
        const html = await response.text();
        if (response.status !== 200) throw new Error(`The simulator answered with ${response.status}: ${html}`);
        return html;
      },
    }),
    emailOf: personOf,
    machine: { client_id: clientId, audience },
  };
}

/** Whole logins, each connection with a person of its own. */
export function logins(contender: Contender, running: Running): Work {
  const target = contender.signInAt(running.origin);
  return async (client, lane) => {
    await signIn(client, target, contender.emailOf(lane));
  };
}

export function clientCredentials({ machine, signInAt }: Contender, { origin }: Running): Work {
  const { tokenPath } = signInAt(origin);
  const url = new URL(tokenPath, origin);
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...machine }).toString();
  return async (client) => {
    const { access_token: token } = await expectJson(await client.fetch(url, { method: 'POST', body }));
    if (typeof token !== 'string' || token.split('.').length !== 3) throw new Error('No JWT came back.');
  };
}

/** Renewals; each presents the refresh token that the one before it was given, as a well-behaved client does. */
export function renewals(contender: Contender, running: Running): Work {
  const target = contender.signInAt(running.origin);
  const url = new URL(target.tokenPath, target.origin);
  const chains = new Map<number, string>();
  return async (client, lane) => {
    const token = chains.get(lane) ?? (await signIn(client, target, contender.emailOf(lane)));
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: target.clientId,
      refresh_token: token,
    }).toString();
    const { refresh_token: next, id_token: idToken } = await expectJson(
      await client.fetch(url, { method: 'POST', body }),
    );
    if (typeof next !== 'string') throw new Error('No new refresh token came back.');
    if (typeof idToken !== 'string') throw new Error('No ID token came back.');
    chains.set(lane, next);
  };
}
