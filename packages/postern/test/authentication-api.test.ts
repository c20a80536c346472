import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Auth0 } from '../src/core.ts';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';
import { clientId, createWorld, visitSignedIn, type World } from './support/world.ts';

describe('auth, against the tenant', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(() => world.renew());
  afterAll(() => world.close());

  it('userInfo gives the profile: standard claims camelCase, custom ones as they are', async () => {
    const { auth0 } = await world.openSignedIn({ audience: '' });
    const { accessToken } = await auth0.credentialsManager.getCredentials();
    const user = await auth0.auth.userInfo({ token: accessToken, expectedSubject: 'auth0|sample' });
    expect(user).toMatchObject({ sub: 'auth0|sample', givenName: 'Robin', emailVerified: true });
    expect(auth0.session.getSnapshot().error).toBeNull();
  });

  it('S15: userInfo about another user is refused', async () => {
    const { auth0 } = await world.openSignedIn({ audience: '' });
    const { accessToken } = await auth0.credentialsManager.getCredentials();
    const asked = auth0.auth.userInfo({ token: accessToken, expectedSubject: 'auth0|other' });
    expect(await rejection(asked)).toMatchObject({ name: 'InvalidResponse', code: 'invalid_response' });
  });

  it('known failure 1b-17: userInfo with a bad token is invalid_token, status 401', async () => {
    const { auth0 } = world.open();
    expect(await rejection(auth0.auth.userInfo({ token: 'nonsense' }))).toMatchObject({
      code: 'invalid_token',
      status: 401,
    });
  });

  it('revoke ends the refresh token; an unknown one is no error', async () => {
    const { auth0 } = await world.openSignedIn();
    const { refreshToken = '' } = await auth0.credentialsManager.getCredentials();
    await auth0.auth.revoke({ refreshToken });
    await auth0.auth.revoke({ refreshToken: 'unknown' });
    expect(await rejection(auth0.auth.refreshToken({ refreshToken }))).toMatchObject({
      name: 'invalid_grant',
      code: 'invalid_grant',
      message: 'Unknown or invalid refresh token.',
    });
  });

  it('exchange turns a code that the app obtained into credentials, and stores nothing', async () => {
    const { auth0 } = world.open();
    const verifier = 'v'.repeat(43);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
    const redirectUri = 'http://127.0.0.1/callback';
    const url = auth0.auth.authorizeUrl({
      redirectUri,
      state: 's',
      scope: 'openid email',
      code_challenge: Buffer.from(hash).toString('base64url'),
      code_challenge_method: 'S256',
    });
    const callback = new URL(
      await visitSignedIn(world.tenant, {
        url,
        redirectUri,
        mode: 'popup',
        state: 's',
        issuerOrigin: world.origin,
        timeoutMs: 1,
      }),
    );
    const code = callback.searchParams.get('code') ?? '';
    const wrong = await rejection(auth0.auth.exchange({ code: 'wrong', verifier, redirectUri }));
    expect(wrong).toMatchObject({ code: 'invalid_grant' });
    expect(await auth0.auth.exchange({ code, verifier, redirectUri })).toMatchObject({
      tokenType: 'DPoP',
      idToken: expect.any(String),
    });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
  });

  it('builds logout and authorization URLs without any request', () => {
    const { auth0 } = world.open();
    expect(auth0.auth.logoutUrl({ returnTo: 'http://a/' })).toContain('returnTo=http%3A%2F%2Fa%2F');
    expect(auth0.auth.logoutUrl({ federated: true, returnToUrl: 'http://a/' })).toBe(
      `${world.origin}/v2/logout?returnTo=http%3A%2F%2Fa%2F&client_id=postern-spa&federated`,
    );
    expect(auth0.auth.authorizeUrl({ redirectUri: 'http://a/', state: 's', prompt: 'login', nothing: undefined })).toBe(
      `${world.origin}/authorize?response_type=code&client_id=postern-spa&redirect_uri=http%3A%2F%2Fa%2F&state=s&prompt=login`,
    );
  });

  it.each([
    ['exchange', { code: 'c' }, ['verifier', 'redirectUri']],
    ['refreshToken', {}, ['refreshToken']],
    ['revoke', { refreshToken: null }, ['refreshToken']],
    ['userInfo', {}, ['token']],
  ] as const)('%s without its parameters rejects, naming them', async (method, parameters, missing) => {
    const { auth0 } = world.open();
    const call = auth0.auth[method] as (parameters: unknown) => Promise<unknown>;
    const before = world.tokenRequests.length;
    expect(await rejection(call(parameters))).toMatchObject({
      name: 'MissingParameters',
      code: 'missing_parameters',
      message: expect.stringContaining(missing.join(', ')),
    });
    expect(world.tokenRequests).toHaveLength(before);
  });
});

