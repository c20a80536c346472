import { createTenant, sampleConfig, type Tenant, type TenantConfigInput } from '@postern/tenant';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { tryCallback, type Verdict } from '../../src/cli/doctor/ask-client.ts';
import { checkCallbacks } from '../../src/cli/doctor/check-callbacks.ts';
import { readDomain } from '../../src/cli/doctor/domain.ts';
import { lanAddress } from '../../src/cli/doctor/lan-address.ts';
import { nativeCallback } from '../../src/cli/doctor/native-addresses.ts';
import { callbackUrl } from '../../src/platform/expo/callback-urls.ts';
import { auth0Server } from '../../src/protocol/server.ts';
import { createTestServer, type TestServer } from '../support/server.ts';
import { type AppFiles, examineApp, expoConfig, expoModules, removeApps } from './support.ts';

/** The client at a real tenant. Addresses are not those of this machine, which the sample clients take all of. */

const page = 'https://app.shop.test';
const callback = (host: string, system: string) => `com.example.app.auth0://${host}/${system}/com.example.app/callback`;
const phoneCallback = callback('shop.test', 'ios');
const clients: TenantConfigInput['clients'] = [
  { clientId: 'well', name: 'Well', type: 'spa', callbacks: [page], logoutUrls: [page], webOrigins: [page] },
  {
    clientId: 'slash',
    name: 'Slash',
    type: 'spa',
    callbacks: [`${page}/`],
    logoutUrls: [`${page}/out`],
    webOrigins: [page],
  },
  { clientId: 'foreign', name: 'Foreign', type: 'spa', callbacks: [page], logoutUrls: [page] },
  {
    clientId: 'native',
    name: 'Native',
    type: 'native',
    callbacks: [phoneCallback],
    logoutUrls: [phoneCallback],
  },
  {
    clientId: 'old',
    name: 'Old',
    type: 'native',
    callbacks: ['com.example.app://shop.test/ios/com.example.app/callback'],
  },
  { clientId: 'server', name: 'Server', type: 'regular', clientSecret: 'only-for-a-test-of-it', callbacks: [page] },
  { clientId: 'short', name: 'Short', type: 'spa', callbacks: [page], grantTypes: ['authorization_code'] },
  { clientId: 'port', name: 'Port', type: 'spa', callbacks: ['http://127.0.0.1:8765/callback'] },
];

let tenant: Tenant;
let origin: string;
let host: string;
let server: TestServer;
beforeAll(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
  server = await createTestServer();
  tenant = await createTenant({ ...sampleConfig, clients: [...sampleConfig.clients, ...clients] });
  ({ origin, host } = new URL((await tenant.listen({ port: 0 })).url));
});
afterEach(() => {
  server.answer = (_, response) => response.writeHead(404).end();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([tenant.close(), server.close(), removeApps()]);
});

const web: AppFiles = { packages: { postern: '0.1.0', vite: '8.3.8' } };
const phone: AppFiles = {
  packages: { ...expoModules, 'expo-dev-client': '6.0.0' },
  files: { 'app.json': { expo: expoConfig } },
};
const tool: AppFiles = { packages: { postern: '0.1.0' } };
const examine = (app: AppFiles, clientId: string, more = '') =>
  examineApp(app, { args: `--domain ${origin} --client-id ${clientId} ${more}` });
const deployed = (clientId: string, more = '') => examine(web, clientId, `--web-origin ${page} ${more}`);
const where = (list: string) => `in "${list}" of the client in the tenant's configuration`;

