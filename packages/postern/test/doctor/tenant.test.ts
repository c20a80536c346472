import { createTenant, sampleConfig, type Tenant } from '@postern/tenant';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TenantFacts } from '../../src/cli/doctor/ask-tenant.ts';
import { checkTenant } from '../../src/cli/doctor/check-tenant.ts';
import { readDomain } from '../../src/cli/doctor/domain.ts';
import { createTestServer, type TestServer } from '../support/server.ts';
import { type AppFiles, examineApp, removeApps } from './support.ts';

/** What a tenant says of itself: the real one, and a server that plants one mistake in the same document. */

let tenant: Tenant;
let origin: string;
let server: TestServer;
let document: Record<string, unknown>;
beforeAll(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
  tenant = await createTenant(sampleConfig);
  ({ origin } = new URL((await tenant.listen({ port: 0 })).url));
  server = await createTestServer();
});
beforeEach(async () => {
  const answer = await fetch(`${origin}/.well-known/openid-configuration`);
  const text = (await answer.text()).replaceAll(origin, server.origin);
  document = JSON.parse(text) as Record<string, unknown>;
  serve(() => document);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([tenant.close(), server.close(), removeApps()]);
});

function serve(content: () => unknown, headers: Record<string, string> = {}, status = 200): void {
  server.answer = ({ url = '' }, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    const body = url.endsWith('jwks.json') ? { keys: [{ kty: 'RSA' }] } : content();
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

const tool: AppFiles = { packages: { postern: '0.1.0' } };
const web: AppFiles = { packages: { postern: '0.1.0', vite: '8.3.8' } };
const examine = (app = web, domain = server.origin) => examineApp(app, { args: `--domain ${domain}` });
const withDocument = (changes: Record<string, unknown>, app?: AppFiles) => {
  serve(() => ({ ...document, ...changes }));
  return examine(app);
};

it('a tenant with nothing wrong', async () => {
  for (const domain of [origin, server.origin]) {
    const { said, codes, exitCode } = await examine(tool, domain);
    expect(said('tenant')).toEqual([
      `${domain} answers, and its metadata is as it should be.`,
      'Tokens are bound to a key of the app (DPoP with ES256).',
    ]);
    expect(codes('error')).toEqual([]);
    expect(exitCode).toBe(0);
  }
});

describe('a tenant that is not there', () => {
  it('is told with what to do, and with the addresses that it would have to know', async () => {
    const gone = await createTestServer();
    await gone.close();
    const { said, exitCode } = await examine(web, gone.origin);
    expect(said('tenant-unreachable')).toEqual([
      `${gone.origin} cannot be reached: nothing listens there.\nStart the tenant, in a terminal of its own:\nnpx postern-tenant`,
    ]);
    expect(said('addresses-untried')).toEqual([
      'What the app uses as callback URL, logout URL and web origin was not tried.\nThe tenant has to know it, letter for letter:\nhttp://localhost:5173',
    ]);
    expect(exitCode).toBe(5);
    // With something else that is wrong, trying again is not enough.
    const more = await examineApp({ packages: { vite: '8.0.0' } }, { args: `--domain ${gone.origin}` });
    expect(more.codes('error')).toEqual(['postern-missing', 'tenant-unreachable']);
    expect(more.exitCode).toBe(1);
  });

  it('speaks http where https is asked for', async () => {
    const host = origin.slice('http://'.length);
    expect((await examine(web, host)).said('tenant-unreachable')).toEqual([
      `https://${host} cannot be reached: what answers there does not speak https.\nFor a tenant on this machine give the whole address:\n${origin}`,
    ]);
  });

  it('by the way in which it cannot be reached', () => {
    const { address } = readDomain('shop.eu.auth0.com', 'here');
    if (!address) throw new Error('That is a domain.');
    const say = (code: string, message = '') => {
      const facts: TenantFacts = { discovery: { kind: 'unreachable', failure: { code, message } } };
      return checkTenant(address, facts, 'browser').map((one) => `${one.message} ${one.remedy}`);
    };
    const start = 'https://shop.eu.auth0.com cannot be reached:';
    expect(say('ENOTFOUND')).toEqual([
      `${start} there is no host of that name, or no network (ENOTFOUND). Check the spelling and the region: a tenant of Auth0 is called like tenant.eu.auth0.com or tenant.us.auth0.com.`,
    ]);
    expect(say('ECONNREFUSED')).toEqual([
      `${start} nothing listens there. Check the port, and whether the server runs.`,
    ]);
    for (const code of ['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
      expect(say(code)[0]).toContain(`${start} its certificate is not trusted (${code}). If it is of an authority`);
    expect(say('TIMEOUT', 'no answer within 10 seconds')).toEqual([
      `${start} no answer within 10 seconds (TIMEOUT). Check the network, and whether a proxy or firewall is in between.`,
    ]);
  });

  it('by its status', async () => {
    const statuses: readonly (readonly [number, string, string, number])[] = [
      [
        404,
        'tenant-not-there',
        `${server.origin} answers, but there is no tenant: its metadata is not found (404).\nCheck the domain and the region. A custom domain has to be verified at the tenant before it answers.`,
        1,
      ],
      [503, 'tenant-trouble', `${server.origin} has trouble: it answers with 503.\nTry again in a minute.`, 5],
      [429, 'tenant-trouble', `${server.origin} has trouble: it answers with 429.\nTry again in a minute.`, 5],
      [
        400,
        'discovery-broken',
        `${server.origin}/.well-known/openid-configuration answers with 400.\nLook at that address in a browser, and check the domain.`,
        1,
      ],
    ];
    for (const [status, code, words, exitCode] of statuses) {
      serve(() => '', { location: '/elsewhere' }, status);
      const examined = await examine();
      expect(examined.said(code as 'tenant-trouble')).toEqual([words]);
      expect(examined.exitCode).toBe(exitCode);
    }
  });

  it('by where it sends on to, which is not followed', async () => {
    const said = async (location: string) => {
      serve(() => '', { location }, 301);
      const { said, exitCode } = await examine();
      expect(exitCode).toBe(1);
      expect(server.requests.every(({ url }) => url.startsWith('/.well-known'))).toBe(true);
      return said('discovery-broken');
    };
    const so = 'it does not answer itself, and what a login sends does not get there.';
    expect(await said('https://login.shop.org/.well-known/openid-configuration?key=s3cret')).toEqual([
      `${server.origin} sends on to https://login.shop.org (301): ${so}\nIf that is the tenant, give it as the domain: login.shop.org.`,
    ]);
    expect(await said('http://localhost:4455/x')).toEqual([
      `${server.origin} sends on to http://localhost:4455 (301): ${so}\nIf that is the tenant, give it as the domain: http://localhost:4455.`,
    ]);
    for (const location of ['/elsewhere', 'http://', 'shop:login', `${server.origin}/x`])
      expect((await said(location))[0]).toContain('openid-configuration answers with 301.\nLook at');
  });

  it('by an answer that does not end', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    const { said, exitCode } = await examine();
    expect(said('tenant-unreachable')).toEqual([
      `${server.origin} cannot be reached: its answer is longer than any of a tenant (TOO_LONG).\nCheck the network, and whether a proxy or firewall is in between.`,
    ]);
    expect(exitCode).toBe(5);
  });

  it('by an answer that is no JSON', async () => {
    for (const text of ['<html>Sign in to the network</html>', '', '[]', '"x"']) {
      serve(() => text);
      expect((await examine()).said('discovery-broken')).toEqual([
        `${server.origin}/.well-known/openid-configuration answers, but not with JSON: that is no tenant, or something in between answers in its place.\nLook at that address in a browser, and check the domain.`,
      ]);
    }
  });
});

describe('the metadata', () => {
  it('names the issuer that the domain says', async () => {
    const other = await withDocument({ issuer: 'https://shop.eu.auth0.com/' });
    expect(other.said('issuer-differs')).toEqual([
      `The tenant calls itself https://shop.eu.auth0.com/, not ${server.origin}/: every login is refused, since its tokens would name another issuer.\nGive that as the domain: shop.eu.auth0.com. Or, to use ${server.origin.slice(7)}, make it a custom domain of the tenant.`,
    ]);
    expect(other.said('tenant')).toEqual(['Tokens are bound to a key of the app (DPoP with ES256).']);
    expect((await withDocument({ issuer: 'https://login.shop.org' })).said('issuer-differs')[0]).toContain(
      '\nGive that as the domain: login.shop.org.',
    );
    expect((await withDocument({ issuer: 'http://localhost:4455/' })).said('issuer-differs')[0]).toContain(
      '\nGive that as the domain: http://localhost:4455.',
    );
    for (const issuer of [undefined, 7, ''])
      expect((await withDocument({ issuer })).said('issuer-differs')[0]).toMatch(
        /^The tenant calls itself \(nothing\), .*\nThat is no OpenID Connect server: check the domain\.$/,
      );
    expect((await withDocument({ issuer: server.origin })).codes('error')).toEqual([]);
  });

  it('has endpoints that a client takes', async () => {
    expect((await withDocument({ token_endpoint: 'http://other.org/token' })).said('discovery-broken')).toEqual([
      "The server's token_endpoint is not https.\nThat is for those to mend who run the server.",
    ]);
    expect((await withDocument({ jwks_uri: 'nonsense' })).codes('error')).toEqual(['discovery-broken']);
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      serve(() => ({ ...document, [name]: undefined }));
      const { said, codes } = await examineApp(web, { args: `--domain ${server.origin} --client-id postern-spa` });
      expect(said('discovery-broken')).toEqual([
        `The metadata names no ${name}: every login is refused.\nThat is for those to mend who run the server.`,
      ]);
      expect(codes('warning')).toContain('addresses-untried');
    }
    const plain = await withDocument({ token_endpoint: `${server.origin}/protocol/token` });
    expect(plain.said('layout-unlike-auth0')[0]).toContain(
      `${server.origin} is an OpenID Connect server, but not laid out like Auth0: logins work`,
    );
    expect(plain.codes('error')).toEqual([]);
  });

  it('announces what logins need', async () => {
    const lacking: readonly (readonly [string, readonly string[], string, 'error' | 'warning'])[] = [
      ['response_types_supported', ['id_token'], 'code in response_types_supported: every login is refused', 'error'],
      [
        'code_challenge_methods_supported',
        ['plain'],
        'S256 in code_challenge_methods_supported: logins are protected by PKCE, which it may refuse',
        'error',
      ],
      [
        'grant_types_supported',
        ['refresh_token'],
        'authorization_code in grant_types_supported: every login is refused',
        'error',
      ],
      [
        'grant_types_supported',
        ['authorization_code'],
        'refresh_token in grant_types_supported: sessions end with their first access token',
        'warning',
      ],
      ['scopes_supported', ['offline_access'], 'openid in scopes_supported: every login is refused', 'error'],
      [
        'scopes_supported',
        ['openid'],
        'offline_access in scopes_supported: sessions end with their first access token',
        'warning',
      ],
    ];
    for (const [list, values, words, level] of lacking) {
      const { said, codes } = await withDocument({ [list]: values });
      expect(said('not-announced')[0]).toMatch(new RegExp(`^The tenant does not announce ${words}\\.\\n`));
      expect(codes(level)).toContain('not-announced');
    }
    // What is not there says nothing.
    const silent = Object.fromEntries(lacking.map(([list]) => [list, undefined]));
    expect((await withDocument(silent)).said('not-announced')).toEqual([]);
  });

  it('announces codes for other devices, which matters to programs', async () => {
    const grants = { grant_types_supported: ['authorization_code', 'refresh_token'] };
    expect((await withDocument(grants, tool)).said('not-announced')).toEqual([
      'The tenant does not announce urn:ietf:params:oauth:grant-type:device_code in grant_types_supported: "postern login --device" does not work.\nNothing to do, if there is a browser wherever the program runs.',
    ]);
    expect((await withDocument(grants, web)).said('not-announced')).toEqual([]);
  });

  it('signs with a key that everybody can check', async () => {
    expect((await withDocument({ id_token_signing_alg_values_supported: ['HS256'] })).said('not-announced')).toEqual([
      'The tenant signs ID tokens with HS256 only, which an app without a secret cannot check.\nSet the signing algorithm of the application to RS256.',
    ]);
    for (const algorithms of [['HS256', 'RS256'], ['ES256'], ['EdDSA'], undefined])
      expect((await withDocument({ id_token_signing_alg_values_supported: algorithms })).said('not-announced')).toEqual(
        [],
      );
    server.answer = (_, response) => response.writeHead(200).end(JSON.stringify({ ...document, keys: [] }));
    expect((await examine()).said('keys-missing')).toEqual([
      'The tenant’s signing keys (jwks_uri) cannot be read: no ID token can be checked.\nLook at that address in a browser.',
    ]);
  });

  it('announces DPoP, and the algorithm of the SDK', async () => {
    const none = await withDocument({ dpop_signing_alg_values_supported: undefined });
    expect(none.said('dpop-not-announced')).toEqual([
      'The tenant does not announce DPoP: tokens are plain Bearer ones, which work for whoever gets hold of them.\nNothing breaks. Where the tenant can bind tokens (at Auth0: Sender Constraining), turn it on.',
    ]);
    const other = await withDocument({ dpop_signing_alg_values_supported: ['RS256', 'PS256'] });
    expect(other.said('dpop-not-announced')[0]).toMatch(
      /^The tenant takes DPoP proofs by RS256 and PS256 only, and the SDK makes them by ES256: tokens are plain/,
    );
    for (const { codes } of [none, other]) expect(codes('error')).toEqual([]);
  });
});

it('a clock that is wrong', async () => {
  const at = async (seconds: number, headers = {}) => {
    serve(() => document, { date: new Date(Date.now() - seconds * 1000).toUTCString(), ...headers });
    return (await examine()).said('clock-differs').map((words) => words.split('\n')[0]);
  };
  expect(await at(600)).toEqual([
    "The clock of this machine is 10 minutes ahead of the tenant's: tokens look expired, or not valid yet.",
  ]);
  expect(await at(-7 * 3600)).toEqual([
    "The clock of this machine is 7 hours behind the tenant's: tokens look expired, or not valid yet.",
  ]);
  expect((await at(90))[0]).toMatch(/^The clock of this machine is (89|90|91) seconds ahead of/);
  for (const seconds of [0, 50, -50]) expect(await at(seconds)).toEqual([]);
  // What a cache kept was written when its clock said so (RFC 9111 section 5.1).
  expect(await at(600, { age: '600' })).toEqual([]);
  expect((await at(600, { age: 'old' }))[0]).toContain('10 minutes ahead');
});
