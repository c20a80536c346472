import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentTotp } from '../src/mfa/factors/otp.ts';
import { type MfaTest, phone, startMfaTest, wrong } from './support/mfa.ts';
import { claimsOf } from './support/protocol.ts';

let test: MfaTest;
beforeEach(async () => {
  test = await startMfaTest();
});
afterEach(() => test.close());

const always = { client_id: 'always' };
const otp = { authenticator_types: ['otp'] };
const oob = (channel: string, more: object = {}) => ({
  authenticator_types: ['oob'],
  oob_channels: [channel],
  ...more,
});
/** Grace, who has nothing yet, in a login that owes a second factor. */
const graceToken = () => test.mfaToken('grace', always);

describe('GET /mfa/authenticators', () => {
  it('lists with an mfa_token, each with its type, and no secret', async () => {
    const { status, body } = await test.list(await test.mfaToken());
    expect(status).toBe(200);
    expect(body).toEqual(
      expect.arrayContaining([
        { id: expect.stringMatching(/^totp\|dev_\w+$/), authenticator_type: 'otp', type: 'otp', active: true },
        {
          id: expect.stringMatching(/^sms\|dev_\w+$/),
          authenticator_type: 'oob',
          oob_channel: 'sms',
          type: 'phone',
          name: 'XXXXXXXX8730',
          active: true,
        },
        {
          id: expect.stringMatching(/^voice\|dev_\w+$/),
          authenticator_type: 'oob',
          oob_channel: 'voice',
          type: 'phone',
          name: 'XXXXXXXX8730',
          active: true,
        },
        {
          id: expect.stringMatching(/^email\|dev_\w+$/),
          authenticator_type: 'oob',
          oob_channel: 'email',
          type: 'email',
          name: 'a**@e******.com',
          active: true,
        },
        {
          id: expect.stringMatching(/^recovery-code\|dev_\w+$/),
          authenticator_type: 'recovery-code',
          type: 'recovery-code',
          active: true,
        },
      ]),
    );
    expect(body).toHaveLength(5);
  });
  it('is empty for who has nothing, and shows what is half set up as inactive', async () => {
    const mfaToken = await graceToken();
    expect((await test.list(mfaToken)).body).toEqual([]);
    await test.associate(mfaToken, otp);
    expect((await test.list(mfaToken)).body).toEqual([
      expect.objectContaining({ type: 'recovery-code', active: false }),
      expect.objectContaining({ type: 'otp', active: false }),
    ]);
  });
  it('takes an access token with read:authenticators only', async () => {
    expect((await test.list(await test.mfaAccessToken('ada', 'read:authenticators'))).status).toBe(200);
    test.advance(60);
    const without = await test.list(await test.mfaAccessToken('ada', 'enroll'));
    expect([without.status, without.body]).toMatchObject([403, { error: 'insufficient_scope' }]);
  });
  it('an access token for an API, and an ID token, are none', async () => {
    const { body } = await test.verifyOtp(await test.mfaToken(), await test.totp());
    for (const value of [body.access_token, body.id_token, body.refresh_token, 'nonsense']) {
      const answer = await test.list(String(value));
      expect([answer.status, answer.body]).toEqual([
        401,
        { error: 'invalid_token', error_description: 'The token is invalid' },
      ]);
    }
  });
  it('without a token says so, with a challenge', async () => {
    const response = await fetch(new URL('/mfa/authenticators', test.issuer));
    expect([response.status, (await response.json()).error]).toEqual([401, 'unauthorized']);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="MFA"');
  });
});

describe('access tokens for mfa/', () => {
  it('live ten minutes, carry their scopes, and cannot be renewed', async () => {
    const login = await test.logIn('grace', {
      audience: `${test.issuer}mfa/`,
      scope: 'enroll read:authenticators remove:authenticators offline_access',
    });
    expect(login.body).toMatchObject({ expires_in: 600, scope: 'enroll read:authenticators remove:authenticators' });
    expect(login.body).not.toHaveProperty('refresh_token');
    const token = String(login.body.access_token);
    expect(claimsOf(token).aud).toBe(`${test.issuer}mfa/`);
    expect((await test.list(token)).status).toBe(200);
    test.advance(600);
    expect((await test.list(token)).status).toBe(401);
  });
  it('a user with a factor gets one only with that factor, even where the app has to ask for MFA', async () => {
    const login = await test.logIn('ada', {
      client_id: 'adaptive',
      audience: `${test.issuer}mfa/`,
      scope: 'remove:authenticators',
    });
    expect(login.body.error).toBe('mfa_required');
  });
});

