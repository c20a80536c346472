import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readForm } from './support/browser.ts';
import { type DirectTest, otpGrant, startDirectTest } from './support/direct.ts';
import { api, callback, challenge, claimsOf, codeOf, secret } from './support/protocol.ts';

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest({ rateLimits: { passwordlessStart: { burst: 10_000, perMinute: 10_000 } } });
});
afterAll(() => test.close());

const start = (changes: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  test.json(
    '/passwordless/start',
    { client_id: 'app', connection: 'email', email: 'lin@example.com', send: 'code', ...changes },
    headers,
  );
const logIn = (changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: otpGrant,
    client_id: 'app',
    realm: 'email',
    username: 'lin@example.com',
    scope: 'openid profile email',
    ...changes,
  });
let people = 0;
const somebody = () => {
  people += 1;
  return `person-${people}@example.com`;
};
/** Sends a code to a new address and answers with both. */
const codeFor = async (email = somebody(), changes: Record<string, unknown> = {}) => {
  expect((await start({ email, ...changes })).status).toBe(200);
  const { code = '' } = await test.newest(email);
  return { username: email, otp: code };
};
const other = (code: string) => (code === '000000' ? '000001' : '000000');
const wrongEmail = { error: 'invalid_grant', error_description: 'Wrong email or verification code.' };

