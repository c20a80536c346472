import type { Auth0 } from 'postern/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Auth0 as Client, isMfaError, type MfaEnrollParameters, MfaFactorType } from '../src/core.ts';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { codeFor, createPerson, enrolled, password, realm } from './support/people.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';
import { clientId, createWorld, type World } from './support/world.ts';

const login = ({ auth }: Auth0, username: string) => auth.passwordRealm({ username, password, realm });

/** The mfa_token of somebody who gave the right password. */
async function mfaTokenOf(auth0: Auth0, username: string): Promise<string> {
  const error = await rejection(login(auth0, username));
  const { mfaRequired } = error as { mfaRequired?: { mfaToken: string } };
  if (!mfaRequired) throw error;
  return mfaRequired.mfaToken;
}

describe('mfa, against the tenant', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ mfa: { policy: 'always' } } as never);
  });
  beforeEach(() => world.renew());
  afterAll(() => world.close());

  /** Somebody with a factor (or none, who has to set one up) halfway through a login. */
  const halfway = async (given: Parameters<typeof createPerson>[1] = enrolled) => {
    const { auth0 } = world.open();
    await auth0.session.start();
    const person = await createPerson(world.tenant, given);
    return { auth0, ...person, mfaToken: await mfaTokenOf(auth0, person.email) };
  };
  const isSignedIn = async (auth0: Auth0, sub: string) => {
    expect(auth0.session.getSnapshot()).toMatchObject({ user: { sub }, error: null });
    const before = await auth0.credentialsManager.getCredentials();
    const after = await auth0.credentialsManager.getCredentials(undefined, 0, {}, true);
    expect(after.accessToken).not.toBe(before.accessToken);
    await auth0.webAuth.clearSession();
    expect(await auth0.credentialsManager.hasValidCredentials()).toBe(false);
  };

  it('finishes a login with the code of an authenticator app', async () => {
    const { auth0, id, email, mfaToken } = await halfway();
    const otp = await world.tenant.control.mfa.totpCode(email);
    const credentials = await auth0.session.login(() => auth0.mfa.verify({ mfaToken, otp }));
    expect(credentials.scope?.split(' ')).toContain('read:notes');
    expect(credentials).not.toHaveProperty('recoveryCode');
    await isSignedIn(auth0, id);
  });

  it('stores what the interrupted login asked for, audience included', async () => {
    const { auth0 } = world.open();
    const { email } = await createPerson(world.tenant, enrolled);
    const audience = `${world.origin}/userinfo`;
    const asked = auth0.auth.passwordRealm({ username: email, password, realm, audience });
    const { mfaRequired } = (await rejection(asked)) as { mfaRequired?: { mfaToken: string } };
    const otp = await world.tenant.control.mfa.totpCode(email);
    await auth0.session.login(() => auth0.mfa.verify({ mfaToken: mfaRequired?.mfaToken ?? '', otp }));
    const records = [...world.device.records.values()].flatMap((map) => [...map.values()]).join();
    expect(records).toContain(JSON.stringify({ audience }).slice(1, -1));
  });

  it('finishes a login with a recovery code; the one that replaces it is shown once and stored nowhere', async () => {
    const { auth0, id, email, mfaToken } = await halfway();
    const { recoveryCode } = enrolled.mfa;
    const credentials = await auth0.session.login(() => auth0.mfa.verify({ mfaToken, recoveryCode }));
    const next = credentials.recoveryCode ?? '';
    expect(next).toMatch(/^[0-9A-Z]{24}$/);
    expect(next).not.toBe(recoveryCode);
    expect(JSON.stringify([credentials, { ...credentials }])).not.toContain(next);
    expect([...world.device.records.values()].flatMap((map) => [...map.values()]).join()).not.toContain(next);
    expect(await auth0.credentialsManager.getCredentials()).not.toHaveProperty('recoveryCode');
    await isSignedIn(auth0, id);
    const again = await mfaTokenOf(auth0, email);
    expect(await rejection(auth0.mfa.verify({ mfaToken: again, recoveryCode }))).toMatchObject({
      code: 'invalid_grant',
    });
    await auth0.mfa.verify({ mfaToken: again, recoveryCode: next });
  });

  it.each([
    ['sms', '+15550100'],
    ['voice', '+15550100'],
  ] as const)('finishes a login by %s: list, challenge, verify', async (channel, to) => {
    const { auth0, id, mfaToken } = await halfway();
    const [phone, ...others] = await auth0.mfa.getAuthenticators({ mfaToken, factorsAllowed: [channel] });
    expect(others).toEqual([]);
    expect(phone).toMatchObject({ type: 'phone', authenticatorType: 'oob', oobChannel: channel, active: true });
    const challenge = await auth0.mfa.challenge({ mfaToken, authenticatorId: phone?.id ?? '' });
    expect(challenge).toEqual({ challengeType: 'oob', oobCode: expect.any(String), bindingMethod: 'prompt' });
    const { oobCode = '' } = challenge;
    const bindingCode = await codeFor(world.tenant, to);
    await auth0.session.login(() => auth0.mfa.verify({ mfaToken, oobCode, bindingCode }));
    await isSignedIn(auth0, id);
  });

  it('the deprecated four do the same', async () => {
    const { auth0, email, mfaToken } = await halfway();
    expect(await auth0.auth.multifactorChallenge({ mfaToken, challengeType: 'otp' })).toEqual({ challengeType: 'otp' });
    await auth0.auth.loginWithOTP({ mfaToken, otp: await world.tenant.control.mfa.totpCode(email) });
    const second = await mfaTokenOf(auth0, email);
    const challenge = await auth0.auth.multifactorChallenge({ mfaToken: second, challengeType: 'oob' });
    if (!('oobCode' in challenge)) throw new Error('not out of band');
    const bindingCode = await codeFor(world.tenant, '+15550100');
    await auth0.auth.loginWithOOB({ mfaToken: second, oobCode: challenge.oobCode, bindingCode });
    const third = await mfaTokenOf(auth0, email);
    const { recoveryCode } = enrolled.mfa;
    const credentials = await auth0.auth.loginWithRecoveryCode({ mfaToken: third, recoveryCode });
    expect(credentials.recoveryCode).toMatch(/^[0-9A-Z]{24}$/);
  });

  it('scope and audience of verify narrow what was asked for', async () => {
    const { auth0, email, mfaToken } = await halfway();
    const otp = await world.tenant.control.mfa.totpCode(email);
    const { scope, idToken } = await auth0.mfa.verify({ mfaToken, otp, scope: 'email' });
    expect(scope?.split(' ')).toEqual(expect.arrayContaining(['openid', 'email']));
    expect(scope).not.toContain('read:notes');
    expect(idToken).not.toBe('');
  });

  it('enrols an authenticator app: QR code, secret, recovery codes, and the login goes on', async () => {
    const { auth0, id, email, mfaToken } = await halfway({});
    expect(await auth0.mfa.getAuthenticators({ mfaToken })).toEqual([]);
    const enrollment = await auth0.mfa.enroll({ mfaToken, factorType: MfaFactorType.OTP });
    expect(enrollment).toEqual({
      type: 'totp',
      barcodeUri: expect.stringMatching(/^otpauth:\/\/totp\//),
      secret: expect.stringMatching(/^[A-Z2-7]+$/),
      recoveryCodes: [expect.any(String)],
    });
    const otp = await world.tenant.control.mfa.totpCode(email);
    await auth0.session.login(() => auth0.mfa.verify({ mfaToken, otp }));
    await isSignedIn(auth0, id);
  });

  it.each(['sms', 'voice'] as const)('enrols a phone by %s, and by nothing else', async (factorType) => {
    const { auth0, mfaToken } = await halfway({});
    const phoneNumber = factorType === 'sms' ? '+15550111' : '+15550112';
    const enrollment = await auth0.mfa.enroll({ mfaToken, factorType, phoneNumber });
    expect(enrollment).toEqual({
      type: 'oob',
      oobCode: expect.any(String),
      bindingMethod: 'prompt',
      recoveryCodes: [expect.any(String)],
    });
    const message = await world.tenant.control.outbox.lastMessage({ to: phoneNumber });
    expect(message.channel).toBe(factorType);
    const oobCode = enrollment.type === 'oob' ? enrollment.oobCode : '';
    await auth0.mfa.verify({ mfaToken, oobCode, bindingCode: message.code ?? '' });
  });

  it('enrols a device: pending until it has answered', async () => {
    const { auth0, email, mfaToken } = await halfway({});
    const enrollment = await auth0.mfa.enroll({ mfaToken, factorType: 'push' });
    expect(enrollment).toMatchObject({
      type: 'push',
      barcodeUri: expect.stringMatching(/^otpauth:/),
      oobCode: expect.any(String),
      oobChannel: 'auth0',
    });
    const oobCode = enrollment.type === 'push' ? (enrollment.oobCode ?? '') : '';
    const poll = () => auth0.mfa.verify({ mfaToken, oobCode });
    expect(await rejection(poll())).toMatchObject({ name: 'authorization_pending', code: 'authorization_pending' });
    expect(await rejection(poll())).toMatchObject({ code: 'slow_down' });
    await world.tenant.control.mfa.approvePush(email);
    world.advance(10);
    expect(await poll()).toMatchObject({ idToken: expect.any(String) });
  });

  it.each([
    ['a wrong code', { otp: '000000' }, { code: 'invalid_grant', type: 'MFA_ERROR' }],
    ['a wrong recovery code', { recoveryCode: 'WRONG' }, { code: 'invalid_grant', type: 'MFA_ERROR' }],
    ['an unknown oob code', { oobCode: 'unknown', bindingCode: '1' }, { type: expect.stringMatching(/MFA_ERROR|OOB/) }],
  ])('%s: MfaError', async (_, proof, expected) => {
    const { auth0, mfaToken } = await halfway();
    const error = await rejection(auth0.session.login(() => auth0.mfa.verify({ mfaToken, ...proof } as never)));
    expect(isMfaError(error)).toBe(true);
    expect(error).toMatchObject(expected);
    expect(auth0.session.getSnapshot()).toMatchObject({ user: null, error });
  });

  it('an expired mfa_token: EXPIRED_MFA_TOKEN from every method', async () => {
    const { auth0, mfaToken } = await halfway();
    world.advance(3600);
    for (const call of [
      auth0.mfa.getAuthenticators({ mfaToken }),
      auth0.mfa.enroll({ mfaToken, factorType: 'otp' }),
      auth0.mfa.challenge({ mfaToken, authenticatorId: 'totp|x' }),
      auth0.mfa.verify({ mfaToken, otp: '000000' }),
    ])
      expect(await rejection(call)).toMatchObject({ code: 'expired_token', type: 'EXPIRED_MFA_TOKEN' });
  });

  it('a token that is none: INVALID_MFA_TOKEN', async () => {
    const { auth0 } = world.open();
    const call = auth0.mfa.getAuthenticators({ mfaToken: 'nonsense' });
    expect(await rejection(call)).toMatchObject({ code: 'invalid_token', type: 'INVALID_MFA_TOKEN', status: 401 });
  });

  it('who has a factor may not set up another on the way in', async () => {
    const { auth0, mfaToken } = await halfway();
    const error = await rejection(auth0.mfa.enroll({ mfaToken, factorType: 'otp' }));
    expect(error).toMatchObject({ code: 'access_denied', message: expect.stringMatching(/enrolled/i) });
  });

  it('a phone number that is none', async () => {
    const { auth0, mfaToken } = await halfway({});
    const error = await rejection(auth0.mfa.enroll({ mfaToken, factorType: 'sms', phoneNumber: '555' }));
    expect(error).toMatchObject({ status: 400, type: expect.stringMatching(/INVALID_PHONE_NUMBER|MFA_ERROR/) });
  });

  it.each([
    ['getAuthenticators', {}, 'missing_parameters', /mfaToken/],
    ['challenge', { mfaToken: 'm' }, 'missing_parameters', /authenticatorId/],
    ['enroll', { mfaToken: 'm' }, 'missing_parameters', /factorType/],
    ['enroll', { mfaToken: 'm', factorType: 'sms' }, 'missing_parameters', /phoneNumber/],
    ['enroll', { mfaToken: 'm', factorType: 'email' }, 'missing_parameters', /email/],
    ['enroll', { mfaToken: 'm', factorType: 'voice', phoneNumber: {} }, 'invalid_parameters', /phoneNumber/],
    ['enroll', { mfaToken: 'm', factorType: 'constructor' }, 'invalid_parameters', /factorType/],
    ['verify', { mfaToken: 'm' }, 'missing_parameters', /otp, oobCode, recoveryCode/],
    ['verify', { otp: '1' }, 'missing_parameters', /mfaToken/],
    ['verify', undefined, 'missing_parameters', /otp/],
    ['verify', null, 'missing_parameters', /otp/],
  ] as const)('%s(%j): %s', async (method, parameters, code, message) => {
    const { auth0 } = world.open();
    const call = auth0.mfa[method] as (parameters: unknown) => Promise<unknown>;
    const error = await rejection(call(parameters));
    expect(isMfaError(error)).toBe(true);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe('mfa, by answers of other tenants', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await createTestServer();
  });
  afterAll(() => server.close());

  const answer = (path: string, status: number, body: unknown) => {
    server.answer = (request, response) => {
      if (request.url !== path) response.writeHead(404).end();
      else
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(typeof body === 'string' ? body : JSON.stringify(body));
    };
    return new Client({ domain: server.origin, clientId, platform: createMemoryTab() });
  };
  const lastBody = () => JSON.parse(server.requests.at(-1)?.body ?? '');

  const everything = [
    { id: 'recovery-code|1', authenticator_type: 'recovery-code', type: 'recovery-code', active: true },
    { id: 'totp|2', authenticator_type: 'otp', type: 'otp', active: true },
    { id: 'totp|3', authenticator_type: 'otp', type: 'totp', active: false },
    { id: 'sms|4', authenticator_type: 'oob', oob_channel: 'sms', type: 'phone', name: 'XXXX30', active: true },
    { id: 'voice|5', authenticator_type: 'oob', oob_channel: 'voice', type: 'phone', active: true },
    { id: 'phone|6', authenticator_type: 'oob', type: 'phone', active: true },
    { id: 'push|7', authenticator_type: 'oob', oob_channel: 'auth0', type: 'push-notification', active: true },
    { id: 'email|8', authenticator_type: 'oob', oob_channel: 'email', type: 'email', active: true },
  ];
  const ids = (list: { id: string }[]) => list.map(({ id }) => id.split('|')[1]).join('');

  it.each([
    [undefined, '12345678'],
    [[], '12345678'],
    [['otp'], '23'],
    [['sms'], '46'],
    [['voice'], '56'],
    [['sms', 'voice'], '456'],
    [['push'], '7'],
    [['email'], '8'],
    [['recovery-code'], '1'],
    [['otp', 'push'], '237'],
    [['pigeon'], ''],
  ])('factorsAllowed %j gives %s', async (factorsAllowed, expected) => {
    const { mfa } = answer('/mfa/authenticators', 200, everything);
    const found = await mfa.getAuthenticators({
      mfaToken: 'm',
      ...(factorsAllowed ? { factorsAllowed } : {}),
    } as never);
    expect(ids(found)).toBe(expected);
  });

  it('sends the mfa_token as bearer, and neither it nor a client_id in a query', async () => {
    const { mfa } = answer('/mfa/authenticators', 200, []);
    await mfa.getAuthenticators({ mfaToken: 'm', headers: { 'x-app': '1', Authorization: 'Bearer other' } });
    expect(server.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: '/mfa/authenticators',
      headers: { authorization: 'Bearer m', 'x-app': '1' },
    });
  });

  it('without `type`, as tenants without customisable MFA answer: derived, and filtered all the same', async () => {
    const { mfa } = answer(
      '/mfa/authenticators',
      200,
      everything.map(({ type: _, ...rest }) => rest),
    );
    const all = await mfa.getAuthenticators({ mfaToken: 'm' });
    expect(all.map(({ type }) => type)).toEqual([
      'recovery-code',
      'otp',
      'otp',
      'phone',
      'phone',
      undefined,
      'push-notification',
      'email',
    ]);
    expect(all[3]).toEqual({
      id: 'sms|4',
      type: 'phone',
      authenticatorType: 'oob',
      oobChannel: 'sms',
      name: 'XXXX30',
      active: true,
    });
    expect(ids(await mfa.getAuthenticators({ mfaToken: 'm', factorsAllowed: ['voice'] }))).toBe('5');
  });

  it.each<[Omit<MfaEnrollParameters, 'mfaToken'>, object]>([
    [{ factorType: 'otp' }, { authenticator_types: ['otp'] }],
    [{ factorType: 'push' }, { authenticator_types: ['oob'], oob_channels: ['auth0'] }],
    [
      { factorType: 'voice', phoneNumber: '+1' } as never,
      { authenticator_types: ['oob'], oob_channels: ['voice'], phone_number: '+1' },
    ],
    [
      { factorType: 'sms', phoneNumber: '+1' } as never,
      { authenticator_types: ['oob'], oob_channels: ['sms'], phone_number: '+1' },
    ],
    [
      { factorType: 'email', email: 'a@b.example' } as never,
      { authenticator_types: ['oob'], oob_channels: ['email'], email: 'a@b.example' },
    ],
  ])('enroll %j sends %j', async (parameters, body) => {
    const { mfa } = answer('/mfa/associate', 200, { oob_code: 'o', barcode_uri: 'otpauth://x', secret: 's' });
    await mfa.enroll({ mfaToken: 'm', ...parameters } as MfaEnrollParameters);
    expect(lastBody()).toEqual(body);
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer m');
  });

  it.each([
    ['totp|1', 'otp'],
    ['otp|1', 'otp'],
    ['sms|1', 'oob'],
    ['push|1', 'oob'],
    ['otpx|1', 'oob'],
  ])('challenge of %s asks for %s', async (authenticatorId, type) => {
    const { mfa } = answer('/mfa/challenge', 200, { challenge_type: type });
    expect(await mfa.challenge({ mfaToken: 'm', authenticatorId })).toEqual({ challengeType: type });
    expect(lastBody()).toEqual({
      client_id: clientId,
      mfa_token: 'm',
      challenge_type: type,
      authenticator_id: authenticatorId,
    });
  });

  it.each(['', 'text', '{}', 'null', '"a"', '[1]'])('a list that is %j is refused', async (body) => {
    const { mfa } = answer('/mfa/authenticators', 200, body);
    expect(await rejection(mfa.getAuthenticators({ mfaToken: 'm' }))).toMatchObject({ code: 'invalid_response' });
  });

  it.each(['otp', 'push', 'email'] as const)(
    'an enrolment of %s without what it is for is refused',
    async (factorType) => {
      const { mfa } = answer('/mfa/associate', 200, {});
      const call = mfa.enroll({ mfaToken: 'm', factorType, email: 'a@b.example' } as MfaEnrollParameters);
      expect(await rejection(call)).toMatchObject({ code: 'invalid_response' });
    },
  );

  it.each(['authorization_pending', 'slow_down'])('a 200 that holds the error %s is that error', async (code) => {
    const { mfa } = answer('/oauth/token', 200, { error: code, error_description: 'Not yet.' });
    const error = await rejection(mfa.verify({ mfaToken: 'm', oobCode: 'o' }));
    expect(error).toMatchObject({ name: code, code, message: 'Not yet.' });
  });

  it.each([
    ['invalid_otp', 'INVALID_OTP'],
    ['invalid_oob_code', 'INVALID_OOB_CODE'],
    ['invalid_binding_code', 'INVALID_BINDING_CODE'],
    ['invalid_recovery_code', 'INVALID_RECOVERY_CODE'],
    ['invalid_phone_number', 'INVALID_PHONE_NUMBER'],
    ['invalid_email', 'INVALID_EMAIL'],
    ['invalid_grant', 'MFA_ERROR'],
    ['invalid_request', 'MFA_ERROR'],
    ['mfa_token_invalid', 'INVALID_MFA_TOKEN'],
    ['invalid_token', 'INVALID_MFA_TOKEN'],
    ['expired_token', 'EXPIRED_MFA_TOKEN'],
    ['too_many_attempts', 'TOO_MANY_ATTEMPTS'],
    ['unsupported_challenge_type', 'UNSUPPORTED_FACTOR'],
    ['association_required', 'ASSOCIATION_REQUIRED'],
    ['authorization_pending', 'UNKNOWN_MFA_ERROR'],
    ['something_new', 'UNKNOWN_MFA_ERROR'],
  ])('the answer %s is MfaError %s', async (code, type) => {
    const { mfa } = answer('/mfa/challenge', 403, { error: code, error_description: 'Words.' });
    const error = await rejection(mfa.challenge({ mfaToken: 'm', authenticatorId: 'sms|1' }));
    expect(error).toMatchObject({ name: code, code, type, status: 403, message: 'Words.' });
  });
});
