import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActionModule, createTenant } from '../src/index.ts';
import { type Page, readForm } from './support/browser.ts';
import { type DirectTest, database, directConfig, otpGrant, startDirectTest } from './support/direct.ts';
import { meanwhile } from './support/meanwhile.ts';
import { claimsOf, secret, type TokenAnswer } from './support/protocol.ts';

/** Passwordless logins of database users: `/otp/challenge` and the grant with an auth_session. */

const open = 'Open';
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const denying: ActionModule = {
  onExecutePreUserRegistration: async (event, api) => {
    if (event.user.email?.startsWith('denied') === true) api.access.deny('a rule', 'Not you.');
  },
};

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest({
    mfa: { policy: 'enrolled' },
    connections: [
      { name: database, strategy: 'auth0', requiresUsername: true, emailOtp: true },
      { name: open, strategy: 'auth0', emailOtp: true, phoneOtp: true },
      { name: 'Closed', strategy: 'auth0', emailOtp: true, phoneOtp: true, signup: false },
      { name: 'Calls', strategy: 'auth0', phoneOtp: true },
      ...directConfig.connections.filter(({ name }) => name !== database),
    ],
    users: [
      ...directConfig.users,
      { id: 'auth0|op', connection: open, email: 'op@example.com', emailVerified: false, phoneNumber: '+15550001' },
      { id: 'auth0|shut', connection: open, email: 'shut@example.com', emailVerified: false, blocked: true },
      { id: 'auth0|two', connection: open, email: 'two@example.com', mfa: { totpSecret } },
    ],
  });
});
afterAll(() => test?.close());
beforeEach(() => test.tenant.context.store.counters.clear('rate:otpChallenge:127.0.0.1'));
afterEach(() => test.resetClock());

const op = 'op@example.com';
const ask = (changes: Record<string, unknown> = {}) =>
  test.json('/otp/challenge', { client_id: 'app', connection: open, email: op, ...changes });
const session = async (changes?: Record<string, unknown>) => String((await ask(changes)).body.auth_session);
const redeem = (authSession: string, otp: string, changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: otpGrant,
    client_id: 'app',
    auth_session: authSession,
    otp,
    scope: 'openid profile email phone',
    ...changes,
  });
const codeTo = async (to: string) => String((await test.newest(to)).code);
const wrong = (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
const messages = async (to: string) => (await test.tenant.control.outbox.list({ to })).length;
const refused = { error: 'invalid_request', error_description: 'Invalid or expired auth_session or otp' };
const expectRefused = (answer: TokenAnswer) => {
  expect(answer.body).toEqual(refused);
  expect(answer.status).toBe(400);
};

describe('a login with a code', () => {
  it('by e-mail: tokens, and an address that is verified from then on', async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['auth_session']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-ratelimit-limit')).toBe('50');
    const tokens = await redeem(String(answer.body.auth_session), await codeTo(op));
    expect(claimsOf(String(tokens.body.id_token))).toMatchObject({ sub: 'auth0|op', email: op, email_verified: true });
    expect(tokens.body.token_type).toBe('Bearer');
  });

  it.each([
    ['text', 'sms', /^Your code for Direct logins is \d{6}$/],
    ['voice', 'voice', /Your code for Direct logins is \d, \d/],
  ])('by phone: a %s', async (delivery_method, channel, text) => {
    const authSession = await session({ email: undefined, phone_number: '+15550001', delivery_method });
    const message = await test.newest('+15550001');
    expect(message).toMatchObject({ channel, template: 'passwordless_code' });
    expect(message.text).toMatch(text);
    const tokens = await redeem(authSession, String(message.code));
    expect(claimsOf(String(tokens.body.id_token))).toMatchObject({ sub: 'auth0|op', phone_number_verified: true });
  });

  it('writes in the language of x-request-language', async () => {
    await test.json(
      '/otp/challenge',
      { client_id: 'app', connection: open, email: op },
      { 'x-request-language': 'de' },
    );
    expect((await test.newest(op)).subject).toBe('Ihr Code für Direct logins');
  });

  it('by a confidential client, with its secret', async () => {
    const authSession = await session({ client_id: 'server', client_secret: secret });
    const answer = await redeem(authSession, await codeTo(op), { client_id: 'server', client_secret: secret });
    expect(answer.status).toBe(200);
  });

  it('owes a second factor who has one: mfa_required, and the code is not asked for again', async () => {
    const answer = await redeem(await session({ email: 'two@example.com' }), await codeTo('two@example.com'));
    expect(answer.body).toMatchObject({
      error: 'mfa_required',
      mfa_requirements: { challenge: [{ type: 'otp' }, { type: 'email' }] },
    });
    expect(answer.status).toBe(403);
  });

  it('is refused who is blocked: 403 access_denied', async () => {
    const answer = await redeem(await session({ email: 'shut@example.com' }), await codeTo('shut@example.com'));
    expect(answer.body).toEqual({ error: 'access_denied', error_description: 'user is blocked' });
    expect(answer.status).toBe(403);
    expect(await test.tenant.control.users.get('auth0|shut')).toMatchObject({ emailVerified: false });
  });
});