describe('/passwordless/start', () => {
  it('sends a code of six digits by mail and tells nothing about the user', async () => {
    const answer = await start({ email: 'ada@example.com' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email: 'ada@example.com',
      email_verified: false,
    });
    const mail = await test.newest('ada@example.com');
    expect(mail.template).toBe('passwordless_code');
    expect(mail.code).toMatch(/^\d{6}$/);
    expect(mail.text).toContain(String(mail.code));
    expect(JSON.stringify(answer.body)).not.toContain(String(mail.code));
    const events = JSON.stringify(await test.tenant.control.events.list({ limit: 1000 }));
    expect(events).not.toContain(String(mail.code));
  });

  it('sends a code by text message, whether asked with send or not', async () => {
    for (const send of ['code', undefined]) {
      const answer = await start({ connection: 'sms', email: undefined, phone_number: '+15550123', send });
      expect(answer.body).toEqual({
        _id: expect.any(String),
        phone_number: '+15550123',
        phone_verified: false,
      });
    }
    const message = await test.newest('+15550123');
    expect(message.text).toBe(`Your code for Direct logins is ${message.code}`);
  });

  it.each([undefined, 'link', 'link_ios', 'link_android'])('sends a link by mail with send %s', async (send) => {
    const email = somebody();
    expect((await start({ email, send })).status).toBe(200);
    const mail = await test.newest(email);
    expect(mail.template).toBe('passwordless_link');
    expect(mail.link).toContain(`${test.issuer}passwordless/verify_redirect?`);
    expect(mail.code).toBeUndefined();
  });

  it.each([
    ['de-CH', 'Ihr Code für Direct logins'],
    ['fr', 'Votre code pour Direct logins'],
    ['xx, es;q=0.5', 'Su código para Direct logins'],
    ['xx', 'Your code for Direct logins'],
  ])('writes in the language of x-request-language %s', async (language, subject) => {
    const email = somebody();
    const answer = await start({ email }, { 'x-request-language': language, 'accept-language': 'it' });
    expect(answer.body.request_language).toBe(language);
    expect((await test.newest(email)).subject).toBe(subject);
  });

  it('falls back to accept-language, and takes a form', async () => {
    const email = somebody();
    const form = { client_id: 'app', connection: 'email', email, send: 'code', authParams: '{"scope":"openid"}' };
    expect((await test.post('/passwordless/start', form, { 'accept-language': 'de' })).status).toBe(200);
    expect((await test.newest(email)).subject).toBe('Ihr Code für Direct logins');
  });

  const refusals: [string, Record<string, unknown>, number, string, string][] = [
    [
      'another tenant',
      { tenant: 'other' },
      400,
      'bad.tenant',
      'error in tenant - tenant validation failed: invalid_tenant',
    ],
    ['no client_id', { client_id: undefined }, 400, 'bad.client_id', 'Missing required property: client_id'],
    [
      'a client_id that is no text',
      { client_id: 7 },
      400,
      'bad.client_id',
      'error in client_id - invalid type: number (expected string)',
    ],
    ['an unknown client', { client_id: 'nobody' }, 401, 'access_denied', 'Unauthorized'],
    ['a confidential client without its secret', { client_id: 'server' }, 401, 'access_denied', 'Unauthorized'],
    ['no connection', { connection: undefined }, 400, 'bad.connection', 'Missing required property: connection'],
    ['an unknown connection', { connection: 'fax' }, 400, 'bad.connection', 'Connection does not exist'],
    ['a connection that is no text', { connection: ['email'] }, 400, 'bad.connection', 'Connection does not exist'],
    ['a connection the client may not use', { client_id: 'few' }, 400, 'bad.connection', 'Connection is disabled'],
    ['a database', { connection: 'Staff' }, 400, 'bad.connection', 'Connection is not a passwordless strategy'],
    ['no email', { email: undefined }, 400, 'bad.email', 'Missing required property: email'],
    [
      'an email that is none',
      { email: 'lin' },
      400,
      'bad.email',
      'error in email - invalid format: string (expected an email address)',
    ],
    [
      'an email that is no text',
      { email: { a: 1 } },
      400,
      'bad.email',
      'error in email - invalid format: object (expected an email address)',
    ],
    [
      'no phone number',
      { connection: 'sms', email: undefined },
      400,
      'bad.phone_number',
      'Missing required property: phone_number',
    ],
    [
      'a phone number without +',
      { connection: 'sms', phone_number: '15550100' },
      400,
      'bad.phone_number',
      'String does not match pattern: ^\\+[0-9]{1,15}$',
    ],
    [
      'a phone number of 16 digits',
      { connection: 'sms', phone_number: '+1234567890123456' },
      400,
      'bad.phone_number',
      'String does not match pattern: ^\\+[0-9]{1,15}$',
    ],
    [
      'a phone number that is no text',
      { connection: 'sms', phone_number: 15550100 },
      400,
      'bad.phone_number',
      'String does not match pattern: ^\\+[0-9]{1,15}$',
    ],
    ['an unknown send', { send: 'pigeon' }, 400, 'bad.send', 'error in send - pigeon is not allowed; code or link is'],
    [
      'a link by text message',
      { connection: 'sms', phone_number: '+15550100', send: 'link' },
      400,
      'bad.send',
      'error in send - link is not allowed; code is',
    ],
    [
      'authParams that are text',
      { authParams: 'scope' },
      400,
      'bad.authParams',
      'error in authParams - invalid type: string (expected object)',
    ],
    [
      'authParams that are a list',
      { authParams: ['scope'] },
      400,
      'bad.authParams',
      'error in authParams - invalid type: array (expected object)',
    ],
    [
      'authParams that are nested',
      { authParams: { scope: {} } },
      400,
      'bad.authParams',
      'error in authParams - its properties must be strings',
    ],
    [
      'a property it does not know',
      { colour: 'teal', size: 3 },
      400,
      'bad.request',
      'the following properties are not allowed: colour, size',
    ],
    [
      'a number the provider refuses',
      { connection: 'sms', phone_number: '+15005550001' },
      400,
      'sms_provider_error',
      "The 'To' number +15005550001 is not a valid phone number. (Code: 21211)",
    ],
    [
      'an unknown address where sign-up is off',
      { client_id: 'few', connection: 'closed-email' },
      400,
      'bad.connection',
      'Public signup is disabled',
    ],
  ];
  it.each(refusals)('refuses %s', async (_what, changes, status, error, description) => {
    const answer = await start(changes);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error, error_description: description });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('T9: refuses a code to a client without the grant, but not a link', async () => {
    const answer = await start({ client_id: 'plain' });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('unauthorized_client');
    expect((await start({ client_id: 'plain', send: 'link' })).status).toBe(200);
  });

  it.each([
    ['no JSON', '{', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['plain text', 'email=lin', 'text/plain', 415],
  ])('refuses a body that is %s', async (_what, body, type, status) => {
    const url = new URL('/passwordless/start', test.issuer);
    const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  it('sends to somebody known where sign-up is off', async () => {
    const { username, otp } = await codeFor('known@example.com', { client_id: 'few', connection: 'closed-email' });
    const answer = await logIn({ client_id: 'few', realm: 'closed-email', username, otp });
    expect(claimsOf(String(answer.body.id_token)).sub).toBe('email|known');
  });

  it('answers pages of the app only', async () => {
    const from = (origin: string) => start({ email: somebody() }, { origin });
    const allowed = 'https://app.example.test';
    expect((await from(allowed)).headers.get('access-control-allow-origin')).toBe(allowed);
    expect((await from('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('allows 50 an hour from one address, says how many are left, and refills by the clock', async () => {
    const own = await startDirectTest();
    own.tenant.context.clock.set(Date.now());
    const send = () =>
      own.json('/passwordless/start', {
        client_id: 'app',
        connection: 'email',
        email: 'lin@example.com',
        send: 'code',
      });
    const first = await send();
    expect([first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual(['50', '49']);
    for (let n = 1; n < 50; n++) await send();
    const refused = await send();
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({
      error: 'too_many_requests',
      error_description:
        'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.',
    });
    expect(refused.headers.get('retry-after')).toBe('72');
    const reset = Number(refused.headers.get('x-ratelimit-reset'));
    expect(reset).toBe(Math.ceil(own.tenant.context.clock.now() / 1000) + 3_600);
    await own.advance(3_600_000);
    expect((await send()).headers.get('x-ratelimit-remaining')).toBe('49');
    await own.close();
  });
});

describe('the passwordless grant', () => {
  it('makes the user at the first login and knows them at the next', async () => {
    const first = await codeFor();
    const answer = await logIn({ ...first, audience: api, scope: 'openid email offline_access read:notes' });
    expect(answer.status).toBe(200);
    const claims = claimsOf(String(answer.body.id_token));
    expect(claims).toMatchObject({ email: first.username, email_verified: true, aud: 'app' });
    expect(claims.sub).toMatch(/^email\|[0-9a-f]{24}$/);
    expect(claimsOf(String(answer.body.access_token))).not.toHaveProperty('gty');
    expect((await test.refresh(String(answer.body.refresh_token), { client_id: 'app' })).status).toBe(200);
    const again = await logIn(await codeFor(first.username.toUpperCase()));
    expect(claimsOf(String(again.body.id_token)).sub).toBe(claims.sub);
    const user = await test.tenant.control.users.get(String(claims.sub));
    expect(user).toMatchObject({ loginsCount: 2, identities: [{ provider: 'email', connection: 'email' }] });
  });

  it('signs in by text message', async () => {
    await start({ connection: 'sms', email: undefined, phone_number: '+15550177' });
    const { code } = await test.newest('+15550177');
    const answer = await logIn({ realm: 'sms', username: '+15550177', otp: code, scope: 'openid phone' });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({
      sub: expect.stringMatching(/^sms\|/),
      phone_number: '+15550177',
      phone_number_verified: true,
    });
  });

  it('T32: a code works once', async () => {
    const login = await codeFor();
    expect((await logIn(login)).status).toBe(200);
    const second = await logIn(login);
    expect(second.status).toBe(403);
    expect(second.body).toEqual(wrongEmail);
  });

  it('T32: of ten calls at once with one code, one wins', async () => {
    const login = await codeFor();
    const answers = await Promise.all(Array.from({ length: 10 }, () => logIn(login)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const users = await test.tenant.control.users.list({ search: login.username });
    expect(users).toHaveLength(1);
  });

  it('T32: a code expires after 180 s by the clock', async () => {
    test.tenant.context.clock.set(Date.now());
    const good = await codeFor();
    await test.advance(179_000);
    expect((await logIn(good)).status).toBe(200);
    const late = await codeFor();
    await test.advance(180_000);
    expect((await logIn(late)).body).toEqual(wrongEmail);
    await test.resetClock();
  });

  it('T32: three wrong tries kill a code', async () => {
    const login = await codeFor();
    for (let n = 0; n < 3; n++) {
      const wrong = await logIn({ ...login, otp: other(login.otp) });
      expect(wrong.status).toBe(403);
      expect(wrong.body).toEqual(wrongEmail);
    }
    const right = await logIn(login);
    expect(right.status).toBe(403);
    expect(right.body.error).toBe('invalid_grant');
    expect(right.body.error_description).toContain('maximum number of attempts');
    expect((await logIn(await codeFor(login.username))).status).toBe(200);
  });

  it('T32: two wrong tries do not', async () => {
    const login = await codeFor();
    for (let n = 0; n < 2; n++) await logIn({ ...login, otp: other(login.otp) });
    expect((await logIn(login)).status).toBe(200);
  });

  it('T32: guesses at once share the three tries', async () => {
    const login = await codeFor();
    const guesses = Array.from({ length: 20 }, (_, n) => String(n).padStart(6, '0')).filter((one) => one !== login.otp);
    const answers = await Promise.all(guesses.map((otp) => logIn({ ...login, otp })));
    expect(answers.every(({ status }) => status === 403)).toBe(true);
    expect((await logIn(login)).status).toBe(403);
  });

  it('T32: only the newest code works, also when the clock stands still', async () => {
    await test.control('/clock', { method: 'POST', body: JSON.stringify({ set: Date.now() }) });
    const first = await codeFor();
    let second = await codeFor(first.username);
    while (second.otp === first.otp) second = await codeFor(first.username);
    expect((await logIn(first)).body).toEqual(wrongEmail);
    expect((await logIn(second)).status).toBe(200);
    await test.resetClock();
  });

  it('T32: a code is bound to its client, connection and address', async () => {
    const login = await codeFor();
    expect((await logIn({ ...login, client_id: 'other-app' })).body).toEqual(wrongEmail);
    expect((await logIn({ ...login, username: somebody() })).body).toEqual(wrongEmail);
    const sms = await logIn({ ...login, realm: 'sms' });
    expect(sms.body).toEqual({
      error: 'invalid_grant',
      error_description: 'Wrong phone number or verification code.',
    });
    expect((await logIn(login)).status).toBe(200);
  });

  it('an address nobody asked a code for gets the same answer', async () => {
    expect((await logIn({ username: 'never@example.com', otp: '123456' })).body).toEqual(wrongEmail);
  });

  it.each(['username', 'otp', 'realm'])('needs %s', async (name) => {
    const answer = await logIn({ otp: '123456', [name]: undefined });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_request',
      error_description: `Missing required parameter: ${name}`,
    });
  });

  it.each(['Nowhere', 'Staff', 'google-oauth2'])('refuses %s as realm', async (realm) => {
    expect((await logIn({ otp: '123456', realm })).body).toEqual({
      error: 'invalid_request',
      error_description: `unknown or invalid realm: ${realm}`,
    });
  });

  it('T9: is refused to a client that did not opt in', async () => {
    const answer = await logIn({ ...(await codeFor()), client_id: 'plain' });
    expect(answer.status).toBe(403);
    expect(answer.body.error).toBe('unauthorized_client');
  });

  it('an unknown audience does not spend the code', async () => {
    const login = await codeFor();
    expect((await logIn({ ...login, audience: 'https://nowhere.example' })).body.error).toBe('access_denied');
    expect((await logIn(login)).status).toBe(200);
  });

  it('tells a blocked user so', async () => {
    const answer = await logIn(await codeFor('blocked@example.com'));
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: 'unauthorized', error_description: 'user is blocked' });
  });

  it('works for a server with its secret', async () => {
    const server = { client_id: 'server', client_secret: secret };
    const login = await codeFor(somebody(), server);
    expect((await logIn({ ...login, ...server })).status).toBe(200);
  });
});

describe('the link', () => {
  const authParams = {
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email',
    state: 'its-state',
    nonce: 'its-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const linkFor = async (changes: Record<string, unknown> = {}, email = somebody()) => {
    expect((await start({ email, send: 'link', authParams, ...changes })).status).toBe(200);
    const { link = '' } = await test.newest(email);
    return { email, link };
  };

  it('opened in any tab of a browser signs it in and brings the app a code with its state', async () => {
    const { email, link } = await linkFor();
    const browser = test.browser();
    const page = await browser.open(link);
    expect(page.callback?.searchParams.get('state')).toBe('its-state');
    const answer = await test.redeem(codeOf(page), { client_id: 'app' });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ email, email_verified: true, nonce: 'its-nonce' });
    const silent = await browser.open(test.authorizeUrl({ client_id: 'app', prompt: 'none' }));
    expect(codeOf(silent)).not.toBe('');
  });

  it.each([
    ['a HEAD request', { method: 'HEAD' }],
    ['a program that scans mails', {}],
    ['a browser that fetches ahead', { headers: { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch' } }],
    ['a page that shows it as an image', { headers: { 'sec-fetch-dest': 'image' } }],
  ])('is not used up by %s', async (_, init: RequestInit) => {
    const { link } = await linkFor();
    const looked = await fetch(link, { ...init, redirect: 'manual' });
    expect([looked.status, looked.headers.get('location')]).toEqual([200, null]);
    expect(looked.headers.getSetCookie().some((cookie) => cookie.includes('session'))).toBe(false);
    expect(codeOf(await test.browser().open(link))).not.toBe('');
  });

  it('asks what does not say that it goes to a page to press a button, which signs in', async () => {
    const { email, link } = await linkFor();
    const browser = test.browser();
    const response = await browser.request(link);
    const asked = {
      url: new URL(link),
      status: response.status,
      headers: response.headers,
      html: await response.text(),
    };
    expect(asked.headers.get('content-security-policy')).toContain(`form-action 'self' ${new URL(callback).origin}`);
    const page = await browser.submit({ ...asked, callback: undefined });
    expect(page.callback?.searchParams.get('state')).toBe('its-state');
    const answer = await test.redeem(codeOf(page), { client_id: 'app' });
    expect(claimsOf(String(answer.body.id_token))).toMatchObject({ email });
  });

  it('T21: its button does nothing without the CSRF token of this browser', async () => {
    const { link } = await linkFor();
    const asked = await test.browser().request(link);
    const { fields } = readForm(await asked.text());
    for (const body of [{}, fields] as Record<string, string>[]) {
      const refused = await fetch(link, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });
      expect(refused.status).toBe(403);
    }
    expect(codeOf(await test.browser().open(link))).not.toBe('');
  });

  it('T32: works once', async () => {
    const { link } = await linkFor();
    await test.browser().open(link);
    const again = await test.browser().open(link);
    expect(again.status).toBe(400);
    expect(again.html).toContain('This link no longer works');
    expect(again.callback).toBeUndefined();
  });

  it('T32: only the newest works, and a code replaces a link', async () => {
    const first = await linkFor();
    const second = await linkFor({}, first.email);
    expect((await test.browser().open(first.link)).status).toBe(400);
    await codeFor(first.email);
    expect((await test.browser().open(second.link)).status).toBe(400);
  });

  it('T32: expires by the clock', async () => {
    const { link } = await linkFor();
    await test.advance(181_000);
    expect((await test.browser().open(link)).status).toBe(400);
    await test.resetClock();
  });

  it('T32: with a changed secret, client, address or connection leads nowhere', async () => {
    const { link } = await linkFor();
    const change = (name: string, value: string) => {
      const url = new URL(link);
      url.searchParams.set(name, value);
      return test.browser().open(url);
    };
    for (const [name, value] of [
      ['verification_code', 'x'],
      ['client_id', 'other-app'],
      ['client_id', 'nobody'],
      ['email', 'ada@example.com'],
      ['connection', 'sms'],
    ] as const)
      expect((await change(name, value)).status).toBe(400);
  });

  it('T1: leads to no address that is not registered, whatever the app or the link says', async () => {
    const { link } = await linkFor({ authParams: { ...authParams, redirect_uri: 'https://evil.example/' } });
    const page = await test.browser().open(link);
    expect(page.callback).toBeUndefined();
    expect(page.status).toBe(403);
    const good = await linkFor();
    const changed = new URL(good.link);
    changed.searchParams.set('redirect_uri', 'https://evil.example/');
    expect((await test.browser().open(changed)).callback?.origin).toBe(new URL(callback).origin);
  });

  it('T9: brings no tokens in the address', async () => {
    const { link } = await linkFor({ authParams: { ...authParams, response_type: 'token id_token' } });
    const page = await test.browser().open(link);
    expect(page.callback?.searchParams.get('error')).toBe('unsupported_response_type');
    expect(page.callback?.hash).toBe('');
  });

  it('T4: a public app that sent no code_challenge gets an error in place of a code', async () => {
    const { link } = await linkFor({ authParams: { ...authParams, code_challenge: '' } });
    const page = await test.browser().open(link);
    expect(page.callback?.searchParams.get('error')).toBe('invalid_request');
    expect(page.callback?.searchParams.get('state')).toBe('its-state');
  });

  it('without authParams goes to the first callback of a server app', async () => {
    const { link } = await linkFor({ client_id: 'server', client_secret: secret, authParams: undefined });
    const page = await test.browser().open(link);
    expect(page.callback?.href.startsWith(callback)).toBe(true);
    const answer = await test.redeem(codeOf(page), {
      client_id: 'server',
      client_secret: secret,
      code_verifier: undefined,
    });
    expect(answer.status).toBe(200);
  });

  it('of a blocked user signs nobody in', async () => {
    const { link } = await linkFor({}, 'blocked@example.com');
    const browser = test.browser();
    const page = await browser.open(link);
    expect(page.status).toBe(403);
    const silent = await browser.open(test.authorizeUrl({ client_id: 'app', prompt: 'none' }));
    expect(silent.callback?.searchParams.get('error')).toBe('login_required');
  });
});
