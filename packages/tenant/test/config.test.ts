import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleConfig, writeExampleConfig } from '../src/config/init.ts';
import { parseIssuer } from '../src/config/issuer.ts';
import { makeJsonSchema } from '../src/config/json-schema.ts';
import { loadConfig } from '../src/config/load.ts';
import { sampleConfig } from '../src/config/sample.ts';
import { ConfigError, createTenant, validateConfig } from '../src/index.ts';

const client = { clientId: 'app', name: 'App', type: 'spa' };

function issuesOf(input: unknown): string[] {
  try {
    validateConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('validateConfig', () => {
  it('accepts the sample and the commented example, and fills in defaults', () => {
    expect(issuesOf(sampleConfig)).toEqual([]);
    const config = validateConfig({ clients: [client] });
    expect(config.clients[0]?.refreshToken).toMatchObject({ rotation: 'rotating', leeway: 0, lifetime: 2_592_000 });
    expect(config.connections.map(({ name }) => name)).toEqual(['Username-Password-Authentication']);
    expect(validateConfig({ connections: [] }).connections).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    [
      'a value that is not allowed',
      { clients: [{ ...client, type: 'webapp' }] },
      'clients[0].type: "webapp" is not allowed; allowed: spa, native, regular, machine',
    ],
    [
      'a misspelt field',
      { clients: [{ ...client, calbacks: [] }] },
      'clients[0].calbacks: is not a known field; did you mean "callbacks"?; allowed: clientId, name, type',
    ],
    [
      'an unknown field at the top',
      { client: [] },
      ': is not a known field; did you mean "clients"?'.replace(':', 'client:'),
    ],
    [
      'a missing field',
      { clients: [{ name: 'App', type: 'spa' }] },
      'clients[0].clientId: is missing; it must be a string',
    ],
    [
      'a wrong type',
      { clients: [{ ...client, callbacks: 'https://a.example' }] },
      'clients[0].callbacks: "https://a.example" is not allowed; it must be a list',
    ],
    [
      'a number out of range',
      { clients: [{ ...client, refreshToken: { leeway: -1 } }] },
      'clients[0].refreshToken.leeway: -1 is too small; at least 0',
    ],
    [
      'a wrong e-mail',
      { users: [{ email: 'nobody' }] },
      'users[0].email: "nobody" is not allowed; it must be a valid email',
    ],
    ['no object', 'x', ': "x" is not allowed; it must be an object'],
    [
      'the same client twice',
      { clients: [client, client] },
      'clients[1].clientId: "app" is already used by clients[0]',
    ],
    [
      'the same API twice',
      { apis: [{ identifier: 'a' }, { identifier: 'a' }] },
      'apis[1].identifier: "a" is already used by apis[0]',
    ],
    [
      'the same user twice',
      { users: [{ email: 'a@b.example' }, { email: 'A@b.example' }] },
      'users[1].email: "a@b.example in Username-Password-Authentication" is already used by users[0]',
    ],
    [
      'a connection that is not there',
      { clients: [{ ...client, connections: ['db'] }] },
      'clients[0].connections[0]: there is no connection "db"; allowed: Username-Password-Authentication',
    ],
    [
      'a user of no connection',
      { users: [{ email: 'a@b.example', connection: 'x' }] },
      'users[0].connection: there is no connection "x"; allowed: Username-Password-Authentication',
    ],
    ['a user nobody can name', { users: [{ password: 'x' }] }, 'users[0]: needs an email, username or phoneNumber'],
    [
      'a default audience that is not there',
      { defaultAudience: 'x', apis: [{ identifier: 'a' }] },
      'defaultAudience: "x" is not the identifier of an API; allowed: a',
    ],
    [
      'a secret of a public client',
      { clients: [{ ...client, clientSecret: 'x'.repeat(20) }] },
      'clients[0].clientSecret: a spa client cannot keep a secret',
    ],
    [
      'a confidential client without one',
      { clients: [{ ...client, type: 'machine' }] },
      'clients[0].clientSecret: is missing',
    ],
    [
      'client_credentials for a public client',
      { clients: [{ ...client, grantTypes: ['client_credentials'] }] },
      'clients[0].grantTypes: client_credentials is not allowed for a spa client',
    ],
    [
      'an origin with a path',
      { clients: [{ ...client, webOrigins: ['https://a.example/x'] }] },
      'clients[0].webOrigins[0]: "https://a.example/x" is not an origin',
    ],
    [
      'a signing key without its private half',
      { signingKeys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }] },
      'signingKeys[0]: is not a private RSA key',
    ],
  ])('says where and what for %s', (_, input, expected) => {
    expect(issuesOf(input)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    'http://app.example.com/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://localhost.evil.example/callback',
    'http://192.168.1.20/callback',
    'https://*.example.com/callback',
    'https://app.example.com/callback#x',
    'javascript:alert(1)',
    'data:text/html,x',
    '/callback',
    'app.example.com',
  ])('T3: refuses the redirect URI %s', (callback) => {
    expect(issuesOf({ clients: [{ ...client, callbacks: [callback] }] })).toEqual([
      expect.stringMatching(/^clients\[0\]\.callbacks\[0\]: /),
    ]);
    expect(issuesOf({ clients: [{ ...client, logoutUrls: [callback] }] })).toEqual([
      expect.stringMatching(/^clients\[0\]\.logoutUrls\[0\]: /),
    ]);
  });

  it.each([
    'https://app.example.com/callback',
    'http://localhost:3000/',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/callback',
    'com.example.app.auth0://localhost/ios/com.example.app/callback',
    'exp://192.168.1.20:8081/--/callback',
  ])('T3: accepts the redirect URI %s', (callback) => {
    expect(issuesOf({ clients: [{ ...client, callbacks: [callback] }] })).toEqual([]);
  });

  it('lists every issue, names its source, and never repeats a secret', () => {
    const input = {
      clients: [{ ...client, type: 'machine', clientSecret: 'hunter2' }],
      users: [{ email: 'a@b.example', password: 12345 }],
    };
    const failure = (() => {
      try {
        return validateConfig(input, 'my.json');
      } catch (error) {
        return error as ConfigError;
      }
    })();
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).issues).toHaveLength(2);
    expect((failure as ConfigError).message).toMatch(/^my\.json cannot be used:\n {2}clients/);
    expect(JSON.stringify(failure) + (failure as ConfigError).message).not.toMatch(/hunter2|12345/);
  });

  it('is what createTenant checks with', async () => {
    await expect(createTenant({ clients: [{ ...client, type: 'webapp' as 'spa' }] })).rejects.toThrow(ConfigError);
  });
});

