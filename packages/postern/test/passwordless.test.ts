import { Auth0, DeliveryMethod, type PasswordlessChallenge } from 'postern/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuthError } from '../src/errors/index.ts';
import { codeFor, createPerson, enrolled, realm } from './support/people.ts';
import { rejection } from './support/rejection.ts';
import { audience, createWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.renew());
afterAll(() => world.close());

const open = async () => {
  const { auth0 } = world.open();
  await auth0.session.start();
  return auth0;
};
const other = (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
const lastRequest = () => Object.fromEntries(world.tokenRequests.at(-1) ?? []);

/** A person of the database, and a challenge that was sent to them. */
async function challenged({ passwordless }: Auth0, more: Parameters<typeof createPerson>[1] = {}) {
  const { email, id } = await createPerson(world.tenant, more);
  const challenge = await passwordless.challengeWithEmail({ email, connection: realm });
  return { email, id, challenge, otp: await codeFor(world.tenant, email) };
}

describe('passwordless.challengeWithEmail and loginWithOTP', () => {
  it('sign in like any login: user set, credentials stored and renewed', async () => {
    const auth0 = await open();
    const { id, challenge, otp } = await challenged(auth0);
    expect(challenge).toEqual({ authSession: expect.any(String) });
    const login = () => auth0.passwordless.loginWithOTP({ challenge, otp });
    const credentials = await auth0.session.login(login);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { sub: id, emailVerified: true }, error: null });
    expect(lastRequest()).toMatchObject({
      grant_type: 'http://auth0.com/oauth/grant-type/passwordless/otp',
      auth_session: challenge.authSession,
      otp,
      audience,
      scope: 'openid profile email read:notes offline_access',
    });
    expect(lastRequest()).not.toHaveProperty('realm');
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken: credentials.accessToken });
    const renewed = await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(renewed.accessToken).not.toBe(credentials.accessToken);
  });

  it('ask for an API and scope of their own', async () => {
    const auth0 = await open();
    const { challenge, otp } = await challenged(auth0);
    await auth0.passwordless.loginWithOTP({ challenge, otp, audience: `${world.origin}/userinfo`, scope: 'email' });
    expect(lastRequest()).toMatchObject({ audience: `${world.origin}/userinfo`, scope: 'openid email offline_access' });
  });

  it('sign somebody up where that is allowed', async () => {
    const auth0 = await open();
    const email = 'new-by-code@example.com';
    const challenge = await auth0.passwordless.challengeWithEmail({ email, connection: realm, allowSignup: true });
    const otp = await codeFor(world.tenant, email);
    await auth0.session.login(() => auth0.passwordless.loginWithOTP({ challenge, otp }));
    expect(auth0.session.getSnapshot().user).toMatchObject({ email, emailVerified: true });
  });

  it('answer for somebody unknown just the same', async () => {
    const auth0 = await open();
    const parameters = { email: 'nobody-at-all@example.com', connection: realm };
    expect(await auth0.passwordless.challengeWithEmail(parameters)).toEqual({ authSession: expect.any(String) });
  });

  it('reach a phone, by text or by voice', async () => {
    const auth0 = await open();
    for (const deliveryMethod of [undefined, DeliveryMethod.TEXT, DeliveryMethod.VOICE]) {
      const phoneNumber = `+1555018${String(deliveryMethod).length}`;
      const challenge = await auth0.passwordless.challengeWithPhoneNumber({
        phoneNumber,
        connection: realm,
        allowSignup: true,
        ...(deliveryMethod ? { deliveryMethod } : {}),
      });
      const otp = await codeFor(world.tenant, phoneNumber);
      await auth0.session.login(() => auth0.passwordless.loginWithOTP({ challenge, otp }));
      expect(auth0.session.getSnapshot().user).toMatchObject({ sub: expect.stringMatching(/^auth0\|/) });
    }
  });

  it('go on with mfa.verify, which keeps the API that was asked for', async () => {
    const auth0 = await open();
    const { challenge, otp } = await challenged(auth0, enrolled);
    const error = (await rejection(auth0.passwordless.loginWithOTP({ challenge, otp }))) as AuthError;
    expect(error).toMatchObject({ code: 'mfa_required', mfaRequired: { mfaToken: expect.any(String) } });
    const { recoveryCode } = enrolled.mfa;
    const { mfaToken = '' } = error.mfaRequired ?? {};
    await auth0.session.login(() => auth0.mfa.verify({ mfaToken, recoveryCode }));
    const stored = [...world.device.records.values()].flatMap((records) => [...records.values()]).join('\n');
    expect(stored).toContain(JSON.stringify({ audience }).slice(1, -1));
  });

  it.each([
    ['a wrong code', async (c: PasswordlessChallenge, otp: string) => ({ challenge: c, otp: other(otp) })],
    ['a challenge that is none', async (_: unknown, otp: string) => ({ challenge: { authSession: 'none' }, otp })],
    [
      'a code that came too late',
      async (challenge: PasswordlessChallenge, otp: string) => {
        world.advance(100_000);
        return { challenge, otp };
      },
    ],
  ])('T32: reject %s with what the server says, and no secret', async (_, spoil) => {
    const auth0 = await open();
    const { challenge, otp } = await challenged(auth0);
    const given = await spoil(challenge, otp);
    const error = await rejection(auth0.session.login(() => auth0.passwordless.loginWithOTP(given)));
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, message: expect.any(String) });
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error });
    const { message, json } = error as unknown as { message: string; json: unknown };
    expect(`${message}${JSON.stringify(json)}`).not.toMatch(new RegExp(`${given.otp}|${given.challenge.authSession}`));
  });

  it('T32: reject a code that was used', async () => {
    const auth0 = await open();
    const { challenge, otp } = await challenged(auth0);
    await auth0.passwordless.loginWithOTP({ challenge, otp });
    const error = await rejection(auth0.passwordless.loginWithOTP({ challenge, otp }));
    expect(error).toMatchObject({ code: 'invalid_request' });
  });

  it.each([
    ['no database', { email: 'a@b.example', connection: 'email' }, 'invalid_connection'],
    ['an address that is none', { email: 'a', connection: realm }, 'invalid_request'],
  ])('reject %s', async (_, parameters, code) => {
    const auth0 = await open();
    expect(await rejection(auth0.passwordless.challengeWithEmail(parameters))).toMatchObject({ code, status: 400 });
    expect(auth0.session.getSnapshot().error).toBeNull();
  });
});

