import { Auth0, isAuthError, TokenType } from 'postern/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';

let server: TestServer;
let reply: { status: number; body: unknown };
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  reply = {
    status: 200,
    body: { user_id: 'auth0|1', email: 'a@b.example', user_metadata: { favourite_colour: 'teal' } },
  };
  server.answer = (request, response) => {
    if (request.url?.startsWith('/.well-known/')) return response.writeHead(404).end();
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  };
});

const open = () => new Auth0({ domain: server.origin, clientId: 'client', platform: createMemoryTab() });
const asked = () => server.requests.filter(({ url }) => url.startsWith('/api/'));

describe('auth0.users(token)', () => {
  it('gets a user, whose id is escaped, and whose metadata keeps its names', async () => {
    expect(await open().users('opaque').getUser({ id: 'auth0|1' })).toEqual({
      sub: 'auth0|1',
      userId: 'auth0|1',
      email: 'a@b.example',
      userMetadata: { favourite_colour: 'teal' },
    });
    expect(asked()).toMatchObject([{ method: 'GET', url: '/api/v2/users/auth0%7C1', body: '' }]);
    expect(asked()[0]?.headers).toMatchObject({ authorization: 'Bearer opaque' });
  });

  it('changes metadata, and only that', async () => {
    const metadata = { favourite_colour: 'red' };
    await open()
      .users('opaque', TokenType.bearer)
      .patchUser({ id: 'auth0|1', metadata, name: 'x' } as never);
    expect(asked()).toMatchObject([{ method: 'PATCH', url: '/api/v2/users/auth0%7C1' }]);
    expect(JSON.parse(asked()[0]?.body ?? '')).toEqual({ user_metadata: metadata });
  });

  it('proves possession of the key of a bound token', async () => {
    const auth0 = open();
    const error = await rejection(auth0.users('opaque', TokenType.dpop).getUser({ id: 'auth0|1' }));
    // There is no key here that the token could be bound to.
    expect(error).toMatchObject({ code: 'DPOP_KEY_MISSING' });
    expect(asked()).toEqual([]);
  });

  it('has both methods by name, and free of their object', async () => {
    const users = open().users('opaque');
    expect(Object.keys(users)).toEqual(['getUser', 'patchUser']);
    const { getUser } = users;
    expect(await getUser({ id: 'auth0|1' })).toMatchObject({ sub: 'auth0|1' });
  });

  it.each([
    ['nothing', undefined, 'missing_parameters'],
    ['null', null, 'missing_parameters'],
    ['no id', { metadata: {} }, 'missing_parameters'],
    ['an id that is none', { id: {}, metadata: {} }, 'invalid_parameters'],
  ])('rejects %s without asking', async (_, parameters, code) => {
    const users = open().users('opaque');
    expect(await rejection(users.getUser(parameters as never))).toMatchObject({ code });
    expect(await rejection(users.patchUser(parameters as never))).toMatchObject({ code });
    expect(asked()).toEqual([]);
  });

  it.each([[undefined], [null], ['text'], [7]])('rejects metadata %j without asking', async (metadata) => {
    const error = await rejection(
      open()
        .users('opaque')
        .patchUser({ id: 'a', metadata } as never),
    );
    expect(error).toMatchObject({ code: 'invalid_parameters', json: { invalid: ['metadata'] } });
    expect(asked()).toEqual([]);
  });

  it('rejects a call without a token without asking', async () => {
    const error = await rejection(
      open()
        .users(undefined as never)
        .getUser({ id: 'a' }),
    );
    expect(error).toMatchObject({ code: 'missing_parameters', json: { missing: ['token'] } });
  });

  it.each([
    [401, 'Unauthorized', 'Invalid token'],
    [403, 'Forbidden', 'Insufficient scope, expected any of: read:current_user'],
    [404, 'Not Found', 'The user does not exist.'],
  ])('S18: tells %i in the server’s words, and without the token', async (status, error, message) => {
    reply = { status, body: { statusCode: status, error, message, errorCode: 'x' } };
    const failure = await rejection(open().users('secret-token').getUser({ id: 'a' }));
    expect(isAuthError(failure)).toBe(true);
    expect(failure).toMatchObject({ name: error, code: error, message, status });
    expect(JSON.stringify(failure) + JSON.stringify((failure as unknown as { json: unknown }).json)).not.toContain(
      'secret-token',
    );
  });

  it('refuses an answer that is no user', async () => {
    reply = { status: 200, body: { email: 'a@b.example' } };
    expect(await rejection(open().users('opaque').getUser({ id: 'a' }))).toMatchObject({ code: 'invalid_response' });
  });
});