describe('POST /mfa/associate', () => {
  it('otp: secret, QR text and the first recovery code; the grant makes them count', async () => {
    const mfaToken = await graceToken();
    const { status, body } = await test.associate(mfaToken, otp);
    expect(status).toBe(200);
    const secret = String(body.secret);
    expect(body).toEqual({
      authenticator_type: 'otp',
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      barcode_uri: `otpauth://totp/Second%20factors:grace%40example.com?secret=${secret}&issuer=Second%20factors&algorithm=SHA1&digits=6&period=30`,
      recovery_codes: [expect.stringMatching(/^[0-9A-Z]{24}$/)],
    });
    const code = currentTotp(test.tenant.context, secret);
    const [recovery] = body.recovery_codes as string[];
    expect((await test.verifyRecovery(mfaToken, recovery ?? '', always)).status).toBe(403);
    const confirmed = await test.verifyOtp(mfaToken, code, always);
    expect(confirmed.status).toBe(200);
    expect(claimsOf(String(confirmed.body.id_token)).amr).toEqual(['pwd', 'mfa', 'otp']);
    expect((await test.logIn('grace')).body.error).toBe('mfa_required');
    expect((await test.verifyRecovery(await test.mfaToken('grace'), recovery ?? '')).status).toBe(200);
  });
  it.each([
    ['sms', '+15550109999', { phone_number: '+1 (555) 010-9999' }, ['sms', 'voice', 'recovery-code']],
    ['voice', '+15550109999', { phone_number: '+15550109999' }, ['sms', 'voice', 'recovery-code']],
    ['email', 'own@example.com', { email: 'own@example.com' }, ['email', 'recovery-code']],
  ])('%s: the code of the message confirms it', async (channel, to, more, kinds) => {
    const mfaToken = await graceToken();
    const { status, body } = await test.associate(mfaToken, oob(channel, more));
    expect(status).toBe(200);
    expect(body).toEqual({
      authenticator_type: 'oob',
      oob_channel: channel,
      oob_code: expect.any(String),
      binding_method: 'prompt',
      recovery_codes: [expect.stringMatching(/^[0-9A-Z]{24}$/)],
    });
    expect((await test.verifyOob(mfaToken, body.oob_code, wrong(await test.sentCode(to)), always)).status).toBe(403);
    expect((await test.logIn('grace')).status).toBe(200);
    expect((await test.verifyOob(mfaToken, body.oob_code, await test.sentCode(to), always)).status).toBe(200);
    const active = (await test.tenant.control.mfa.authenticators('auth0|grace')).filter(({ confirmed }) => confirmed);
    expect(new Set(active.map(({ factor }) => factor))).toEqual(new Set(kinds));
    const next = await test.challenge(await test.mfaToken('grace'), { challenge_type: 'oob', oob_channel: channel });
    expect(next.body).toMatchObject({ challenge_type: 'oob', binding_method: 'prompt' });
  });
  it('an mfa_token cannot add to what there is, or an attacker with the password could', async () => {
    const answer = await test.associate(await test.mfaToken(), otp);
    expect([answer.status, answer.body]).toEqual([
      403,
      { error: 'access_denied', error_description: 'User is already enrolled' },
    ]);
  });
  it('T32: what another login began does not count, and what was begun with the password alone dies with the first factor', async () => {
    const [attacker, owner] = [await graceToken(), await graceToken()];
    const begun = await test.associate(attacker, otp);
    const attackersCode = () => currentTotp(test.tenant.context, String(begun.body.secret));
    expect((await test.verifyOtp(owner, attackersCode(), always)).status).toBe(403);
    const own = await test.associate(owner, oob('sms', { phone_number: '+15550109999' }));
    const code = await test.sentCode('+15550109999');
    expect((await test.verifyOob(owner, own.body.oob_code, code, always)).status).toBe(200);
    expect((await test.verifyOtp(attacker, attackersCode(), always)).status).toBe(403);
    expect((await test.tenant.control.mfa.authenticators('auth0|grace')).map(({ factor }) => factor)).not.toContain(
      'otp',
    );
  });
  it('an access token with enroll adds a factor, and confirms it in place of an mfa_token', async () => {
    const token = await test.mfaAccessToken('ada', 'enroll read:authenticators');
    const { status, body } = await test.associate(token, oob('sms', { phone_number: '+15550109999' }));
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('recovery_codes');
    const answer = await test.verifyOob(token, body.oob_code, await test.sentCode('+15550109999'));
    expect([answer.status, answer.body.scope]).toEqual([200, 'enroll read:authenticators']);
    const phones = (await test.tenant.control.mfa.authenticators('auth0|ada')).filter(({ factor }) => factor === 'sms');
    expect(phones.map(({ phoneNumber }) => phoneNumber)).toEqual([phone, '+15550109999']);
  });
  it('an access token in place of an mfa_token logs nobody in with a factor that is set up', async () => {
    const token = await test.mfaAccessToken('ada', 'enroll');
    test.advance(60);
    const answer = await test.verifyOtp(token, await test.totp());
    expect([answer.status, answer.body.error_description]).toEqual([403, 'Malformed mfa_token']);
    const other = await test.verifyOtp(token, await test.totp(), { client_id: 'other' });
    expect(other.body.error_description).toBe('Malformed mfa_token');
  });
  it('an access token without enroll may not', async () => {
    const answer = await test.associate(await test.mfaAccessToken('ada', 'read:authenticators'), otp);
    expect([answer.status, answer.body.error]).toEqual([403, 'insufficient_scope']);
  });
  it('an enrolment that nobody finishes in time is worthless', async () => {
    const token = await test.mfaAccessToken('grace', 'enroll');
    const { body } = await test.associate(token, oob('sms', { phone_number: '+15550109999' }));
    const code = await test.sentCode('+15550109999');
    test.advance(300);
    expect((await test.verifyOob(token, body.oob_code, code)).body.error_description).toBe('Invalid binding_code.');
  });
  it.each([
    ['no type', {}, 'Missing required parameter: authenticator_types'],
    ['an unknown type', { authenticator_types: ['carrier-pigeon'] }, 'Unsupported authenticator type: carrier-pigeon'],
    ['two types', { authenticator_types: ['otp', 'oob'] }, 'authenticator_types must hold one type'],
    ['a type that is no text', { authenticator_types: [1] }, 'authenticator_types must be an array of strings'],
    ['no channel', { authenticator_types: ['oob'] }, 'Missing required parameter: oob_channels'],
    ['an unknown channel', oob('fax'), 'Unsupported oob channel: fax'],
    ['no number', oob('sms'), 'Missing required parameter: phone_number'],
    ['a number without country', oob('sms', { phone_number: '5550109999' }), 'Invalid phone_number'],
    ['a number that is none', oob('voice', { phone_number: '+1555call-me' }), 'Invalid phone_number'],
    ['an address that is none', oob('email', { email: 'nobody' }), 'Invalid email'],
  ])('refuses %s', async (_name, body, description) => {
    const answer = await test.associate(await graceToken(), body);
    expect([answer.status, answer.body]).toEqual([400, { error: 'invalid_request', error_description: description }]);
  });
  it('refuses another client’s token, and a factor that is switched off', async () => {
    const stolen = await test.associate(await graceToken(), { ...otp, client_id: 'other' });
    expect([stolen.status, stolen.body.error]).toEqual([401, 'access_denied']);
    const strict = await startMfaTest({ mfa: { policy: 'always', factors: ['otp'] } });
    const off = await strict.associate(await strict.mfaToken('grace'), oob('sms', { phone_number: '+15550109999' }));
    expect([off.status, off.body.error]).toEqual([400, 'unsupported_challenge_type']);
    expect((await strict.associate(await strict.mfaToken('grace'), otp)).body).not.toHaveProperty('recovery_codes');
    await strict.close();
  });
});

