import { describe, expect, it } from 'vitest';
import {
  codeFor,
  logIn,
  other,
  somebody,
  start,
  test,
  usePasswordlessTenant,
  wrongEmail,
} from './support/passwordless-stage.ts';
import { api, claimsOf, secret } from './support/protocol.ts';

usePasswordlessTenant();

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
