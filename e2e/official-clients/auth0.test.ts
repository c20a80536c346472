import { AuthenticationClient } from 'auth0/legacy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, database, type HttpsTenant, server, startHttpsTenant } from '../support/https-tenant.ts';

/** The vendor's SDK for servers, which speaks https only and checks every ID token's signature, issuer and audience. */

const password = 'Correct-Horse-42';
/** Made anew for every call: the client adds its secret to what it is given. */
const user = (changes: object = {}) => ({ username: 'user@example.com', password, realm: database, ...changes });
const otpGrant = 'http://auth0.com/oauth/grant-type/mfa-otp';

let running: HttpsTenant;
let auth0: AuthenticationClient;
beforeAll(async () => {
  running = await startHttpsTenant();
  auth0 = new AuthenticationClient({ domain: running.domain, ...server });
});
afterAll(() => running?.close());

const newest = (to: string) => running.tenant.control.outbox.lastMessage({ to });

describe('auth0: database', () => {
  it('signs somebody up, who can then log in with the default directory and with the realm', async () => {
    const person = { email: 'from-auth0@example.com', password: 'Battery-Staple-77' };
    const { data, status } = await auth0.database.signUp({
      ...person,
      connection: database,
      given_name: 'Ada',
      user_metadata: { colour: 'teal' },
    });
    expect(status).toBe(200);
    expect(data).toMatchObject({ email: person.email, email_verified: false, given_name: 'Ada' });
    expect(data.id).toMatch(/^[0-9a-f]{24}$/);
    const login = { username: person.email, password: person.password };
    for (const more of [{}, { realm: database }]) {
      const answer = await auth0.oauth.passwordGrant({ ...login, ...more, scope: 'openid profile' });
      expect(answer.data).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, id_token: expect.any(String) });
    }
  });

  it.each([
    ['somebody who is there', { email: 'user@example.com', password }, 'invalid_signup', 'Invalid sign up'],
    ['a weak password', { email: 'weak@example.com', password: 'short' }, 'invalid_password', undefined],
    ['no address', { email: 'nobody', password }, 'email is not a valid email address', undefined],
  ])('refuses to sign up %s, in words that the client reads', async (_, person, error, description) => {
    await expect(auth0.database.signUp({ ...person, connection: database })).rejects.toMatchObject({
      name: 'AuthApiError',
      statusCode: 400,
      error,
      ...(description === undefined ? {} : { error_description: description }),
    });
  });

  it('asks for a password mail, and gets the sentence as text', async () => {
    const { data } = await auth0.database.changePassword({ email: 'user@example.com', connection: database });
    expect(data).toBe("We've just sent you an email to reset your password.");
    expect(await newest('user@example.com')).toMatchObject({ template: 'password_reset', link: expect.any(String) });
  });

  it('renews, revokes, and then renews no more', async () => {
    const { data } = await auth0.oauth.passwordGrant(user({ audience: api, scope: 'openid offline_access' }));
    const renewed = await auth0.oauth.refreshTokenGrant({ refresh_token: String(data.refresh_token) });
    expect(renewed.data.refresh_token).not.toBe(data.refresh_token);
    await auth0.oauth.revokeRefreshToken({ token: String(renewed.data.refresh_token) });
    await expect(
      auth0.oauth.refreshTokenGrant({ refresh_token: String(renewed.data.refresh_token) }),
    ).rejects.toMatchObject({ error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' });
  });

  it('is told of a wrong password, a wrong realm, a wrong secret', async () => {
    await expect(auth0.oauth.passwordGrant(user({ password: 'Wrong-Horse-42' }))).rejects.toMatchObject({
      statusCode: 403,
      error: 'invalid_grant',
      error_description: 'Wrong email or password.',
    });
    await expect(auth0.oauth.passwordGrant(user({ realm: 'nowhere' }))).rejects.toMatchObject({
      statusCode: 400,
      error: 'invalid_request',
    });
    const stranger = new AuthenticationClient({ domain: running.domain, ...server, clientSecret: 'wrong'.repeat(5) });
    await expect(stranger.oauth.passwordGrant(user())).rejects.toMatchObject({
      statusCode: 401,
      error: 'access_denied',
    });
  });

  it('counts wrong passwords for the address that a trusted server names, not for the server itself', async () => {
    const from = (address: string) => ({ initOverrides: { headers: { 'auth0-forwarded-for': address } } });
    const wrong = () => user({ password: 'Wrong-Horse-42' });
    for (let attempt = 0; attempt < 10; attempt += 1)
      await expect(auth0.oauth.passwordGrant(wrong(), from('203.0.113.7'))).rejects.toMatchObject({ statusCode: 403 });
    await expect(auth0.oauth.passwordGrant(user(), from('203.0.113.7'))).rejects.toMatchObject({
      statusCode: 429,
      error: 'too_many_attempts',
    });
    expect((await auth0.oauth.passwordGrant(user(), from('203.0.113.8'))).status).toBe(200);
  });
});

describe('auth0: passwordless', () => {
  it('sends a code by mail and logs in with it, once', async () => {
    const email = 'code@example.com';
    await auth0.passwordless.sendEmail({ email, send: 'code' });
    const { code = '' } = await newest(email);
    const { data } = await auth0.passwordless.loginWithEmail({ email, code, audience: api, scope: 'openid email' });
    expect(data).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String) });
    await expect(auth0.passwordless.loginWithEmail({ email, code })).rejects.toMatchObject({
      statusCode: 403,
      error: 'invalid_grant',
      error_description: 'Wrong email or verification code.',
    });
  });

  it('sends a link with what the login at its end is for', async () => {
    const email = 'link@example.com';
    await auth0.passwordless.sendEmail({ email, send: 'link', authParams: { scope: 'openid', state: 'mine' } });
    expect(await newest(email)).toMatchObject({ template: 'passwordless_link', link: expect.any(String) });
  });

  it('sends a code by text message and logs in with it', async () => {
    const phone = '+15550142';
    await auth0.passwordless.sendSMS({ phone_number: phone });
    const { code = '' } = await newest(phone);
    const { data } = await auth0.passwordless.loginWithSMS({ phone_number: phone, code });
    expect(data.id_token).toEqual(expect.any(String));
  });

  it('is told of a phone number that is none', async () => {
    await expect(auth0.passwordless.sendSMS({ phone_number: '555 01 42' })).rejects.toMatchObject({
      statusCode: 400,
      error: 'bad.phone_number',
    });
  });
});

describe('auth0: MFA', () => {
  it('reads mfa_required, and the tenant takes the proof in the form such a client posts', async () => {
    const login = auth0.oauth.passwordGrant(user({ username: 'mfa@example.com', scope: 'openid' }));
    const refused = await login.then(() => undefined).catch((error: { error: string; body: string }) => error);
    expect(refused).toMatchObject({ statusCode: 403, error: 'mfa_required' });
    const { mfa_token: mfaToken } = JSON.parse(refused?.body ?? '{}');
    // The client has no method for the second step; its users post it themselves.
    const answer = await fetch(`${running.issuer}oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: otpGrant,
        client_id: server.clientId,
        client_secret: server.clientSecret,
        mfa_token: mfaToken,
        otp: await running.tenant.control.mfa.totpCode('mfa@example.com'),
      }),
    });
    expect(answer.status).toBe(200);
  });
});