describe('DELETE /mfa/authenticators/{id}', () => {
  const idOf = async (kind: string) => {
    const found = (await test.tenant.control.mfa.authenticators('auth0|ada')).find(({ factor }) => factor === kind);
    return found?.id ?? '';
  };
  it('takes both of a pair', async () => {
    const token = await test.mfaAccessToken();
    expect((await test.remove(token, await idOf('voice'))).status).toBe(204);
    expect([await idOf('voice'), await idOf('sms')]).toEqual(['', '']);
    expect(await idOf('otp')).not.toBe('');
  });
  it('the last factor takes the recovery code along; then nothing is owed', async () => {
    const token = await test.mfaAccessToken();
    expect((await test.remove(token, await idOf('sms'))).status).toBe(204);
    expect((await test.remove(token, await idOf('otp'))).status).toBe(204);
    expect(await idOf('recovery-code')).toBe('');
    expect((await test.logIn()).status).toBe(200);
  });
  it('knows no mfa_token', async () => {
    const answer = await test.remove(await test.mfaToken(), await idOf('otp'));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
    expect(await idOf('otp')).not.toBe('');
  });
  it('needs remove:authenticators', async () => {
    const answer = await test.remove(await test.mfaAccessToken('ada', 'enroll read:authenticators'), await idOf('otp'));
    expect([answer.status, answer.body.error]).toEqual([403, 'insufficient_scope']);
  });
  it('finds nothing of another user, nothing unknown, and keeps a verified address', async () => {
    const adas = await idOf('otp');
    const graces = await test.mfaAccessToken('grace');
    for (const id of [adas, 'totp|dev_unknown']) {
      expect((await test.remove(graces, id)).status).toBe(404);
    }
    expect(await idOf('otp')).toBe(adas);
    const email = await test.remove(await test.mfaAccessToken(), await idOf('email'));
    expect([email.status, email.body.error]).toEqual([400, 'invalid_request']);
  });
});