describe('the client', () => {
  it('with nothing wrong, page and phone', async () => {
    const { said, codes, exitCode } = await deployed('well');
    expect(codes('error')).toEqual([]);
    expect([said('client'), said('callback'), said('logout-url'), said('web-origin')]).toEqual([
      ['The client "well" is known.'],
      [`The callback URL ${page} is taken (as you gave it).`],
      [`The logout URL ${page} is taken (as you gave it).`],
      [`The web origin ${page} is taken (as you gave it).`],
    ]);
    expect(exitCode).toBe(0);
    const native = await examine(phone, 'native', `--redirect-uri ${phoneCallback} --logout-url ${phoneCallback}`);
    expect(native.said('callback')).toEqual([`The callback URL ${phoneCallback} is taken (as you gave it).`]);
    expect(native.codes('error')).toEqual([]);
  });

  it('is unknown', async () => {
    const { said, codes, exitCode } = await deployed('nobody');
    expect(said('client-unknown')).toEqual([
      `The tenant ${origin} does not know the client "nobody".\nCompare the client ID with those in the tenant's configuration: without one it has those of the sample, such as postern-spa.`,
    ]);
    expect(codes('error')).toEqual(['client-unknown']);
    expect(said('addresses-untried')[0]).toContain(page);
    expect(exitCode).toBe(1);
  });

  it('has a secret, which no app has', async () => {
    expect((await deployed('server')).said('client-confidential')).toEqual([
      'The application at the tenant is one with a secret: after the login it gives no tokens to an app, which has none.\nMake it one of type "spa". Never put the secret into the app.',
    ]);
    expect((await examine(phone, 'server')).said('client-confidential')[0]).toContain('Make it one of type "native".');
    for (const clientId of ['well', 'short'])
      expect((await deployed(clientId)).said('client-confidential')).toEqual([]);
  });

  it('lacks a grant', async () => {
    const { said, codes } = await deployed('short');
    expect(said('client-grant')).toEqual([
      `The client may not use the grant refresh_token: sessions end with their first access token.\nTurn it on ${where('grantTypes')}, or set useRefreshTokens to false.`,
    ]);
    expect(codes('warning')).toContain('client-grant');
    // Codes for other devices are for programs.
    const program = await examine(tool, 'well', `--redirect-uri ${page}`);
    expect(program.said('client-grant')[0]).toContain('The client may not use the device grant');
    expect((await examine(tool, 'postern-cli')).said('client-grant')).toEqual([]);
    expect((await deployed('well')).said('client-grant')).toEqual([]);
  });

  it('asks for an API that is not there', async () => {
    expect((await deployed('well', '--audience https://api.postern.test/')).said('audience-unknown')).toEqual([
      'The tenant has no API "https://api.postern.test/": every login that asks for it is refused (Service not found).\nCompare the audience with the identifier of the API, letter for letter; a slash at the end counts.',
    ]);
    const { codes } = await deployed('well', '--audience https://api.postern.test');
    expect(codes('error')).toEqual([]);
    expect(codes('warning')).not.toContain('answer-unclear');
  });
});

