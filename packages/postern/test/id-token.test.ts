import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Auth0 } from '../src/core.ts';
import { createMemoryDevice, createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';

/** A provider that signs whatever the test wants: what no honest server would. */
describe('the ID token of a login', () => {
  let server: TestServer;
  let keys: CryptoKeyPair;
  let other: CryptoKeyPair;
  let jwks: { status: number; keys: object[] };
  let jwksRequests = 0;
  let idToken: (claims: JWTPayload) => Promise<string> | string;
  let nonce = '';

  beforeAll(async () => {
    server = await createTestServer();
    keys = await generateKeyPair('RS256');
    other = await generateKeyPair('RS256');
  });
  beforeEach(async () => {
    jwksRequests = 0;
    jwks = { status: 200, keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', use: 'sig', alg: 'RS256' }] };
    idToken = sign();
    server.answer = async (request, response) => {
      const json = (status: number, body: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.url === '/.well-known/jwks.json') {
        jwksRequests++;
        return json(jwks.status, { keys: jwks.keys });
      }
      if (request.url !== '/oauth/token') return json(404, {});
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: `${server.origin}/`, aud: 'c', sub: 'u', nonce, iat: now, exp: now + 60 };
      json(200, { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: await idToken(claims) });
    };
  });
  afterAll(() => server.close());

  const sign =
    (change: (claims: JWTPayload) => void = () => undefined, header: object = {}, key = keys.privateKey) =>
    (claims: JWTPayload) => {
      change(claims);
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key);
    };
  const unsigned =
    (header: object, signature = '') =>
    (claims: JWTPayload) =>
      [...[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), signature].join('.');

  const logIn = (options: object = {}, parameters: object = {}, how: object = {}) => {
    const tab = createMemoryTab(createMemoryDevice());
    tab.visit = ({ url, redirectUri, state }) => {
      nonce = new URL(url).searchParams.get('nonce') ?? '';
      return `${redirectUri}?code=c&state=${state}`;
    };
    const auth0 = new Auth0({ domain: server.origin, clientId: 'c', platform: tab, ...options });
    return auth0.webAuth.authorize(parameters, how);
  };
  const refused = async (login = logIn()) =>
    expect(await rejection(login)).toMatchObject({
      type: 'ID_TOKEN_VALIDATION_FAILED',
      code: 'a0.session.invalid_idtoken',
    });

  it('that is right is accepted', async () => {
    expect(await logIn()).toMatchObject({ accessToken: 'a' });
  });

  it.each<[string, (claims: JWTPayload) => void]>([
    ['iss of another server', (claims) => (claims.iss = 'https://evil.example/')],
    ['iss without its slash', (claims) => (claims.iss = server.origin)],
    ['no iss', (claims) => delete claims.iss],
    ['aud of another client', (claims) => (claims.aud = 'other')],
    ['no aud', (claims) => delete claims.aud],
    ['several aud and no azp', (claims) => (claims.aud = ['c', 'other'])],
    ['several aud and another’s azp', (claims) => Object.assign(claims, { aud: ['c', 'other'], azp: 'other' })],
    ['exp past', (claims) => (claims.exp = Math.floor(Date.now() / 1000) - 61)],
    ['no exp', (claims) => delete claims.exp],
    ['exp as text', (claims) => Object.assign(claims, { exp: '9999999999' })],
    ['no iat', (claims) => delete claims.iat],
    ['no sub', (claims) => delete claims.sub],
    ['an empty sub', (claims) => (claims.sub = '')],
    ['nbf to come', (claims) => (claims.nbf = Math.floor(Date.now() / 1000) + 90)],
    ['another nonce', (claims) => (claims.nonce = 'other')],
    ['no nonce', (claims) => delete claims.nonce],
  ])('S5, S10: with %s is refused', async (_, change) => {
    idToken = sign((claims) => void change(claims));
    await refused();
  });

  it('S10: several aud with our azp are accepted', async () => {
    idToken = sign((claims) => Object.assign(claims, { aud: ['c', 'other'], azp: 'c' }));
    expect(await logIn()).toHaveProperty('idToken');
  });

  it('known failure 1d-37: a minute of clock difference is tolerated, and the option honoured', async () => {
    idToken = sign((claims) => (claims.exp = Math.floor(Date.now() / 1000) - 50));
    expect(await logIn()).toHaveProperty('idToken');
    expect(await logIn({ leeway: 0 })).toHaveProperty('idToken');
    await refused(logIn({ leeway: 10 }));
    await refused(logIn({}, {}, { leeway: 5 }));
  });

  it.each([
    ['alg none', () => unsigned({ alg: 'none' })],
    ['alg none in capitals', () => unsigned({ alg: 'NONE' }, 'AA')],
    [
      'HS256 with the public key as secret',
      () => (claims: JWTPayload) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .sign(new TextEncoder().encode(JSON.stringify(jwks.keys[0]))),
    ],
    ['no alg', () => unsigned({ kid: 'one' }, 'AA')],
    ['crit not understood', () => unsigned({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 }, 'AA')],
    ['another’s signature', () => sign(() => undefined, {}, other.privateKey)],
    ['an unknown kid', () => sign(() => undefined, { kid: 'two' }, other.privateKey)],
    ['an embedded key', () => sign(() => undefined, { kid: 'two', jwk: { kty: 'RSA' } }, other.privateKey)],
    ['nothing in it', () => () => ''],
    ['text', () => () => 'not.a.jwt'],
  ])('S11: %s is refused', async (_, make) => {
    idToken = make();
    await refused();
  });

  it('S12: an unknown kid asks for the keys once more, and not again for the next token', async () => {
    const tab = createMemoryTab(createMemoryDevice());
    tab.visit = ({ url, redirectUri, state }) => {
      nonce = new URL(url).searchParams.get('nonce') ?? '';
      return `${redirectUri}?code=c&state=${state}`;
    };
    const auth0 = new Auth0({ domain: server.origin, clientId: 'c', platform: tab });
    idToken = sign(() => undefined, { kid: 'two' });
    await refused(auth0.webAuth.authorize());
    expect(jwksRequests).toBe(2);
    await refused(auth0.webAuth.authorize());
    expect(jwksRequests).toBe(2);
    idToken = sign();
    expect(await auth0.webAuth.authorize()).toHaveProperty('idToken');
  });

  it('S12: two keys that match and no kid is a refusal, not a crash', async () => {
    jwks.keys.push({ ...(await exportJWK(other.publicKey)), use: 'sig', alg: 'RS256' });
    idToken = sign(() => undefined, { kid: undefined });
    await refused();
  });

  it('keys that cannot be reached do not fail a login over TLS or loopback; a refused key set does', async () => {
    jwks.status = 503;
    expect(await logIn()).toHaveProperty('idToken');
    jwks.status = 404;
    await refused();
    jwks.status = 200;
    jwks.keys = [];
    await refused();
  });

  it('S13: another organization is refused', async () => {
    idToken = sign((claims) => Object.assign(claims, { org_id: 'org_2' }));
    await refused(logIn({}, { organization: 'org_1' }));
    expect(await logIn({}, { organization: 'org_2' })).toHaveProperty('idToken');
  });
});

describe('the ceiling of a session (session_expiry)', () => {
  it('ends it, is not raised by a renewal, and is told as sessionExpiresAt', async () => {
    const device = createMemoryDevice();
    const auth0 = new Auth0({ domain: 'http://localhost:9', clientId: 'c', platform: createMemoryTab(device) });
    const now = Math.floor(device.clock.now() / 1000);
    const credentials = {
      idToken: '',
      accessToken: 'a',
      tokenType: 'Bearer',
      expiresAt: now + 9999,
      sessionExpiresAt: now + 60,
    };
    await auth0.session.login(async () => credentials);
    expect(await auth0.credentialsManager.getCredentials()).toEqual(credentials);
    device.clock.advance(61_000);
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'SESSION_EXPIRED' });
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
    expect(await rejection(auth0.credentialsManager.getCredentials())).toMatchObject({ type: 'NO_CREDENTIALS' });
  });
});
