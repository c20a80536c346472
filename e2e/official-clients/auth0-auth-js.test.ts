import { AuthClient } from '@auth0/auth0-auth-js';
import { createTenant, sampleConfig, type TenantConfigInput } from '@postern/tenant';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { api, clientsConfig, database, type HttpsTenant, server, startHttpsTenant } from '../support/https-tenant.ts';

/** The vendor's newer SDK for servers. It starts with discovery and leaves the checking of tokens to openid-client. */

const password = 'Correct-Horse-42';
const strict = { clientId: 'strict-server', clientSecret: 'a-secret-of-the-strict-app' };

let running: HttpsTenant;
let auth0: AuthClient;
/** A client whose policy asks everybody for a second factor. */
let asking: AuthClient;
beforeAll(async () => {
  const config = {
    ...clientsConfig,
    clients: [
      ...clientsConfig.clients,
      {
        ...strict,
        name: 'Strict server app',
        type: 'regular',
        mfaPolicy: 'always',
        grantTypes: sampleConfig.clients[0]?.grantTypes,
      },
    ],
  } satisfies TenantConfigInput;
  running = await startHttpsTenant((more, options) => createTenant({ ...config, ...more }, options));
  auth0 = new AuthClient({ domain: running.domain, ...server });
  asking = new AuthClient({ domain: running.domain, ...strict });
});
beforeEach(() => running.tenant.control.reset());
afterAll(() => running?.close());

const newest = (to: string) => running.tenant.control.outbox.lastMessage({ to });
const totp = (user: string) => running.tenant.control.mfa.totpCode(user);

/** The error a call ends with. */
async function refusal(call: Promise<unknown>): Promise<Error & { code?: string; cause?: Record<string, unknown> }> {
  return call.then(
    () => {
      throw new Error('The call succeeded.');
    },
    (error) => error,
  );
}

async function mfaToken(client: AuthClient, username = 'mfa@example.com'): Promise<string> {
  const error = await refusal(client.getTokenByPassword({ username, password, scope: 'openid', audience: api }));
  expect(error.cause).toMatchObject({ error: 'mfa_required' });
  return String(error.cause?.mfa_token);
}

describe('auth0-auth-js: database', () => {
  it('signs up, logs in, tells who it is, renews and revokes', async () => {
    const person = { email: 'from-auth-js@example.com', password: 'Battery-Staple-77' };
    const created = await auth0.database.signUp({
      ...person,
      connection: database,
      givenName: 'Ada',
      userMetadata: { colour: 'teal' },
    });
    expect(created).toMatchObject({
      email: person.email,
      emailVerified: false,
      givenName: 'Ada',
      userMetadata: { colour: 'teal' },
    });

    const login = { username: person.email, password: person.password, realm: database };
    const tokens = await auth0.getTokenByPassword({ ...login, scope: 'openid profile offline_access', audience: api });
    expect(tokens.claims).toMatchObject({ sub: `auth0|${created.id}`, iss: running.issuer, given_name: 'Ada' });
    const { accessToken } = await auth0.getTokenByPassword({ ...login, scope: 'openid profile' });
    expect(await auth0.getUserInfo({ accessToken })).toMatchObject({ sub: `auth0|${created.id}`, given_name: 'Ada' });

    const renewed = await auth0.getTokenByRefreshToken({ refreshToken: String(tokens.refreshToken) });
    expect(renewed.refreshToken).not.toBe(tokens.refreshToken);
    await auth0.revokeToken({ token: String(renewed.refreshToken) });
    const late = await refusal(auth0.getTokenByRefreshToken({ refreshToken: String(renewed.refreshToken) }));
    expect(late).toMatchObject({ code: 'token_by_refresh_token_error', cause: { error: 'invalid_grant' } });
  });

  it('is told in its own words what is wrong', async () => {
    const taken = auth0.database.signUp({ email: 'user@example.com', password, connection: database });
    expect(await refusal(taken)).toMatchObject({ name: 'SignUpError', cause: { error: 'invalid_signup' } });
    const weak = auth0.database.signUp({ email: 'weak@example.com', password: 'short', connection: database });
    expect(await refusal(weak)).toMatchObject({ name: 'SignUpError', cause: { error: 'invalid_password' } });
    const wrong = auth0.getTokenByPassword({ username: 'user@example.com', password: 'Wrong-Horse-42' });
    expect(await refusal(wrong)).toMatchObject({
      cause: { error: 'invalid_grant', error_description: 'Wrong email or password.' },
    });
  });

  it('asks for a password mail', async () => {
    const said = await auth0.database.changePassword({ email: 'user@example.com', connection: database });
    expect(said).toBe("We've just sent you an email to reset your password.");
    expect(await newest('user@example.com')).toMatchObject({ template: 'password_reset' });
  });
});