describe('answers of all kinds (wire reference sections 2 and 29)', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await createTestServer();
  });
  afterAll(() => server.close());

  const client = (options = {}) =>
    new Auth0({ domain: server.origin, clientId, platform: createMemoryTab(), ...options });
  const refresh = (options = {}) => client(options).auth.refreshToken({ refreshToken: 'r' });
  const tokenAnswer = (
    status: number,
    body: string,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => {
    server.answer = (request, response) => {
      if (request.url === '/oauth/token') response.writeHead(status, headers).end(body);
      else response.writeHead(404).end('no');
    };
  };

  it.each([
    [
      403,
      '{"error":"invalid_grant","error_description":"Wrong."}',
      {},
      { name: 'invalid_grant', code: 'invalid_grant', message: 'Wrong.', status: 403 },
    ],
    [
      400,
      '{"code":"invalid_password","name":"PasswordStrengthError","message":"Too weak","description":{"rules":[]}}',
      {},
      { name: 'a0.response.invalid', code: 'invalid_password', message: 'Too weak' },
    ],
    [
      400,
      '{"code":"user_exists","description":"The user already exists."}',
      {},
      { code: 'user_exists', message: 'The user already exists.' },
    ],
    [
      400,
      '{"error":"public signup is disabled"}',
      {},
      { code: 'public signup is disabled', message: 'public signup is disabled' },
    ],
    [
      401,
      'Unauthorized',
      { 'www-authenticate': 'Bearer realm="Users", error="invalid_token", error_description="Expired."' },
      { code: 'invalid_token', message: 'Expired.', status: 401 },
    ],
    [
      401,
      '',
      { 'www-authenticate': 'DPoP error="use_dpop_nonce", error_description="Nonce."' },
      { code: 'use_dpop_nonce' },
    ],
    [
      502,
      '<html>Bad gateway</html>',
      {},
      { code: 'http_error_502', name: 'http_error_502', message: '<html>Bad gateway</html>' },
    ],
    [500, '', {}, { code: 'http_error_500', message: 'Internal Server Error' }],
    [400, '[]', {}, { code: 'http_error_400' }],
    [400, 'null', {}, { code: 'http_error_400' }],
  ])('%i %s', async (status, body, headers, expected) => {
    tokenAnswer(status, body, headers as unknown as Record<string, string>);
    expect(await rejection(refresh())).toMatchObject(expected);
  });

  it.each([
    ['text', 'OK'],
    ['no access token', '{"token_type":"Bearer"}'],
    ['an unknown token type', '{"access_token":"a","token_type":"MAC"}'],
    ['a date that is none', '{"access_token":"a","token_type":"Bearer","expires_in":"soon"}'],
  ])('a 200 with %s is refused, and no token is in the error', async (_, body) => {
    tokenAnswer(200, body);
    const error = await rejection(refresh());
    expect(error.name).toBe('InvalidResponse');
    expect(JSON.stringify(error)).not.toContain('"a"');
  });

  it('keeps the given refresh token when the answer has none, and takes the new one when it has', async () => {
    tokenAnswer(200, '{"access_token":"a","token_type":"bearer","expires_in":60}');
    expect(await refresh()).toMatchObject({ refreshToken: 'r', tokenType: 'Bearer' });
    tokenAnswer(200, '{"access_token":"a","token_type":"Bearer","expires_in":"60","refresh_token":"r2"}');
    expect(await refresh()).toMatchObject({ refreshToken: 'r2' });
  });

  it('times out over the headers', async () => {
    server.answer = (request, response) => {
      if (request.url !== '/oauth/token') response.writeHead(404).end();
    };
    expect(await rejection(refresh({ timeout: 150 }))).toMatchObject({
      name: 'TimeoutError',
      code: 'timeout',
      message: 'Request timed out after 150ms',
    });
  });

  it('times out over a body that stalls', async () => {
    server.answer = (request, response) => {
      if (request.url === '/oauth/token')
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"access_token":');
      else response.writeHead(404).end();
    };
    expect(await rejection(refresh({ timeout: 150 }))).toMatchObject({ code: 'timeout', status: 0 });
  });

  it('a refused connection is a NetworkError with its cause', async () => {
    const closed = await createTestServer();
    await closed.close();
    const auth0 = new Auth0({ domain: closed.origin, clientId, platform: createMemoryTab() });
    expect(await rejection(auth0.auth.refreshToken({ refreshToken: 'r' }))).toMatchObject({
      name: 'NetworkError',
      code: 'network_error',
      status: 0,
      cause: expect.any(TypeError),
    });
  });

  it('sends the client’s headers, the call’s over them, and who is calling', async () => {
    tokenAnswer(200, '{"access_token":"a","token_type":"Bearer"}');
    await client({ headers: { 'x-one': '1', 'X-Two': '2', Accept: 'text/plain' } }).auth.refreshToken({
      refreshToken: 'r',
      headers: { 'x-two': '3' },
    });
    const request = server.requests.at(-1);
    const headers = request?.headers ?? {};
    expect(headers).toMatchObject({ 'x-one': '1', 'x-two': '3', accept: 'application/json' });
    expect(JSON.parse(atob(String(headers['auth0-client'])))).toMatchObject({ name: 'postern' });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: 'r',
    });
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example/' }],
    ['an endpoint without TLS elsewhere', { token_endpoint: 'http://evil.example/token' }],
  ])('S8: discovery with %s is refused', async (_, change) => {
    server.answer = (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ issuer: server.origin, token_endpoint: `${server.origin}/token`, ...change }));
    expect(await rejection(refresh())).toMatchObject({ code: 'a0.invalid_configuration' });
    expect(server.requests.at(-1)?.url).toBe('/.well-known/openid-configuration');
  });

  it('asks for discovery once', async () => {
    tokenAnswer(200, '{"access_token":"a","token_type":"Bearer"}');
    const { auth } = client();
    const before = server.requests.length;
    await Promise.all([auth.refreshToken({ refreshToken: '1' }), auth.refreshToken({ refreshToken: '2' })]);
    await auth.refreshToken({ refreshToken: '3' });
    expect(server.requests.slice(before).filter(({ method }) => method === 'GET')).toHaveLength(1);
  });
});
