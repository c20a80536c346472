import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Auth0 } from '../src/core.ts';
import { configure } from '../src/options.ts';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { readMetadata } from '../src/protocol/metadata.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';
import { clientId } from './support/world.ts';

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
] as const;

const read = (domain: string, document: object) => () => readMetadata(document, configure({ domain, clientId }));
const refusal = expect.objectContaining({ name: 'InvalidMetadata', code: 'a0.invalid_configuration' });

describe('S8: the discovery document (RFC 8414 section 3.3, RFC 9700 section 2.6)', () => {
  it.each([
    'https://evil.example/',
    'https://tenant.example.evil.example/',
    'https://evil.example/tenant.example/',
    'https://tenant.example@evil.example/',
    'https://tenant.example:8443/',
    'https://TENANT.example/',
    'https://tenant.example/realm/',
    'https://tenant.example//',
    'http://tenant.example/',
    '',
    undefined,
    null,
    ['https://tenant.example/'],
  ])('from an issuer that calls itself %s is refused', (issuer) => {
    expect(read('tenant.example', { issuer })).toThrow(refusal);
  });

  it('is taken with and without the slash at the end, which is kept as it came', () => {
    for (const issuer of ['https://tenant.example/', 'https://tenant.example'])
      expect(read('tenant.example', { issuer })()).toMatchObject({ issuer });
  });

  describe.each(endpoints)('%s', (name) => {
    it.each([
      ['in plain http', 'http://tenant.example/x'],
      ['in plain http on this machine, of a tenant elsewhere', 'http://localhost/x'],
      ['as script', 'javascript:alert(1)'],
      ['as a file', 'file:///etc/passwd'],
      ['relative', '/x'],
      ['as no URL', 'https://'],
      ['empty', ''],
    ])('%s is refused', (_, url) => {
      const document = { issuer: 'https://tenant.example/', [name]: url };
      expect(read('tenant.example', document)).toThrow(refusal);
    });

    it('of a tenant on this machine may be plain http there, and nowhere else', () => {
      const issuer = 'http://localhost:4455/';
      const here = { issuer, [name]: 'http://localhost:4455/x' };
      expect(read('http://localhost:4455', here)()).toMatchObject({ [name]: 'http://localhost:4455/x' });
      for (const other of ['http://evil.example/x', 'file://localhost/etc/passwd', 'ftp://localhost:4455/x'])
        expect(read('http://localhost:4455', { issuer, [name]: other })).toThrow(refusal);
    });

    it('of a tenant that is reached by https on this machine is https, too', () => {
      const document = { issuer: 'https://localhost:4455/', [name]: 'http://localhost:4455/x' };
      expect(read('https://localhost:4455', document)).toThrow(refusal);
    });
  });

  describe('over HTTP', () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await createTestServer();
    });
    afterAll(() => server.close());

    it.each([
      ['an issuer of another name', { issuer: 'https://evil.example/' }],
      ['an address that is none', { token_endpoint: 'nowhere' }],
    ])('with %s it stops a login before anything is sent', async (_, change) => {
      server.answer = (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ issuer: `${server.origin}/`, token_endpoint: `${server.origin}/t`, ...change }));
      const auth0 = new Auth0({ domain: server.origin, clientId, platform: createMemoryTab() });
      const before = server.requests.length;
      const login = auth0.auth.passwordRealm({ username: 'ada', password: 'Engine-Horse-42', realm: 'r' });
      expect(await rejection(login)).toMatchObject({ code: 'a0.invalid_configuration' });
      expect(server.requests.slice(before).map(({ url }) => url)).toEqual(['/.well-known/openid-configuration']);
    });

    it('without an authorization endpoint there is no login page, and that is told by its name', async () => {
      server.answer = (_request, response) => response.end(JSON.stringify({ issuer: `${server.origin}/` }));
      const auth0 = new Auth0({ domain: server.origin, clientId, platform: createMemoryTab() });
      expect(await rejection(auth0.webAuth.authorize())).toMatchObject({
        type: 'INVALID_CONFIGURATION',
        message: 'The server names no authorization_endpoint.',
      });
    });
  });
});