describe('auth0-auth-js: passwordless', () => {
  it('sends a code by mail and logs in with it', async () => {
    await auth0.passwordless.sendEmail({ email: 'code@example.com', language: 'de' });
    const { code = '' } = await newest('code@example.com');
    const email = 'code@example.com';
    const tokens = await auth0.getTokenByPasswordlessEmail({ email, code, scope: 'openid email' });
    expect(tokens.claims).toMatchObject({ email, email_verified: true });
    const again = await refusal(auth0.getTokenByPasswordlessEmail({ email, code }));
    expect(again).toMatchObject({
      cause: { error: 'invalid_grant', error_description: 'Wrong email or verification code.' },
    });
  });

  it('sends a code by text message and logs in with it', async () => {
    const phoneNumber = '+15550143';
    await auth0.passwordless.sendSms({ phoneNumber });
    const { code = '' } = await newest(phoneNumber);
    const tokens = await auth0.getTokenByPasswordlessSms({ phoneNumber, code, scope: 'openid phone' });
    expect(tokens.claims).toMatchObject({ phone_number: phoneNumber });
  });

  it('sends a link, whose code it redeems without a verifier', async () => {
    const email = 'link@example.com';
    const authParams = {
      scope: 'openid email',
      state: 'the-state',
      redirect_uri: 'https://app.example.test/callback',
      response_type: 'code',
    };
    await auth0.passwordless.sendEmail({ email, send: 'link', authParams });
    const { link = '' } = await newest(email);
    // What a browser says when it goes to a page; anything else is asked to press a button.
    const visit = { 'sec-fetch-dest': 'document' };
    let at = new URL(link);
    let cookies = '';
    while (at.host === running.domain) {
      const answer = await fetch(at, { redirect: 'manual', headers: { cookie: cookies, ...visit } });
      cookies = [cookies, ...answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])].join('; ');
      const next = answer.headers.get('location');
      if (next === null) throw new Error(`${at.pathname} answered ${answer.status}.`);
      at = new URL(next, at);
    }
    expect(at.origin + at.pathname).toBe('https://app.example.test/callback');
    const tokens = await auth0.getTokenByMagicLinkCode(at, { expectedState: 'the-state' });
    expect(tokens.claims).toMatchObject({ email });
  });
});

