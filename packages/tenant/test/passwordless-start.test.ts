import { describe, expect, it } from 'vitest';
import { startDirectTest } from './support/direct.ts';
import { codeFor, logIn, somebody, start, test, usePasswordlessTenant } from './support/passwordless-stage.ts';
import { claimsOf } from './support/protocol.ts';

usePasswordlessTenant();

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