describe('signing up with a code', () => {
  it.each([
    ['email', 'new-one@example.com', { email: 'new-one@example.com', email_verified: true }],
    ['phone_number', '+15550002', { phone_number: '+15550002', phone_number_verified: true }],
  ])('with allow_signup, by %s', async (field, address, claims) => {
    const authSession = await session({ email: undefined, [field]: address, allow_signup: true });
    const tokens = await redeem(authSession, await codeTo(address));
    expect(claimsOf(String(tokens.body.id_token))).toMatchObject({ sub: expect.stringMatching(/^auth0\|/), ...claims });
    await redeem(await session({ email: undefined, [field]: address }), await codeTo(address));
    expect(await test.lastEvent('login.success')).toMatchObject({ userId: claimsOf(String(tokens.body.id_token)).sub });
  });

  it.each([
    ['without allow_signup', {}],
    ['where sign-up is off', { connection: 'Closed', allow_signup: true }],
    ['where a username is required', { connection: database, allow_signup: true }],
  ])('known failure: not %s; the answer is that for a known address, and no code is sent', async (_name, changes) => {
    const email = 'nobody@example.com';
    const answer = await ask({ email, ...changes });
    const known = await ask();
    expect([answer.status, Object.keys(answer.body)]).toEqual([known.status, Object.keys(known.body)]);
    expect(String(answer.body.auth_session)).toHaveLength(String(known.body.auth_session).length);
    expect(await messages(email)).toBe(0);
    expectRefused(await redeem(String(answer.body.auth_session), '123456'));
    expect(await test.lastEvent('otp.not_sent')).toMatchObject({ outcome: 'failure' });
  });

  it('T32: the right code of an address that nobody has and nobody may sign up with gives nothing', async () => {
    test.tenant.control.fixCode('guessed@example.com', '424242');
    expectRefused(await redeem(await session({ email: 'guessed@example.com' }), '424242'));
    expect(await test.tenant.context.store.users.findByEmail('guessed@example.com')).toEqual([]);
  });

  it('a rule that refuses it is told as a wrong code', async () => {
    const tenant = await createTenant(
      {
        clients: [{ clientId: 'app', name: 'App', type: 'native', grantTypes: [otpGrant] }],
        connections: [{ name: open, strategy: 'auth0', emailOtp: true }],
      },
      { actions: denying, issuer: 'http://localhost:1/' },
    );
    const post = async (path: string, body: object) =>
      (
        await tenant.fetch(
          new Request(`http://localhost:1${path}`, {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
        )
      ).json();
    const email = 'denied@example.com';
    const { auth_session } = await post('/otp/challenge', {
      client_id: 'app',
      connection: open,
      email,
      allow_signup: true,
    });
    const otp = (await tenant.control.outbox.lastMessage({ to: email })).code;
    expect(await post('/oauth/token', { grant_type: otpGrant, client_id: 'app', auth_session, otp })).toEqual(refused);
    await tenant.close();
  });
});

describe('T32: an auth_session', () => {
  it('works once', async () => {
    const authSession = await session();
    const code = await codeTo(op);
    expect((await redeem(authSession, code)).status).toBe(200);
    expectRefused(await redeem(authSession, code));
  });

  it('works once, also for calls at the same time', async () => {
    const authSession = await session();
    const code = await codeTo(op);
    const answers = await Promise.all(Array.from({ length: 3 }, () => redeem(authSession, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('works once for two calls that both find it unused', async () => {
    const authSession = await session();
    const code = await codeTo(op);
    let other: TokenAnswer | undefined;
    meanwhile(test.tenant.context.store.artifacts, 'get', async () => {
      other = await redeem(authSession, code);
    });
    expectRefused(await redeem(authSession, code));
    expect(other?.status).toBe(200);
  });

  it('dies by the third wrong code, and takes the right one after two', async () => {
    const patient = await session();
    const code = await codeTo(op);
    for (const guess of [wrong(code), 'abcdef']) expectRefused(await redeem(patient, guess));
    expect((await redeem(patient, code)).status).toBe(200);
    const killed = await session();
    const next = await codeTo(op);
    for (let guess = 0; guess < 3; guess++) expectRefused(await redeem(killed, wrong(next)));
    expectRefused(await redeem(killed, next));
  });

  it('takes no fourth guess that comes while the third is being refused', async () => {
    const authSession = await session();
    const code = await codeTo(op);
    for (let guess = 0; guess < 2; guess++) expectRefused(await redeem(authSession, wrong(code)));
    let fourth: TokenAnswer | undefined;
    meanwhile(test.tenant.context.store.artifacts, 'countAttempt', async () => {
      fourth = await redeem(authSession, code);
    });
    expectRefused(await redeem(authSession, wrong(code)));
    expect(fourth?.body).toEqual(refused);
  });

  it('expires with its code', async () => {
    const authSession = await session();
    await test.advance(180_000);
    expectRefused(await redeem(authSession, await codeTo(op)));
    expect((await test.lastEvent('token.rejected')).sentence).toContain('expired');
  });

  it('is replaced by a newer one of the same address', async () => {
    const older = await session();
    const code = await codeTo(op);
    await session();
    expectRefused(await redeem(older, code));
  });

  it('belongs to the client that asked for it', async () => {
    expectRefused(await redeem(await session(), await codeTo(op), { client_id: 'other-app' }));
  });

  it('has no use with another one’s code', async () => {
    const mine = await session();
    await session({ email: 'two@example.com' });
    const code = await codeTo('two@example.com');
    if (code !== (await codeTo(op))) expectRefused(await redeem(mine, code));
  });

  it.each(['', 'unknown'])('cannot be made up: "%s"', async (authSession) => {
    const answer = await redeem(authSession, '123456');
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('invalid_request');
  });
});

describe('/otp/challenge refuses', () => {
  const fields = (answer: TokenAnswer) =>
    (answer.body.validation_errors as { field: string; message: string }[]).map(({ field }) => field);

  it.each([
    ['no address', { email: undefined }, 'email'],
    ['two addresses', { phone_number: '+15550001' }, 'email'],
    ['an e-mail that is none', { email: 'op' }, 'email'],
    ['an e-mail that is a number', { email: 7 }, 'email'],
    ['a phone number without +', { email: undefined, phone_number: '15550001' }, 'phone_number'],
    [
      'an unknown delivery_method',
      { email: undefined, phone_number: '+15550001', delivery_method: 'fax' },
      'delivery_method',
    ],
    ['an allow_signup that is a text', { allow_signup: 'yes' }, 'allow_signup'],
  ])('%s: invalid_request and validation_errors', async (_name, changes, field) => {
    const answer = await ask(changes);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('invalid_request');
    expect(fields(answer)).toEqual([field]);
  });

  it.each([
    ['no connection', { connection: undefined }],
    ['an unknown connection', { connection: 'Nowhere' }],
    ['a passwordless connection', { connection: 'email' }],
    ['a database without codes', { connection: 'Staff' }],
    ['an e-mail where only phones are on', { connection: 'Calls' }],
    ['a phone where only e-mail is on', { connection: database, email: undefined, phone_number: '+15550001' }],
  ])('%s: invalid_connection', async (_name, changes) => {
    const answer = await ask(changes);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_connection']);
  });

  it.each([
    ['a wrong secret', { client_id: 'server', client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['no client', { client_id: undefined }, 400, 'invalid_request'],
    ['a client without the grant', { client_id: 'plain' }, 403, 'unauthorized_client'],
    ['a number the provider refuses', { email: undefined, phone_number: '+15005550001' }, 400, 'sms_provider_error'],
  ])('%s', async (_name, changes, status, error) => {
    const answer = await ask(changes);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('T38: a form, and JSON that is none', async () => {
    const form = await test.post('/otp/challenge', { client_id: 'app', connection: open, email: op });
    expect([form.status, form.body.error]).toEqual([415, 'invalid_request']);
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${test.issuer}otp/challenge`, { method: 'POST', body: '[]', headers });
    expect(broken.status).toBe(400);
  });

  it('more than 50 from one address: 429 with Retry-After', async () => {
    const { counters } = test.tenant.context.store;
    const bucket = { capacity: 50, refillMs: 72_000 };
    const now = test.tenant.context.clock.now();
    for (let n = 0; n < 50; n++) await counters.takeFromBucket('rate:otpChallenge:127.0.0.1', bucket, now);
    const answer = await ask();
    expect([answer.status, answer.body.error]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
  });
});

it('an address that guesses at many accounts is slowed down: 429 too_many_attempts', async () => {
  const strict = await startDirectTest({
    attackProtection: { suspiciousAddress: { login: { attempts: 2, refill: 600 } } },
    connections: [{ name: open, strategy: 'auth0', emailOtp: true }],
    clients: directConfig.clients.filter(({ clientId }) => clientId === 'app'),
    users: [],
  });
  const guess = () =>
    strict.json('/oauth/token', { grant_type: otpGrant, client_id: 'app', auth_session: 'x', otp: '1' });
  for (let n = 0; n < 2; n++) expectRefused(await guess());
  expect((await guess()).body.error).toBe('too_many_attempts');
  const browser = strict.browser();
  const url = strict.authorizeUrl({ client_id: 'app', audience: undefined, connection: open });
  const { search } = (await browser.open(url)).url;
  const form = await browser.open(new URL(`/u/passwordless/db/${open}/email${search}`, strict.issuer));
  const page = await browser.submit(form, { address: op }, 'code');
  const slowed = await browser.submit(page, { code: '123456' }, 'verify');
  expect([slowed.status, slowed.html]).toEqual([429, expect.stringContaining('suspicious login behavior')]);
  expect((await strict.lastEvent('login.throttled')).clientId).toBe('app');
  await strict.close();
});

it('an address that makes many accounts is slowed down; the answer is that for a wrong code', async () => {
  const strict = await startDirectTest({
    attackProtection: { suspiciousAddress: { signup: { attempts: 1, refill: 600 } } },
    connections: [{ name: open, strategy: 'auth0', emailOtp: true }],
    clients: directConfig.clients.filter(({ clientId }) => clientId === 'app'),
    users: [],
  });
  const signUp = async (email: string) => {
    const wanted = { client_id: 'app', connection: open, email, allow_signup: true };
    const { auth_session } = (await strict.json('/otp/challenge', wanted)).body;
    const otp = (await strict.newest(email)).code;
    return strict.json('/oauth/token', { grant_type: otpGrant, client_id: 'app', auth_session, otp });
  };
  expect((await signUp('first@example.com')).status).toBe(200);
  expectRefused(await signUp('second@example.com'));
  expect(await strict.tenant.context.store.users.findByEmail('second@example.com')).toEqual([]);
  await strict.close();
});

it('T19: pages of the client’s web origins may call it', async () => {
  const origin = 'https://app.example.test';
  const answer = await test.json('/otp/challenge', { client_id: 'app', connection: open, email: op }, { origin });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
});

it('no secret in the event log: neither code nor auth_session', async () => {
  const authSession = await session();
  const code = await codeTo(op);
  await redeem(authSession, wrong(code));
  await redeem(authSession, code);
  const log = JSON.stringify(await test.tenant.control.events.list({ limit: 1000 }));
  expect(log).not.toContain(authSession);
  expect(log).not.toMatch(new RegExp(`\\b${code}\\b`));
});

it('the database holds neither the code nor the auth_session', async () => {
  const authSession = await session();
  const code = await codeTo(op);
  const { artifacts = [] } = await test.tenant.context.store.dump();
  const rows = JSON.stringify(artifacts.filter(({ kind }) => kind === 'otp_session'));
  expect(rows).toContain('"otp_session"');
  expect(rows).not.toContain(authSession);
  expect(rows).not.toContain(`"${code}"`);
});

describe('on the hosted pages', () => {
  const enter = (changes: Record<string, string> = {}) => {
    const browser = test.browser();
    const url = test.authorizeUrl({ client_id: 'app', audience: undefined, connection: open, ...changes });
    return browser.open(url).then((page) => ({ browser, page }));
  };
  const linkOf = (page: Page, text: string) => {
    const links = page.html.match(/<a [^>]*>.*?<\/a>/g) ?? [];
    const href = /href="([^"]+)"/.exec(links.find((link) => link.includes(`Continue with ${text}<`)) ?? '')?.[1];
    return href === undefined ? undefined : new URL(href.replaceAll('&amp;', '&'), page.url);
  };
  /** As far as the page that takes the code. */
  const askFor = async (address: string, way = 'an email code', connection = open) => {
    const { browser, page } = await enter({ connection });
    const opened = await browser.open(linkOf(page, way) ?? '');
    return { browser, page: await browser.submit(opened, { address }, 'code') };
  };
  const codeOf = (page: Page) => page.callback?.searchParams.get('code');

  it('the login page offers the ways of its database; those of a passwordless connection come before them', async () => {
    const named = (await enter()).page;
    expect(linkOf(named, 'an email code')?.pathname).toBe('/u/passwordless/db/Open/email');
    expect(linkOf(named, 'a text message')?.pathname).toBe('/u/passwordless/db/Open/phone');
    const other = await enter();
    const elsewhere = `/u/passwordless/db/Closed/email${other.page.url.search}`;
    expect((await other.browser.open(new URL(elsewhere, test.issuer))).url.pathname).toBe('/u/login');
    const plain = (await enter({ connection: 'Staff' })).page;
    expect(linkOf(plain, 'an email code')).toBeUndefined();
    const { page, browser } = await enter({ connection: '' });
    expect(page.html).not.toContain('/u/passwordless/db/');
    const state = page.url.searchParams.get('state') ?? '';
    for (const path of [
      `db/${encodeURIComponent(database)}/email`,
      'db/Staff/email',
      'db/Open/email',
      'db/Nowhere/phone',
    ]) {
      const shut = await browser.open(new URL(`/u/passwordless/${path}?state=${state}`, test.issuer));
      expect(shut.url.pathname).toBe('/u/login');
    }
  });

  it.each([
    ['an email code', op, op],
    ['a text message', '+1 555 0001 234', '+15550001234'],
  ])('%s logs in who has the address, and the app gets a code', async (way, typed, address) => {
    if (way === 'a text message') await test.tenant.control.users.update('auth0|op', { phoneNumber: address });
    const { browser, page } = await askFor(typed, way);
    expect(page.html).toContain(address);
    const done = await browser.submit(page, { code: await codeTo(address) }, 'verify');
    const tokens = await test.redeem(codeOf(done) ?? '', { client_id: 'app' });
    expect(claimsOf(String(tokens.body.id_token)).sub).toBe('auth0|op');
    await test.tenant.control.users.update('auth0|op', { phoneNumber: '+15550001' });
  });

  it('signs up who has no account, where sign-up is on', async () => {
    const email = 'page-newcomer@example.com';
    const { browser, page } = await askFor(email);
    const done = await browser.submit(page, { code: await codeTo(email) }, 'verify');
    expect(codeOf(done)).toEqual(expect.any(String));
    const [user] = await test.tenant.context.store.users.findByEmail(email);
    expect(user).toMatchObject({ connection: open, emailVerified: true });
  });

  it('known failure: looks the same for an address that nobody has, and sends nothing', async () => {
    const closed = test.browser();
    const opened = await closed.open(
      test.authorizeUrl({ client_id: 'app', audience: undefined, connection: 'Closed' }),
    );
    const form = await closed.open(linkOf(opened, 'an email code') ?? '');
    const page = await closed.submit(form, { address: 'nobody@example.com' }, 'code');
    expect([page.status, page.url.pathname]).toEqual([200, '/u/passwordless/db/Closed/email/code']);
    expect(page.html).toContain('nobody@example.com');
    expect(await messages('nobody@example.com')).toBe(0);
    const wrongCode = await closed.submit(page, { code: '123456' }, 'verify');
    expect([wrongCode.status, wrongCode.html]).toEqual([400, expect.stringContaining('That code is not right')]);
  });

  it('T32: a code dies by the third wrong one; a new one may be asked for', async () => {
    const { browser, page } = await askFor(op);
    const code = await codeTo(op);
    let shown = page;
    for (let n = 0; n < 3; n++) shown = await browser.submit(shown, { code: wrong(code) }, 'verify');
    shown = await browser.submit(shown, { code }, 'verify');
    expect(shown.html).toContain('That code is not right');
    const renewed = await browser.submit(shown, {}, 'resend');
    expect(renewed.status).toBe(200);
    expect(codeOf(await browser.submit(renewed, { code: await codeTo(op) }, 'verify'))).toEqual(expect.any(String));
  });

  it('T32: an auth_session of the API lets nobody in, nor signs anybody up', async () => {
    for (const email of [op, 'page-nobody@example.com']) {
      const authSession = await session({ email, allow_signup: true });
      const code = await codeTo(email);
      const { browser, page } = await askFor('ada@example.com', 'an email code', database);
      const refused = await browser.submit(page, { challenge: authSession, code }, 'verify');
      expect(refused.html).toContain('That code is not right');
      expect((await test.lastEvent('login.failure')).sentence).toContain('another login');
      expect((await redeem(authSession, code)).status, 'still good where it belongs').toBe(200);
    }
  });

  it('T32: an auth_session is for the login it was asked for in: neither another one nor the API takes it', async () => {
    const { page: asked } = await askFor(op);
    const code = await codeTo(op);
    const challenge = readForm(asked.html).fields.challenge ?? '';
    const other = await askFor('page-other@example.com');
    const refused = await other.browser.submit(other.page, { challenge, code }, 'verify');
    expect(refused.html).toContain('That code is not right');
    expect(codeOf(refused)).toBeUndefined();
    expectRefused(await redeem(challenge, code));
  });

  it('who is blocked goes back to the app, and who has a second factor owes it', async () => {
    const shut = await askFor('shut@example.com');
    const back = await shut.browser.submit(shut.page, { code: await codeTo('shut@example.com') }, 'verify');
    expect(back.callback?.searchParams.get('error')).toBe('unauthorized');
    const two = await askFor('two@example.com');
    const owing = await two.browser.submit(two.page, { code: await codeTo('two@example.com') }, 'verify');
    expect(owing.url.pathname).toMatch(/^\/u\/mfa/);
  });

  it.each([
    ['an address that is none', 'x', 'Enter an email address'],
    ['no address', '', 'Enter an email address'],
  ])('asks again for %s', async (_name, address, text) => {
    const { page } = await askFor(address);
    expect([page.status, page.url.pathname]).toEqual([400, '/u/passwordless/db/Open/email']);
    expect(page.html).toContain(text);
  });

  it('asks again for a code that is none, a number the provider refuses, and over the limit', async () => {
    const { browser, page } = await askFor(op);
    expect((await browser.submit(page, { code: '12' }, 'verify')).html).toContain('Enter the six digits');
    expect((await askFor('+15005550001', 'a text message')).page.html).toContain('is not a valid phone number');
    const { counters } = test.tenant.context.store;
    const now = test.tenant.context.clock.now();
    for (let n = 0; n < 50; n++) {
      await counters.takeFromBucket('rate:otpChallenge:127.0.0.1', { capacity: 50, refillMs: 72_000 }, now);
    }
    const over = await askFor(op);
    expect([over.page.status, over.page.url.pathname]).toEqual([429, '/u/passwordless/db/Open/email']);
  });

  it('T21: takes a CSRF token, and a page opened without an address or a code asks for one', async () => {
    const { browser, page } = await enter();
    const state = page.url.searchParams.get('state') ?? '';
    const path = `/u/passwordless/db/${open}/email`;
    for (const to of [path, `${path}/code`]) {
      const body = new URLSearchParams({ state, address: op, code: '123456' });
      expect((await browser.request(new URL(to, test.issuer), { method: 'POST', body })).status).toBe(403);
    }
    const early = await browser.open(new URL(`${path}/code?state=${state}&challenge=x`, test.issuer));
    expect(early.url.pathname).toBe(path);
  });
});