describe('POST /mfa/challenge', () => {
  it.each([
    ['otp', { challenge_type: 'otp' }, { challenge_type: 'otp' }],
    ['nothing: the handiest', {}, { challenge_type: 'otp' }],
    [
      'oob',
      { challenge_type: 'oob' },
      { challenge_type: 'oob', oob_code: expect.any(String), binding_method: 'prompt' },
    ],
    ['oob before otp', { challenge_type: 'oob otp' }, expect.objectContaining({ challenge_type: 'oob' })],
  ])('asked for %s', async (_name, changes, expected) => {
    const { status, body, headers } = await test.challenge(await test.mfaToken(), changes);
    expect([status, body]).toEqual([200, expected]);
    expect(headers.get('cache-control')).toBe('no-store');
  });
  it('asks for the authenticator that is named', async () => {
    const mfaToken = await test.mfaToken();
    for (const { id, factor } of await test.tenant.control.mfa.authenticators('auth0|ada')) {
      if (factor === 'recovery-code') continue;
      const type = factor === 'otp' ? 'otp' : 'oob';
      const { status, body } = await test.challenge(mfaToken, { challenge_type: type, authenticator_id: id });
      expect([status, body.challenge_type]).toEqual([200, type]);
    }
    const channels = (await test.tenant.context.outbox.list({ template: 'mfa_code' })).map(({ channel }) => channel);
    expect(new Set(channels)).toEqual(new Set(['sms', 'voice', 'email']));
  });
  it('who has nothing must set something up first', async () => {
    const answer = await test.challenge(await graceToken(), always);
    expect([answer.status, answer.body.error]).toEqual([403, 'association_required']);
  });
  it.each([
    ['an unknown kind', { challenge_type: 'dance' }],
    ['a channel the user does not have', { challenge_type: 'oob', oob_channel: 'auth0' }],
  ])('refuses %s', async (_name, changes) => {
    const answer = await test.challenge(await test.mfaToken(), changes);
    expect([answer.status, answer.body.error]).toEqual([403, 'unsupported_challenge_type']);
  });
  it('refuses an authenticator of another kind, of nobody, or of another user', async () => {
    const mfaToken = await test.mfaToken();
    const [app] = (await test.tenant.control.mfa.authenticators('auth0|ada')).filter(({ factor }) => factor === 'otp');
    const otherKind = await test.challenge(mfaToken, { challenge_type: 'oob', authenticator_id: app?.id });
    expect(otherKind.body.error).toBe('unsupported_challenge_type');
    const unknown = await test.challenge(mfaToken, { authenticator_id: 'sms|dev_unknown' });
    expect([unknown.status, unknown.body.error]).toEqual([400, 'invalid_request']);
  });
  it('names what is missing', async () => {
    expect((await test.json('/mfa/challenge', { client_id: 'app' })).body.error_description).toBe(
      'Missing required parameter: mfa_token',
    );
    expect((await test.json('/mfa/challenge', { mfa_token: 'x' })).body.error_description).toBe(
      'Missing required parameter: client_id',
    );
    expect((await test.json('/mfa/challenge', { client_id: 'nobody', mfa_token: 'x' })).status).toBe(401);
  });
});
