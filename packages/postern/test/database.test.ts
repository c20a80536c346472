import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { passwordRulesOf } from '../src/errors/index.ts';
import { createPerson, password, realm } from './support/people.ts';
import { rejection } from './support/rejection.ts';
import { clientId, createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

const connection = realm;
const answerWith = (path: string, status: number, body: string, headers: Record<string, string> = {}) =>
  world.tenant.control.faults.add({ kind: 'respond', path, status, body, headers });

describe('createUser', () => {
  it('signs a user up, who can then log in; nobody is signed in by it', async () => {
    const { auth0 } = world.open();
    const created = await auth0.auth.createUser({
      email: 'zoe@example.com',
      password,
      connection,
      given_name: 'Zoë',
      metadata: { favourite_colour: 'teal' },
    });
    expect(created).toEqual({
      id: expect.stringMatching(/^\w+$/),
      email: 'zoe@example.com',
      emailVerified: false,
      givenName: 'Zoë',
      userMetadata: { favourite_colour: 'teal' },
    });
    expect(auth0.session.getSnapshot().user).toBeNull();
    const login = () => auth0.auth.passwordRealm({ username: 'zoe@example.com', password, realm });
    await auth0.session.login(login);
    expect(auth0.session.getSnapshot().user).toMatchObject({ sub: `auth0|${created.id}`, givenName: 'Zoë' });
  });

  it.each([
    ['_id', { _id: 'abc' }],
    ['id', { id: 'abc' }],
    ['user_id', { user_id: 'abc' }],
  ])('the id may be called %s', async (_, answer) => {
    const { auth0 } = world.open();
    answerWith('/dbconnections/signup', 200, JSON.stringify({ ...answer, email: 'a@b.example' }));
    expect(await auth0.auth.createUser({ email: 'a@b.example', password, connection })).toEqual({
      id: 'abc',
      email: 'a@b.example',
    });
  });

  it.each(['', 'OK', '[]', '{}', '{"_id":1}'])('a 200 that holds %j is refused', async (body) => {
    const { auth0 } = world.open();
    answerWith('/dbconnections/signup', 200, body);
    const call = auth0.auth.createUser({ email: 'a@b.example', password, connection });
    expect(await rejection(call)).toMatchObject({ name: 'InvalidResponse', code: 'invalid_response' });
  });

  it('a weak password: the tenant’s text, and the rules one by one, their numbers filled in', async () => {
    const { auth0 } = world.open();
    const error = await rejection(auth0.auth.createUser({ email: 'weak@example.com', password: 'weak', connection }));
    expect(error).toMatchObject({
      name: 'a0.response.invalid',
      code: 'invalid_password',
      status: 400,
      message: 'Password is too weak',
    });
    const rules = passwordRulesOf(error);
    expect(rules).toContainEqual({
      code: 'lengthAtLeast',
      message: 'At least 8 characters in length',
      verified: false,
    });
    const kinds = rules.find(({ code }) => code === 'containsAtLeast');
    expect(kinds?.message).toBe('Contain at least 3 of the following 4 types of characters:');
    expect(kinds?.items).toContainEqual({ code: 'lowerCase', message: 'lower case letters (a-z)', verified: true });
    expect(kinds?.items).toContainEqual({ code: 'numbers', message: 'numbers (i.e. 0-9)', verified: false });
  });

  it('a password that is too common is refused in words alone', async () => {
    const { auth0 } = world.open();
    const error = await rejection(
      auth0.auth.createUser({ email: 'common@example.com', password: 'Password123', connection }),
    );
    expect(error).toMatchObject({ code: 'invalid_password', message: expect.stringMatching(/common/i) });
    expect(passwordRulesOf(error)).toEqual([]);
  });

  it.each([[undefined], [new Error('x')], [{ code: 'invalid_password' }]])(
    'passwordRulesOf gives none for %o',
    (error) => {
      expect(passwordRulesOf(error)).toEqual([]);
    },
  );

  it('somebody who is there already', async () => {
    const { auth0 } = world.open();
    const { email } = await createPerson(world.tenant);
    const error = await rejection(auth0.auth.createUser({ email, password, connection }));
    expect(error).toMatchObject({ code: 'invalid_signup', message: 'Invalid sign up', status: 400 });
  });

  it.each([
    [400, { code: 'user_exists', description: 'The user already exists.' }, 'user_exists', 'The user already exists.'],
    [400, { code: 'username_exists', description: 'Taken.' }, 'username_exists', 'Taken.'],
    [400, { error: 'public signup is disabled' }, 'public signup is disabled', 'public signup is disabled'],
    [401, { code: 'requires_verification', description: 'Robot?' }, 'requires_verification', 'Robot?'],
  ])('%i %j: description is the message', async (status, answer, code, message) => {
    const { auth0 } = world.open();
    answerWith('/dbconnections/signup', status, JSON.stringify(answer));
    const call = auth0.auth.createUser({ email: 'a@b.example', password, connection });
    expect(await rejection(call)).toMatchObject({ code, message, status });
  });

  it('says nothing of its own with the client’s id, whatever the app passes', async () => {
    const { auth0, tab } = world.open();
    let body = '';
    Object.assign(tab, {
      fetch: (url: string, init?: RequestInit) => {
        if (url.endsWith('/signup')) body = String(init?.body);
        return fetch(url, init);
      },
    });
    const given = { email: 'b@c.example', password, connection, client_id: 'other', headers: { 'x-app': '1' } };
    await auth0.auth.createUser(given);
    expect(JSON.parse(body)).toEqual({ email: 'b@c.example', password, connection, client_id: clientId });
  });
});

describe('resetPassword', () => {
  it('has a link sent; the plain-text answer is no error, and the same for people unknown', async () => {
    const { auth0 } = world.open();
    const { email } = await createPerson(world.tenant);
    expect(await auth0.auth.resetPassword({ email, connection })).toBeUndefined();
    expect(await world.tenant.control.outbox.lastMessage({ to: email })).toHaveProperty('link');
    expect(await auth0.auth.resetPassword({ email: 'nobody@example.com', connection })).toBeUndefined();
  });

  it('ten at once, then 429 with Retry-After', async () => {
    const limited = await createWorld({ rateLimits: { changePassword: { burst: 2, perMinute: 1 } } } as never);
    try {
      const { auth0 } = limited.open();
      const ask = () => auth0.auth.resetPassword({ email: 'user@example.com', connection });
      await ask();
      await ask();
      const error = await rejection(ask());
      expect(error).toMatchObject({ code: 'too_many_requests', status: 429, retryAfter: expect.any(Number) });
    } finally {
      await limited.close();
    }
  });

  it.each([
    [200, ''],
    [200, 'OK'],
    [204, ''],
  ])('any %i is enough: %j', async (status, body) => {
    const { auth0 } = world.open();
    answerWith('/dbconnections/change_password', status, body);
    await auth0.auth.resetPassword({ email: 'a@b.example', connection });
  });

  it('a plain-text refusal is kept word for word', async () => {
    const { auth0 } = world.open();
    answerWith('/dbconnections/change_password', 401, 'Unauthorized', { 'content-type': 'text/plain' });
    const call = auth0.auth.resetPassword({ email: 'a@b.example', connection });
    expect(await rejection(call)).toMatchObject({ code: 'http_error_401', status: 401, message: 'Unauthorized' });
  });

  it('an unknown connection', async () => {
    const { auth0 } = world.open();
    const call = auth0.auth.resetPassword({ email: 'a@b.example', connection: 'nowhere' });
    expect(await rejection(call)).toMatchObject({ status: 400 });
  });
});