describe('addresses', () => {
  const mismatch = 'a login ends with "Callback URL mismatch".';

  it('that are not registered are told with where they belong', async () => {
    const { said, exitCode } = await examine(web, 'well', '--web-origin https://other.shop.test');
    expect(said('callback-refused')).toEqual([
      `The tenant refuses the callback URL https://other.shop.test (as you gave it): ${mismatch}\nRegister it, letter for letter, ${where('callbacks')}:\nhttps://other.shop.test`,
    ]);
    expect(said('logout-url-refused')).toEqual([
      `The tenant refuses the logout URL https://other.shop.test (as you gave it): a logout ends on the tenant's error page.\nRegister it, letter for letter, ${where('logoutUrls')}:\nhttps://other.shop.test`,
    ]);
    expect(said('web-origin-refused')).toEqual([
      `The tenant does not know the web origin https://other.shop.test (as you gave it): pages there may not read its answers, and a login ends with "blocked by CORS policy" and "Failed to fetch".\nRegister it ${where('webOrigins')}:\nhttps://other.shop.test`,
    ]);
    expect(exitCode).toBe(1);
  });

  it('of an app on phones are made of app.json, as the SDK makes them, and told at once', async () => {
    const { said, json } = await examine(phone, 'native');
    const urls = [callback(host, 'ios'), callback(host, 'android')];
    expect(json).toMatchObject({ callbacks: urls, logoutUrls: urls, webOrigins: [] });
    expect(said('callback-refused')).toEqual([
      `The tenant refuses 2 callback URLs of the app: ${mismatch}\nRegister them, letter for letter, ${where('callbacks')}:\n${urls.join('\n')}`,
    ]);
    for (const [system, bundle] of [
      ['ios', 'com.example.app'],
      ['android', 'com.Example.App'],
    ] as const) {
      const source = { need: () => ({ Platform: { OS: system } }), find: () => undefined };
      expect(nativeCallback(system, bundle, host)).toBe(callbackUrl(source as never, host, {}, bundle));
    }
  });

  it('in another spelling than the registered one', async () => {
    const slash = await examine(web, 'slash', `--web-origin ${page}`);
    expect(slash.said('callback-refused')).toEqual([
      `The tenant refuses the callback URL ${page} (as you gave it), though it takes ${page}/: ${mismatch}\nThe two have to be alike letter for letter. Register also, ${where('callbacks')}:\n${page}`,
    ]);
    expect(slash.said('logout-url-refused')[0]).toContain(
      `The tenant refuses the logout URL ${page} (as you gave it): a`,
    );
    const takes = async (clientId: string, url: string) =>
      /though it takes (\S+):/.exec(
        (await examine(web, clientId, `--redirect-uri ${url}`)).said('callback-refused')[0] ?? '',
      )?.[1];
    expect(await takes('well', `${page}/`)).toBe(page);
    expect(await takes('well', `${page}/callback`)).toBe(page);
    expect(await takes('well', 'http://app.shop.test')).toBe(page);
    expect(await takes('port', 'http://localhost:8765/callback')).toBe('http://127.0.0.1:8765/callback');
    expect(await takes('old', phoneCallback)).toBe('com.example.app://shop.test/ios/com.example.app/callback');
    expect(await takes('native', `${phoneCallback}/`)).toBe(phoneCallback);
    expect(await takes('well', 'https://app.shop.test:8443')).toBeUndefined();
    expect(await takes('well', 'https://elsewhere.test')).toBeUndefined();
  });

  it('where the port changes are for native clients', async () => {
    const { said } = await examine(tool, 'port');
    expect(said('callback-refused')).toEqual([
      `The tenant refuses the callback URL http://127.0.0.1:49731/callback (a free port of this machine): ${mismatch}\nThe port changes with each login: make the application a native one, or use one port always (login --port, redirectUrl). Register it, letter for letter, ${where('callbacks')}:\nhttp://127.0.0.1:49731/callback`,
    ]);
    const native = await examine(tool, 'postern-cli');
    expect(native.said('callback')).toEqual([
      'The callback URL http://127.0.0.1:49731/callback is taken (a free port of this machine).',
    ]);
    expect(native.exitCode).toBe(0);
  });

  it('where pages may not read, though logins come back to them', async () => {
    const { said, codes } = await deployed('foreign');
    expect(said('callback')).toHaveLength(1);
    expect(said('web-origin-refused')).toHaveLength(1);
    expect(codes('error')).toEqual(['web-origin-refused']);
  });

  it('of pages follow from a callback that is given', async () => {
    const args = `--domain ${origin} --client-id well --redirect-uri ${page}/callback`;
    expect((await examineApp(web, { args })).json).toMatchObject({
      callbacks: [`${page}/callback`],
      logoutUrls: [page],
      webOrigins: [page],
    });
    const all = `${args} --logout-url ${page}/bye --web-origin https://www.shop.test --web-origin ${page}`;
    expect((await examineApp(web, { args: all })).json).toMatchObject({
      callbacks: [`${page}/callback`],
      logoutUrls: [`${page}/bye`],
      webOrigins: ['https://www.shop.test', page],
    });
    // A link that opens an app on a phone is no page's.
    expect((await examineApp(phone, { args })).json).toMatchObject({ callbacks: [`${page}/callback`], webOrigins: [] });
  });

  it('that nobody names are asked for', async () => {
    const plain = { packages: { postern: '0.1.0', webpack: '5.0.0' } };
    expect((await examine(plain, 'well')).said('address-unknown')).toEqual([
      'No callback URL is known, so none was tried.\nSay where the pages of the app are, or give its callback URL:\nnpx postern doctor --web-origin https://app.example.com\nnpx postern doctor --redirect-uri URL',
    ]);
  });

  it('of development are where the bundler has its server', async () => {
    const ports: readonly (readonly [string, AppFiles])[] = [
      ['http://localhost:5173', web],
      ['http://localhost:3000', { packages: { postern: '0.1.0', next: '16.0.0' } }],
      [
        'http://localhost:4000',
        { ...web, files: { 'vite.config.ts': 'export default { server: { host: true, port: 4000 } }' } },
      ],
      [
        'http://localhost:3000',
        {
          ...web,
          files: {
            'vite.config.ts':
              "// server: { port: 4000 }\nconst preview = { port: 4100 };\nexport default { preview, server: { proxy: { '/api': 'http://x' }, /* port: 1, */ port: 3000 }, port: 4200 }",
          },
        },
      ],
      [
        'http://localhost:3001',
        { files: { 'package.json': { dependencies: { next: '16' }, scripts: { dev: 'next dev -p 3001' } } } },
      ],
    ];
    for (const [url, app] of ports) {
      const { json, codes } = await examine(app, 'postern-spa');
      expect(json).toMatchObject({ callbacks: [url], logoutUrls: [url], webOrigins: [url] });
      expect(codes('error').filter((code) => code.includes('refused'))).toEqual([]);
    }
  });

  it('of Expo Go and of the web build of an Expo app', async () => {
    const packages = { ...expoModules, 'react-native-web': '0.21.4' };
    const files = { 'app.json': { expo: { ...expoConfig, platforms: ['ios', 'web'] } } };
    const { said, json, codes } = await examine({ packages, files }, 'native');
    const { callbacks } = json as { callbacks: string[] };
    expect(callbacks.filter((url) => !url.startsWith('exp:'))).toEqual([
      callback(host, 'ios'),
      'http://localhost:8081',
    ]);
    expect(json).toMatchObject({ webOrigins: ['http://localhost:8081'] });
    expect(said('web-origin-refused')).toHaveLength(1);
    expect(callbacks.filter((url) => url.startsWith('exp:'))).toHaveLength(lanAddress() ? 1 : 0);
    expect(codes('error')).toContain('callback-refused');
  });

  it('of Expo Go, which not everybody uses', () => {
    const url = 'exp://192.168.1.5:8081/--/callback';
    const address = { url, why: 'Expo Go', isOptional: true } as const;
    const { address: where } = readDomain(origin, 'here');
    if (!where) throw new Error('That is a domain.');
    const context = { address: where, clientId: 'a', audience: undefined, kind: 'expo' } as const;
    const check = (verdict: Verdict) =>
      checkCallbacks(
        { foreign: { kind: 'refused' }, callbacks: [{ address, verdict }], logoutUrls: [], webOrigins: [] },
        context,
      );
    expect(check({ kind: 'refused' })).toEqual([
      {
        code: 'callback-refused',
        level: 'warning',
        message: `The tenant refuses the callback URL ${url}, which is used in Expo Go only.`,
        remedy: `If you use that, register it, letter for letter, in "callbacks" of the client in the tenant's configuration:`,
        copy: [url],
      },
    ]);
    expect(check({ kind: 'accepted' })).toEqual([
      { code: 'callback', level: 'fine', message: `The callback URL ${url} is taken (Expo Go).` },
    ]);
    const at = (address: string, internal = false, family = 'IPv4') => ({ address, internal, family }) as never;
    expect(lanAddress({ lo: [at('127.0.0.1', true)], en0: [at('fe80::1', false, 'IPv6'), at('192.168.1.5')] })).toBe(
      '192.168.1.5',
    );
    for (const none of ['192.0.2.2', '172.32.0.1', '11.0.0.1', '127.0.0.1'])
      expect(lanAddress({ en0: [at(none)] })).toBeUndefined();
  });
});