describe('issuer', () => {
  it.each([
    'https://acme.auth0.com',
    'https://acme.eu.auth0.com/',
    'https://login.acme.com',
    'https://acme.okta.com',
    'http://8.8.8.8:80',
    'https://accounts.google.com',
    'https://auth.acme.io/',
    'https://evil.localhost.com',
    'http://[2001:db8::1]/',
    'http://172.32.0.1/',
    // As one that is allowed, but for the dot before it.
    'https://login.notexample.com/',
    'https://evilngrok.io/',
    'https://shop.contest/',
  ])('T36: refuses %s, which looks like production', (issuer) => {
    expect(() => parseIssuer(issuer)).toThrow(/looks like production/);
  });

  it.each([
    'ftp://localhost/',
    'localhost:4455',
    'http://localhost/path',
    'http://u:p@localhost/',
    'http://localhost/?x',
    '',
  ])('refuses %s, which is no origin', (issuer) => {
    expect(() => parseIssuer(issuer)).toThrow(/is not allowed/);
  });

  it.each([
    ['http://localhost:4455', 'http://localhost:4455/'],
    ['http://192.168.1.20:4455/', 'http://192.168.1.20:4455/'],
    ['http://10.0.2.2:4455', 'http://10.0.2.2:4455/'],
    ['http://172.31.0.1/', 'http://172.31.0.1/'],
    ['http://tenant:4455', 'http://tenant:4455/'],
    ['https://auth.acme.test', 'https://auth.acme.test/'],
    ['https://abc.ngrok-free.app', 'https://abc.ngrok-free.app/'],
    ['http://[::1]:4455', 'http://[::1]:4455/'],
  ])('takes %s', (issuer, expected) => {
    expect(parseIssuer(issuer)).toBe(expected);
  });
});

describe('configuration files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-config-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  it('are JSON with comments and trailing commas', async () => {
    const path = await write('a.json', '\uFEFF{ // name\n "name": "A // B", /* x */ "clients": [],\n}');
    expect((await loadConfig(path)).name).toBe('A // B');
  });

  it.each([
    ['a.mjs', 'export default { name: "M" }'],
    ['a.ts', 'const name: string = "M"; export default { name };'],
    ['b.mjs', 'export default async () => ({ name: "M" })'],
  ])('are modules: %s', async (name, text) => {
    expect((await loadConfig(await write(name, text))).name).toBe('M');
  });

  it.each([
    ['broken.json', '{ "name": }', /is not valid JSON/],
    ['broken.mjs', 'export default {', /cannot be used/],
    ['empty.mjs', 'export const x = 1', /has no default export/],
    ['config.yaml', 'name: x', /allowed: \.json/],
    ['wrong.json', '{ "nam": "x" }', /nam: is not a known field; did you mean "name"/],
  ])('are refused by name when wrong: %s', async (name, text, expected) => {
    const refusal = await loadConfig(await write(name, text)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).message).toContain(name);
    expect((refusal as ConfigError).message).toMatch(expected);
  });

  it('are refused when they are not there', async () => {
    await expect(loadConfig(join(folder, 'nowhere.json'))).rejects.toThrow(
      /nowhere\.json cannot be used:\n {2}cannot be read/,
    );
  });

  it('can be begun with a commented example, which never replaces a file', async () => {
    const path = join(folder, 'example.jsonc');
    await writeExampleConfig(path);
    const config = await loadConfig(path);
    expect(config.clients.map(({ type }) => type)).toEqual(['spa', 'native']);
    expect(exampleConfig.match(/^ *\/\//gm)?.length).toBeGreaterThan(10);
    await expect(writeExampleConfig(path)).rejects.toThrow(
      /example\.jsonc cannot be used:\n {2}is there already, and is left as it is/,
    );
  });

  it('have a published JSON Schema that is current', async () => {
    const published = await readFile(new URL('../tenant.schema.json', import.meta.url), 'utf8');
    expect(published, 'run: npm run schema -w packages/tenant').toBe(makeJsonSchema());
    expect(JSON.parse(published).properties.clients.items.required).toEqual(['clientId', 'name', 'type']);
  });
});