describe('wrong arguments ask nothing of the server', () => {
  const email = 'a@b.example';
  const challenge = { authSession: 's' };
  it.each([
    ['challengeWithEmail', undefined, 'missing_parameters', 'email'],
    ['challengeWithEmail', { email }, 'missing_parameters', 'connection'],
    ['challengeWithEmail', { connection: realm }, 'missing_parameters', 'email'],
    ['challengeWithEmail', { email: {}, connection: realm }, 'invalid_parameters', 'email'],
    ['challengeWithPhoneNumber', null, 'missing_parameters', 'phoneNumber'],
    ['challengeWithPhoneNumber', { phoneNumber: '+1555' }, 'missing_parameters', 'connection'],
    [
      'challengeWithPhoneNumber',
      { phoneNumber: '+1555', connection: realm, deliveryMethod: {} },
      'invalid_parameters',
      'deliveryMethod',
    ],
    ['loginWithOTP', undefined, 'missing_parameters', 'challenge, otp'],
    ['loginWithOTP', { otp: '1' }, 'missing_parameters', 'challenge'],
    ['loginWithOTP', { challenge: {}, otp: '1' }, 'invalid_parameters', 'challenge'],
    ['loginWithOTP', { challenge: 'text', otp: '1' }, 'invalid_parameters', 'challenge'],
    ['loginWithOTP', { challenge }, 'missing_parameters', 'otp'],
    ['loginWithOTP', { challenge, otp: {} }, 'invalid_parameters', 'otp'],
    ['loginWithOTP', { challenge, otp: '1', scope: [] }, 'invalid_parameters', 'scope'],
  ] as const)('%s(%j)', async (method, parameters, code, name) => {
    const { passwordless } = new Auth0({ domain: 'unreachable.invalid', clientId: 'c' });
    const call = passwordless[method] as (parameters: unknown) => Promise<unknown>;
    const error = (await rejection(call(parameters))) as AuthError;
    expect(error).toMatchObject({ code, status: 0 });
    expect(error.message).toContain(name);
  });
});
