import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Auth0 } from '../src/core.ts';
import { createMemoryDevice, createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';

/** What a password or a token is sent to is the tenant alone: RFC 9700 section 4.12 has what becomes of a 307. */

let tenant: TestServer;
let elsewhere: TestServer;
beforeAll(async () => {
  [tenant, elsewhere] = await Promise.all([createTestServer(), createTestServer()]);
});
afterAll(() => Promise.all([tenant.close(), elsewhere.close()]));
beforeEach(() => {
  elsewhere.requests.length = 0;
  elsewhere.answer = (_, response) => response.setHeader('content-type', 'application/json').end('{}');
});

const open = () =>
  new Auth0({ domain: tenant.origin, clientId: 'app', platform: createMemoryTab(createMemoryDevice()) });

const token = 'eyJhbGciOiJub25lIn0.e30.secret-of-a-token';
const password = 'Correct-Horse-42';
const connection = 'Username-Password-Authentication';
const mfaToken = 'secret-of-a-second-factor';
const email = 'ann@example.com';

describe.each([301, 302, 303, 307, 308])('a tenant that answers %i', (status) => {
  beforeAll(() => {
    tenant.answer = (request, response) => {
      if (request.method === 'GET' && request.url?.startsWith('/.well-known')) response.writeHead(404).end();
      else response.writeHead(status, { location: `${elsewhere.origin}${request.url}` }).end();
    };
  });

  it.each<[string, (auth0: Auth0) => Promise<unknown>]>([
    ['createUser', ({ auth }) => auth.createUser({ email, password, connection })],
    ['resetPassword', ({ auth }) => auth.resetPassword({ email, connection })],
    ['passwordRealm', ({ auth }) => auth.passwordRealm({ username: email, password, realm: connection })],
    ['passwordlessWithEmail', ({ auth }) => auth.passwordlessWithEmail({ email })],
    ['userInfo', ({ auth }) => auth.userInfo({ token })],
    ['revoke', ({ auth }) => auth.revoke({ refreshToken: token })],
    ['mfa.getAuthenticators', ({ mfa }) => mfa.getAuthenticators({ mfaToken })],
    ['mfa.challenge', ({ mfa }) => mfa.challenge({ mfaToken, authenticatorId: 'otp|1' })],
    ['users().getUser', (auth0) => auth0.users(token).getUser({ id: 'auth0|ann' })],
    ['myAccount', ({ myAccount }) => myAccount.getAuthenticationMethods({ accessToken: token })],
  ])('%s sends nothing on', async (_, call) => {
    const error = await rejection(call(open()));
    expect(error.message).toContain('redirect');
    expect(elsewhere.requests).toEqual([]);
  });
});
