import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagesConfig, resetLinkOf } from './support/pages.ts';
import { type ProtocolTest, startProtocolTest } from './support/protocol.ts';

let test: ProtocolTest;
beforeAll(async () => {
  test = await startProtocolTest(pagesConfig);
});
afterAll(() => test.close());

const connection = 'Username-Password-Authentication';
const person = {
  client_id: 'spa',
  connection,
  email: 'new@example.com',
  username: 'newbie',
  password: 'Quiet-Lake-77',
};

/** POSTs JSON as the native SDKs do. Members that are undefined are left out. */
async function post(path: string, body: object | string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(`/dbconnections/${path}`, test.issuer), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

describe('POST /dbconnections/signup', () => {
  it('creates a user and answers with what was sent, the bare id and no token', async () => {
    const answer = await post('signup', {
      ...person,
      given_name: 'Grace',
      family_name: 'Hopper',
      user_metadata: { team: 'navy', rank: 7 },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.json()).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email_verified: false,
      email: 'new@example.com',
      username: 'newbie',
      given_name: 'Grace',
      family_name: 'Hopper',
      user_metadata: { team: 'navy', rank: 7 },
    });
    const user = await test.tenant.context.store.users.get(`auth0|${answer.json()._id}`);
    expect(user?.profile).toMatchObject({
      name: 'Grace Hopper',
      nickname: 'newbie',
      picture: `${test.issuer}u/avatar/gh.svg`,
    });
    expect(await test.tenant.context.outbox.list({ to: 'new@example.com' })).toMatchObject([
      { template: 'verify_email' },
    ]);
    const page = await test.browser().logIn(test.authorizeUrl(), { username: 'newbie', password: 'Quiet-Lake-77' });
    expect(page.callback?.searchParams.get('code')).toBeTruthy();
  });

  it('takes a form as well', async () => {
    const form = { ...person, email: 'form@example.com', username: 'formed', user_metadata: '{"team":"forms"}' };
    const answer = await test.post('/dbconnections/signup', form);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ email: 'form@example.com', user_metadata: { team: 'forms' } });
  });

  const taken = { ...person, email: 'USER@example.com', username: 'unused' };

  it('does not tell that a user exists (generic answers, the default)', async () => {
    const generic = {
      name: 'BadRequestError',
      code: 'invalid_signup',
      description: 'Invalid sign up',
      statusCode: 400,
    };
    for (const body of [taken, { ...taken, email: 'unused@example.com', username: 'ROBIN' }]) {
      const answer = await post('signup', body);
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual(generic);
    }
  });

  it('tells it where the connection says so', async () => {
    const plain = { ...person, connection: 'Plain', username: undefined };
    const answer = await post('signup', { ...plain, email: 'plain@example.com' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({
      name: 'BadRequestError',
      code: 'user_exists',
      description: 'The user already exists.',
      statusCode: 400,
    });
    await post('signup', { ...plain, email: 'first@example.com', username: 'samename' });
    const username = await post('signup', { ...plain, email: 'second@example.com', username: 'SameName' });
    expect(username.json()).toMatchObject({ code: 'username_exists', statusCode: 400 });
  });

  it.each([
    [
      'PasswordStrengthError',
      'abcdefgh',
      { message: 'Password is too weak', policy: expect.stringContaining('* At least 8 characters') },
    ],
    [
      'PasswordDictionaryError',
      'Password123!',
      { message: 'Password is too common', description: 'Password is not allowed, it might be too common.' },
    ],
    ['PasswordNoUserInfoError', 'Someone.New-1', { description: expect.stringContaining('personal data') }],
  ])('%s is the whole answer', async (name, password, members) => {
    const answer = await post('signup', { ...person, email: 'someone.new@example.com', username: 'someone', password });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ name, code: 'invalid_password', statusCode: 400, ...members });
    expect(answer.text).not.toContain(password);
  });

  it('the strength error lists the rules, formatted by the client', async () => {
    const answer = await post('signup', { ...person, email: 'weak@example.com', username: 'weak', password: 'abc1' });
    const { description } = answer.json();
    expect(description.verified).toBe(false);
    expect(description.rules.map((rule: { code: string; verified: boolean }) => [rule.code, rule.verified])).toEqual([
      ['lengthAtLeast', false],
      ['containsAtLeast', false],
    ]);
  });

  it('signing up can be off', async () => {
    const answer = await post('signup', { ...person, connection: 'Closed', email: 'closed@example.com' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ error: 'public signup is disabled' });
  });

  it.each([
    ['no client_id', { client_id: undefined }, 'client_id is required'],
    ['an unknown client_id', { client_id: 'nobody' }, 'client_id is not the id of a client'],
    ['no connection', { connection: undefined }, 'connection is required'],
    ['an unknown connection', { connection: 'Nowhere' }, 'connection is not a database connection of the client'],
    [
      'a connection without passwords',
      { connection: 'Mails' },
      'connection is not a database connection of the client',
    ],
    ['no email', { email: undefined }, 'email is required'],
    ['an empty email', { email: '' }, 'email is required'],
    ['no email but text', { email: 'nonsense' }, 'email is not a valid email address'],
    ['no password', { password: undefined }, 'password is required'],
    ['no username', { username: undefined }, 'username is required'],
    ['a bad username', { username: 'two words' }, 'username is not valid'],
    ['metadata that is a list', { user_metadata: [1] }, 'user_metadata must be an object'],
    ['metadata that is text', { user_metadata: 'x' }, 'user_metadata must be an object'],
    [
      'too much metadata',
      { user_metadata: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, n])) },
      'at most 10 properties',
    ],
    ['metadata with a long value', { user_metadata: { a: 'x'.repeat(501) } }, 'at most 500 characters'],
    ['metadata with a long name', { user_metadata: { ['x'.repeat(101)]: 1 } }, 'at most 10 properties'],
  ])('refuses %s', async (_what, change, error) => {
    const answer = await post('signup', { ...person, email: 'refused@example.com', username: 'refused', ...change });
    expect(answer.status).toBe(400);
    expect(answer.json().error).toContain(error);
    expect(await test.tenant.context.store.users.findByEmail('refused@example.com')).toEqual([]);
  });

  it.each([
    ['broken JSON', '{"email":', 'application/json', 400],
    ['a JSON list', '[]', 'application/json', 400],
    ['text', 'email=x', 'text/plain', 415],
    ['a huge body', JSON.stringify({ email: 'x'.repeat(200_000) }), 'application/json', 413],
  ])('T38: refuses %s', async (_what, body, type, status) => {
    const answer = await post('signup', body, { 'content-type': type });
    expect(answer.status).toBe(status);
    expect(answer.json().error).toEqual(expect.any(String));
  });

  it('T19: answers web origins of the client only', async () => {
    const mine = await post('signup', { ...person, email: 'x' }, { origin: 'https://app.example.test' });
    expect(mine.headers.get('access-control-allow-origin')).toBe('https://app.example.test');
    const foreign = await post('signup', { ...person, email: 'x' }, { origin: 'https://evil.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const asks = await post(
      'signup',
      { ...person, client_id: 'asks', email: 'x' },
      { origin: 'https://app.example.test' },
    );
    expect(asks.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(new URL('/dbconnections/signup', test.issuer), {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.test', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example.test');
  });

  it('says in the log why, without the password', async () => {
    await post('signup', { ...person, email: 'log@example.com', username: undefined });
    expect((await test.lastEvent('signup.rejected')).sentence).toBe(
      '/dbconnections/signup was refused: username is required.',
    );
    const log = JSON.stringify(await test.tenant.context.events.list({ limit: 1000 }));
    expect(log).not.toContain(person.password);
  });
});

describe('POST /dbconnections/change_password', () => {
  const text = "We've just sent you an email to reset your password.";
  const request = { client_id: 'spa', connection, email: 'user@example.com' };

  it('answers in plain text and mails the link, from JSON or a form, with client_id or without', async () => {
    for (const body of [request, { ...request, client_id: undefined, organization: 'org_1' }]) {
      const answer = await post('change_password', body);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(answer.text).toBe(text);
    }
    const { body } = await test.post('/dbconnections/change_password', request);
    expect(body).toEqual({ text });
    const page = await test.browser().open(await resetLinkOf(test, 'user@example.com'));
    expect(page.html).toContain('Choose a new password');
  });

  it('answers the same for an unknown user, and mails nothing', async () => {
    const answer = await post('change_password', { ...request, email: 'nobody@example.com' });
    expect([answer.status, answer.text]).toEqual([200, text]);
    expect(await test.tenant.context.outbox.list({ to: 'nobody@example.com' })).toEqual([]);
  });

  it.each([
    ['no email', { email: undefined }, 'email is required'],
    ['no connection', { connection: undefined }, 'connection is required'],
    ['an unknown connection', { connection: 'Nowhere' }, 'connection is not a database connection of the client'],
    ['an unknown client_id', { client_id: 'nobody' }, 'client_id is not the id of a client'],
  ])('refuses %s', async (_what, change, error) => {
    const answer = await post('change_password', { ...request, ...change });
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ error });
  });

  it('allows ten at once and says how many are left', async () => {
    test.tenant.control.clock.set(Date.now());
    const often = { ...request, email: 'often@example.com' };
    const answers = [];
    for (let n = 0; n < 11; n++) answers.push(await post('change_password', often));
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(200), 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '9',
      '8',
      '7',
      '6',
      '5',
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ]);
    const refused = answers.at(-1);
    expect(refused?.headers.get('x-ratelimit-limit')).toBe('10');
    const reset = Number(refused?.headers.get('x-ratelimit-reset'));
    expect(reset).toBeGreaterThan(test.tenant.context.clock.seconds());
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused?.json()).toMatchObject({ error: 'too_many_requests' });
    expect((await post('change_password', { ...request, email: 'other@example.com' })).status).toBe(200);
    test.tenant.control.clock.set((reset + 1) * 1000);
    expect((await post('change_password', often)).status).toBe(200);
    test.tenant.control.clock.reset();
  });
});