describe('other answers', () => {
  /** The real tenant's metadata, and an authorization endpoint that answers as a test wants. */
  async function withAuthorize(answer: TestServer['answer'], app = web, more = `--redirect-uri ${page}`) {
    const metadata = await (await fetch(`${origin}/.well-known/openid-configuration`)).text();
    server.answer = (request, response) => {
      const { url = '' } = request;
      if (url.startsWith('/authorize')) return answer(request, response);
      if (url.startsWith('/.well-known/openid')) return response.end(metadata.replaceAll(origin, server.origin));
      response.writeHead(url.startsWith('/.well-known') ? 200 : 403, { 'content-type': 'application/json' });
      response.end(url.startsWith('/.well-known') ? '{"keys":[{}]}' : '{"error":"invalid_grant"}');
    };
    return examineApp(app, { args: `--domain ${server.origin} --client-id abc1 ${more}` });
  }

  it('a tenant that takes any callback is dangerous', async () => {
    const { said, codes } = await withAuthorize(({ url = '' }, response) => {
      const to = new URL(url, server.origin).searchParams.get('redirect_uri');
      response.writeHead(302, { location: `${to}?error=login_required` }).end();
    });
    expect(said('client-open')).toEqual([
      `The tenant takes any callback URL for this client: whoever sends a person to its login page gets the login.\nRegister each address letter for letter ${where('callbacks')}, without wildcards for hosts.`,
    ]);
    expect(codes('error')).toContain('client-open');
  });

  it('a callback that is registered in the upper case of the bundle identifier', async () => {
    const there = new URL(server.origin).host;
    const upper = `com.Example.App.auth0://${there}/ios/com.Example.App/callback`;
    const config = { ...expoConfig, ios: { bundleIdentifier: 'com.Example.App' }, platforms: ['ios'] };
    const app = { ...phone, files: { 'app.json': { expo: config } } };
    const { said } = await withAuthorize(
      ({ url = '' }, response) => {
        const isKnown = new URL(url, server.origin).searchParams.get('redirect_uri') === upper;
        response.writeHead(isKnown ? 302 : 403, { location: `${upper}?error=login_required` });
        response.end('Callback URL mismatch.');
      },
      app,
      '',
    );
    expect(said('callback-refused')[0]).toContain(
      `refuses the callback URL ${upper.toLowerCase()} (the app on iOS), though it takes ${upper}:`,
    );
  });

  it('errors on a page of its own, elsewhere, or in words of another make', async () => {
    const refusals: readonly TestServer['answer'][] = [
      (_, response) => response.writeHead(403).end('<h1>Callback URL mismatch.</h1>'),
      (_, response) =>
        response
          .writeHead(302, {
            location: 'https://shop.test/oops?error=invalid_request&error_description=Callback+URL+mismatch.',
          })
          .end(),
      (_, response) => response.writeHead(400).end('Invalid parameter: redirect_uri'),
    ];
    for (const answer of refusals) expect((await withAuthorize(answer)).codes('error')).toContain('callback-refused');
    const unknown = await withAuthorize((_, response) => response.writeHead(400).end('Unknown client: abc1'));
    expect(unknown.codes('error')).toEqual(['client-unknown']);
  });

  it('are not clear, and so neither right nor wrong', async () => {
    const unclear: readonly (readonly [TestServer['answer'], string])[] = [
      [(_, response) => response.writeHead(503).end(), 'it has trouble (503)'],
      [(_, response) => response.writeHead(429).end(), 'it has trouble (429)'],
      [(_, response) => response.writeHead(403).end('<script crossorigin></script>Blocked.'), 'it answers with 403'],
      [(_, response) => response.writeHead(302, { location: 'https://shop.test/login' }).end(), 'it answers with 302'],
      [(_, response) => response.writeHead(200).end('<h1>Welcome</h1>'), 'it answers with 200'],
    ];
    for (const [answer, why] of unclear) {
      const { said, codes } = await withAuthorize(answer);
      expect(said('answer-unclear')).toContain(
        `Whether the tenant takes the callback URL ${page} is not clear: ${why}.\nTry again, or look at what it answers to a login.`,
      );
      expect(codes('error').filter((code) => /^callback|^client-open/.test(code))).toEqual([]);
    }
    const denied = await withAuthorize(({ url = '' }, response) => {
      const to = new URL(url, server.origin).searchParams.get('redirect_uri') ?? '';
      const isOwn = to === page;
      response.writeHead(isOwn ? 302 : 403, { location: `${to}?error=access_denied&error_description=%1B%5B31mNo` });
      response.end('Callback URL mismatch.');
    });
    expect(denied.said('answer-unclear')[0]).toContain(
      `takes the callback URL ${page}, but answers a login with access_denied`,
    );
    expect(denied.text).not.toContain('\u001b');
    const grant = await withAuthorize(({ url = '' }, response) => {
      const to = new URL(url, server.origin).searchParams.get('redirect_uri') ?? '';
      response.writeHead(to === page ? 302 : 403, { location: `${to}?error=unauthorized_client` });
      response.end('Callback URL mismatch.');
    });
    expect(grant.said('client-grant')[0]).toContain('may not use the grant authorization_code');
  });

  it('are asked for without cookies, credentials or a token', async () => {
    server.requests.length = 0;
    await withAuthorize((_, response) => response.writeHead(403).end('Callback URL mismatch.'));
    expect(server.requests.length).toBeGreaterThan(4);
    for (const { headers, body, url } of server.requests) {
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/cookie|authorization/)]));
      expect(`${url} ${body}`).not.toMatch(/secret|password|access_token/);
    }
  });

  it('to a longer address that begins alike are none to ours', async () => {
    const client = {
      origin: server.origin,
      clientId: 'abc1',
      server: auth0Server({ origin: server.origin }),
      audience: undefined,
    };
    server.answer = (_, response) =>
      response.writeHead(302, { location: `${page}.evil.test/?error=login_required` }).end();
    expect(await tryCallback(client, page)).toEqual({ kind: 'unclear', why: 'it answers with 302' });
    server.answer = (_, response) => response.writeHead(302, { location: `${page}/?error=login_required` }).end();
    expect(await tryCallback(client, page)).toMatchObject({ kind: 'accepted', error: 'login_required' });
  });
});

it('nothing is changed at the tenant', async () => {
  const dump = async () => {
    const { events, ...tables } = (await tenant.control.exportData()).tables as Record<string, unknown>;
    expect(events).toBeDefined();
    return tables;
  };
  // The tenant makes the key it rotates to beside its first requests.
  await expect.poll(async () => (await tenant.context.keys.jwks()).keys.length).toBe(2);
  const before = await dump();
  for (const clientId of ['well', 'native', 'postern-cli']) await examine(tool, clientId);
  await deployed('well');
  expect(await dump()).toEqual(before);
  const types = new Set((await tenant.context.events.list({ limit: 1000 })).map(({ type }) => type));
  for (const type of types)
    expect(['authorize.rejected', 'token.rejected', 'logout', 'logout.rejected', 'cors.rejected']).toContain(type);
});