describe('auth0-auth-js: MFA', () => {
  it('lists what somebody has and verifies a code of the authenticator app', async () => {
    const token = await mfaToken(auth0);
    const authenticators = await auth0.mfa.listAuthenticators({ mfaToken: token });
    expect(authenticators.map(({ authenticatorType }) => authenticatorType)).toEqual(
      expect.arrayContaining(['otp', 'recovery-code']),
    );
    const challenge = await auth0.mfa.challengeAuthenticator({ mfaToken: token, challengeType: 'otp' });
    expect(challenge).toEqual({ challengeType: 'otp' });
    const tokens = await auth0.mfa.verify({ mfaToken: token, factorType: 'otp', otp: await totp('mfa@example.com') });
    expect(tokens.claims).toMatchObject({ sub: 'auth0|mfa', amr: expect.arrayContaining(['mfa', 'otp']) });
  });

  it('logs in with a recovery code and gets the one that replaces it', async () => {
    const recoveryCode = 'SAMPLERECOVERYCODE123456';
    const first = { mfaToken: await mfaToken(auth0), factorType: 'recovery-code' as const, recoveryCode };
    const tokens = await auth0.mfa.verify(first);
    expect(tokens.recoveryCode).toMatch(/^[A-Z0-9]{24}$/);
    const again = await refusal(auth0.mfa.verify({ ...first, mfaToken: await mfaToken(auth0) }));
    expect(again).toMatchObject({ name: 'MfaVerifyError', cause: { error: 'invalid_grant' } });
    const next = { ...first, mfaToken: await mfaToken(auth0), recoveryCode: String(tokens.recoveryCode) };
    expect((await auth0.mfa.verify(next)).claims?.sub).toBe('auth0|mfa');
  });

  it('sets up an authenticator app for who has none, and then an address', async () => {
    const token = await mfaToken(asking, 'user@example.com');
    const enrolled = await asking.mfa.enrollAuthenticator({ mfaToken: token, authenticatorTypes: ['otp'] });
    expect(enrolled).toMatchObject({
      authenticatorType: 'otp',
      secret: expect.stringMatching(/^[A-Z2-7]+$/),
      barcodeUri: expect.stringMatching(/^otpauth:\/\/totp\//),
      recoveryCodes: [expect.any(String)],
    });
    const otp = await totp('user@example.com');
    expect((await asking.mfa.verify({ mfaToken: token, factorType: 'otp', otp })).claims?.sub).toBe('auth0|sample');
    const next = await mfaToken(asking, 'user@example.com');
    const more = asking.mfa.enrollAuthenticator({ mfaToken: next, authenticatorTypes: ['otp'] });
    expect(await refusal(more)).toMatchObject({ name: 'MfaEnrollmentError', message: 'User is already enrolled' });
  });

  it('sends a code to a phone that it sets up, and asks for it again', async () => {
    const phoneNumber = '+15550144';
    const token = await mfaToken(asking, 'user@example.com');
    const enrolled = await asking.mfa.enrollAuthenticator({
      mfaToken: token,
      authenticatorTypes: ['oob'],
      oobChannels: ['sms'],
      phoneNumber,
    });
    if (!('oobCode' in enrolled)) throw new Error('There is no oob_code.');
    expect(enrolled).toMatchObject({ authenticatorType: 'oob', bindingMethod: 'prompt' });
    const { code: bindingCode = '' } = await newest(phoneNumber);
    const proof = { factorType: 'oob' as const, oobCode: String(enrolled.oobCode) };
    const wrong = refusal(asking.mfa.verify({ ...proof, mfaToken: token, bindingCode: 'wrong' }));
    expect((await wrong).cause).toMatchObject({ error: 'invalid_grant', error_description: 'Invalid binding_code.' });
    await asking.mfa.verify({ ...proof, mfaToken: token, bindingCode });

    const next = await mfaToken(asking, 'user@example.com');
    const challenge = await asking.mfa.challengeAuthenticator({ mfaToken: next, challengeType: 'oob' });
    expect(challenge).toMatchObject({ challengeType: 'oob', bindingMethod: 'prompt', oobCode: expect.any(String) });
    const { code: nextCode = '' } = await newest(phoneNumber);
    const again = { factorType: 'oob' as const, oobCode: String(challenge.oobCode), bindingCode: nextCode };
    const tokens = await asking.mfa.verify({ ...again, mfaToken: next });
    expect(tokens.claims?.sub).toBe('auth0|sample');
  });

  it('polls while a push waits for its answer', async () => {
    const token = await mfaToken(asking, 'user@example.com');
    const enrolled = await asking.mfa.enrollAuthenticator({
      mfaToken: token,
      authenticatorTypes: ['oob'],
      oobChannels: ['auth0'],
    });
    if (!('oobCode' in enrolled)) throw new Error('There is no oob_code.');
    expect(enrolled).toMatchObject({ oobChannel: 'auth0', barcodeUri: expect.any(String) });
    const proof = { mfaToken: token, factorType: 'oob' as const, oobCode: String(enrolled.oobCode) };
    expect((await refusal(asking.mfa.verify(proof))).cause).toMatchObject({ error: 'authorization_pending' });
    expect((await refusal(asking.mfa.verify(proof))).cause).toMatchObject({ error: 'slow_down' });
    await running.tenant.control.mfa.approvePush('user@example.com');
    running.tenant.control.clock.advance(10_000);
    expect((await asking.mfa.verify(proof)).claims?.sub).toBe('auth0|sample');
  });

  it.each([
    ['the list', () => auth0.mfa.listAuthenticators({ mfaToken: 'unknown' }), 'invalid_token'],
    [
      'an enrolment',
      () => auth0.mfa.enrollAuthenticator({ mfaToken: 'x', authenticatorTypes: ['otp'] }),
      'invalid_token',
    ],
    ['a challenge', () => auth0.mfa.challengeAuthenticator({ mfaToken: 'x', challengeType: 'otp' }), 'invalid_grant'],
    ['a proof', () => auth0.mfa.verify({ mfaToken: 'x', factorType: 'otp', otp: '123456' }), 'invalid_grant'],
  ])('is told that an mfa_token is none: %s', async (_, call, error) => {
    expect((await refusal(call())).cause).toMatchObject({ error });
  });

  it('deletes an authenticator with an access token for the MFA API, not with an mfa_token', async () => {
    const audience = `${running.issuer}mfa/`;
    const login = {
      username: 'mfa@example.com',
      password,
      audience,
      scope: 'read:authenticators remove:authenticators',
    };
    const error = await refusal(auth0.getTokenByPassword(login));
    const token = String(error.cause?.mfa_token);
    const otp = await totp('mfa@example.com');
    const { accessToken } = await auth0.mfa.verify({ mfaToken: token, factorType: 'otp', otp });
    const list = await auth0.mfa.listAuthenticators({ mfaToken: accessToken });
    const authenticatorId = String(list.find(({ authenticatorType }) => authenticatorType === 'otp')?.id);
    const early = auth0.mfa.deleteAuthenticator({ mfaToken: await mfaToken(auth0), authenticatorId });
    expect(await refusal(early)).toMatchObject({ name: 'MfaDeleteAuthenticatorError' });
    await auth0.mfa.deleteAuthenticator({ mfaToken: accessToken, authenticatorId });
    const left = await auth0.mfa.listAuthenticators({ mfaToken: accessToken });
    expect(left.map(({ id }) => id)).not.toContain(authenticatorId);
  });
});
