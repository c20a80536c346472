import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DirectTest, otpGrant, startDirectTest } from './support/direct.ts';
import { meanwhile } from './support/meanwhile.ts';
import { callback, challenge, secret } from './support/protocol.ts';

let test: DirectTest;
beforeAll(async () => {
  test = await startDirectTest({ rateLimits: { passwordlessStart: { burst: 10_000, perMinute: 10_000 } } });
});
afterAll(() => test.close());

let people = 0;
/** Sends a code to a new address. */
async function codeFor(changes: Record<string, unknown> = {}): Promise<{ email: string; code: string }> {
  people += 1;
  const email = `verified-${people}@example.com`;
  const body = { client_id: 'app', connection: 'email', email, send: 'code', ...changes };
  expect((await test.json('/passwordless/start', body)).status).toBe(200);
  const { code = '' } = await test.newest(email);
  return { email, code };
}
const verify = (email: string, code: string | undefined, changes: Record<string, unknown> = {}) =>
  test.json('/passwordless/verify', {
    client_id: 'app',
    connection: 'email',
    email,
    verification_code: code,
    ...changes,
  });
const logIn = (username: string, otp: string) =>
  test.json('/oauth/token', { grant_type: otpGrant, client_id: 'app', realm: 'email', username, otp, scope: 'openid' });
const other = (code: string) => (code === '000000' ? '000001' : '000000');
const wrongCode = { error: 'invalid_grant', error_description: 'Wrong email or verification code.' };

describe('/passwordless/verify, which auth0-js asks before it sends the browser on', () => {
  it('says yes to a right code, as often as it is asked, and leaves it to be used once', async () => {
    const { email, code } = await codeFor();
    for (let look = 0; look < 5; look += 1) {
      const answer = await verify(email, code);
      expect([answer.status, answer.body]).toEqual([200, {}]);
    }
    expect((await logIn(email, code)).status).toBe(200);
    expect((await verify(email, code)).body).toEqual(wrongCode);
  });

  it('signs nobody in and makes no user', async () => {
    const { email, code } = await codeFor();
    const { headers } = await verify(email, code);
    expect(headers.getSetCookie()).toEqual([]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await test.tenant.control.users.list({ search: email })).toEqual([]);
  });

  it('T32: wrong codes count, whichever endpoint they are tried at; looks at the right one do not', async () => {
    const { email, code } = await codeFor();
    expect((await verify(email, other(code))).status).toBe(403);
    expect((await verify(email, code)).status).toBe(200);
    expect((await logIn(email, other(code))).status).toBe(403);
    expect((await verify(email, code)).status).toBe(200);
    const third = await verify(email, other(code));
    expect([third.status, third.body]).toEqual([403, wrongCode]);
    expect((await verify(email, code)).status).toBe(403);
    expect((await logIn(email, code)).status).toBe(403);
  });

  it('T32: guesses sent all at once get three tries together', async () => {
    const { email, code } = await codeFor();
    const guesses = Array.from({ length: 12 }, (_, index) => (index === 11 ? code : other(code)));
    const answers = await Promise.all(guesses.map((guess) => verify(email, guess)));
    const told = answers.filter(({ body }) => body.error_description === wrongCode.error_description);
    expect(told.length).toBeLessThanOrEqual(3);
  });

  it('T32: no guess slips in while the third wrong one is being refused', async () => {
    const { email, code } = await codeFor();
    for (let guess = 0; guess < 2; guess += 1) await verify(email, other(code));
    let fourth: Awaited<ReturnType<typeof logIn>> | undefined;
    meanwhile(test.tenant.context.store.artifacts, 'countAttempt', async () => {
      fourth = await logIn(email, code);
    });
    expect((await verify(email, other(code))).body).toEqual(wrongCode);
    expect(fourth?.body.error_description).toContain('maximum number of attempts');
  });

  it('T32: a code that has expired is wrong', async () => {
    const { email, code } = await codeFor();
    await test.advance(181_000);
    expect((await verify(email, code)).body).toEqual(wrongCode);
    await test.resetClock();
  });

  it('T32: a code of another client or connection is wrong', async () => {
    const { email, code } = await codeFor();
    expect((await verify(email, code, { client_id: 'other-app' })).body).toEqual(wrongCode);
    const forLink = await verify(email, code, { connection: 'sms', phone_number: '+15550123' });
    expect(forLink.status).toBe(403);
  });

  it('is followed by the browser, which signs in with the code and comes back to the app', async () => {
    const { email, code } = await codeFor({ authParams: { state: 'of the start', scope: 'openid' } });
    await verify(email, code);
    const url = new URL('/passwordless/verify_redirect', test.issuer);
    const query = {
      client_id: 'app',
      connection: 'email',
      email,
      verification_code: code,
      response_type: 'code',
      redirect_uri: callback,
      scope: 'openid email',
      state: 'mine',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const page = await test.browser().open(url);
    expect(page.callback?.searchParams.get('state')).toBe('mine');
    const { body } = await test.redeem(page.callback?.searchParams.get('code') ?? '', { client_id: 'app' });
    expect(body).toMatchObject({ scope: 'openid email', id_token: expect.any(String) });
  });

  it.each([
    ['no code', { verification_code: undefined }, 400, 'bad.verification_code'],
    ['no address', { email: undefined }, 400, 'bad.email'],
    ['no connection', { connection: undefined }, 400, 'bad.connection'],
    ['a database', { connection: 'Staff' }, 400, 'bad.connection'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'access_denied'],
    ['a server without its secret', { client_id: 'server' }, 401, 'access_denied'],
    [
      'a server with a wrong secret',
      { client_id: 'server', client_secret: secret.toUpperCase() },
      401,
      'access_denied',
    ],
  ])('refuses %s', async (_, changes, status, error) => {
    const answer = await verify('nobody@example.com', '123456', changes);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('T19: answers the app’s own pages only', async () => {
    const body = { client_id: 'app', connection: 'email', email: 'nobody@example.com', verification_code: '1' };
    const own = await test.json('/passwordless/verify', body, { origin: 'https://app.example.test' });
    expect(own.headers.get('access-control-allow-origin')).toBe('https://app.example.test');
    const foreign = await test.json('/passwordless/verify', body, { origin: 'https://evil.example.test' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});
