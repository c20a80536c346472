import { type Case, refuses, refusesAfter, serverTrouble, wrongArguments } from '../case.ts';
import { expectMatch, isText, type Pattern, rejectionOf } from '../match.ts';
import { appCode, named, repeat, sample, sentCode, withPhone } from '../people.ts';
import type { App } from '../stage.ts';
import { enrolling, expire, idOf, phone, tokenOf } from './mfa-steps.ts';

const error = (type: string, code: string, more: { readonly [name: string]: Pattern } = {}): Pattern => ({
  '~postern': 'MfaError',
  type,
  code,
  ...more,
});

/** Half an interrupted login changes nothing but `error`, which shows what interrupted it. */
async function expectInterrupted(app: App): Promise<void> {
  expectMatch(await app.state(), { user: null, error: { code: 'mfa_required' } }, 'the state');
}

const getAuthenticators: Case[] = [
  {
    method: 'mfa.getAuthenticators',
    name: 'lists what somebody has',
    async run(stage) {
      const app = await stage.open();
      const mfaToken = await tokenOf(app);
      const list = await app.methods.mfa.getAuthenticators({ mfaToken });
      expectMatch(list.map(({ type }) => type).sort(), ['email', 'otp', 'recovery-code'], 'types');
      for (const one of list)
        expectMatch(one, { id: isText, authenticatorType: isText, active: true }, 'authenticator');
      const some = await app.methods.mfa.getAuthenticators({ mfaToken, factorsAllowed: ['otp'] });
      expectMatch(some, [{ type: 'otp', id: /^totp\|/ }], 'authenticator apps');
      expectMatch(await app.methods.mfa.getAuthenticators({ mfaToken, factorsAllowed: ['push'] }), [], 'devices');
      await expectInterrupted(app);
    },
  },
  {
    method: 'mfa.getAuthenticators',
    name: 'tells a phone’s messages and calls apart',
    async run(stage) {
      const app = await stage.open();
      const mfaToken = await tokenOf(app, withPhone);
      for (const factor of ['sms', 'voice'] as const) {
        const list = await app.methods.mfa.getAuthenticators({ mfaToken, factorsAllowed: [factor] });
        expectMatch(list, [{ type: 'phone', oobChannel: factor, name: /0160$/ }], factor);
      }
    },
  },
  refuses(
    'mfa.getAuthenticators',
    'a token that is none',
    error('INVALID_MFA_TOKEN', 'invalid_token', { status: 401 }),
    (app) => app.methods.mfa.getAuthenticators({ mfaToken: 'x' }),
  ),
  refusesAfter(
    'mfa.getAuthenticators',
    'a token that has expired',
    error('EXPIRED_MFA_TOKEN', 'expired_token', { message: 'mfa_token is expired' }),
    expire,
    (app, mfaToken) => app.methods.mfa.getAuthenticators({ mfaToken }),
  ),
  ...serverTrouble('mfa.getAuthenticators', '/mfa/authenticators', (app) =>
    app.methods.mfa.getAuthenticators({ mfaToken: 'x' }),
  ),
  ...wrongArguments('mfa.getAuthenticators', { mfaToken: 'x' }, ['mfaToken']),
];

const enroll: Case[] = [
  {
    method: 'mfa.enroll',
    name: 'sets up an authenticator app, whose code then signs in',
    async run(stage) {
      const { app, mfaToken } = await enrolling(stage);
      const enrollment = await app.methods.mfa.enroll({ mfaToken, factorType: 'otp' });
      const expected = {
        type: 'totp',
        barcodeUri: /^otpauth:\/\/totp\//,
        secret: /^[A-Z2-7]+$/,
        recoveryCodes: [isText],
      };
      expectMatch(enrollment, expected, 'the enrolment');
      await expectInterrupted(app);
      await app.methods.mfa.verify({ mfaToken, otp: await appCode(stage, sample.username) });
      expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
    },
  },
  ...(['sms', 'voice'] as const).map(
    (factorType): Case => ({
      method: 'mfa.enroll',
      name: `sets up a phone, by ${factorType}`,
      async run(stage) {
        const { app, mfaToken } = await enrolling(stage);
        const enrollment = await app.methods.mfa.enroll({ mfaToken, factorType, phoneNumber: '+15550180' });
        expectMatch(enrollment, { type: 'oob', oobCode: isText, bindingMethod: 'prompt' }, 'the enrolment');
        const oobCode = enrollment.type === 'oob' ? enrollment.oobCode : '';
        await app.methods.mfa.verify({ mfaToken, oobCode, bindingCode: await sentCode(stage, '+15550180') });
        expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
      },
    }),
  ),
  {
    method: 'mfa.enroll',
    name: 'sets up an e-mail address',
    async run(stage) {
      const { app, mfaToken } = await enrolling(stage);
      const enrollment = await app.methods.mfa.enroll({ mfaToken, factorType: 'email', email: 'second@example.com' });
      expectMatch(enrollment, { type: 'oob', oobCode: isText, bindingMethod: 'prompt' }, 'the enrolment');
      const oobCode = enrollment.type === 'oob' ? enrollment.oobCode : '';
      await app.methods.mfa.verify({ mfaToken, oobCode, bindingCode: await sentCode(stage, 'second@example.com') });
      expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
    },
  },
  {
    method: 'mfa.enroll',
    name: 'sets up a device, which then says yes',
    async run(stage) {
      const { app, mfaToken } = await enrolling(stage);
      const enrollment = await app.methods.mfa.enroll({ mfaToken, factorType: 'push' });
      expectMatch(
        enrollment,
        { type: 'push', barcodeUri: /^otpauth:/, oobCode: isText, oobChannel: 'auth0' },
        'the enrolment',
      );
      await stage.control(`/mfa/${sample.username}/push/approve`, {});
      const oobCode = enrollment.type === 'push' ? String(enrollment.oobCode) : '';
      await app.methods.mfa.verify({ mfaToken, oobCode });
      expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
    },
  },
  refusesAfter(
    'mfa.enroll',
    'who has a factor already',
    { '~postern': 'MfaError', code: 'access_denied', message: 'User is already enrolled' },
    (app) => tokenOf(app),
    (app, mfaToken) => app.methods.mfa.enroll({ mfaToken, factorType: 'otp' }),
  ),
  {
    method: 'mfa.enroll',
    name: 'a phone number and an address that are none',
    async run(stage) {
      const { app, mfaToken } = await enrolling(stage);
      const number = { mfaToken, factorType: 'sms', phoneNumber: '555' } as const;
      expectMatch(
        await rejectionOf(() => app.methods.mfa.enroll(number)),
        error('MFA_ERROR', 'invalid_request', { message: 'Invalid phone_number' }),
        'the error',
      );
      const address = { mfaToken, factorType: 'email', email: 'nobody' } as const;
      expectMatch(
        await rejectionOf(() => app.methods.mfa.enroll(address)),
        error('MFA_ERROR', 'invalid_request', { message: 'Invalid email' }),
        'the error',
      );
    },
  },
  refuses('mfa.enroll', 'a token that is none', error('INVALID_MFA_TOKEN', 'invalid_token'), (app) =>
    app.methods.mfa.enroll({ mfaToken: 'x', factorType: 'otp' }),
  ),
  refusesAfter(
    'mfa.enroll',
    'a token that has expired',
    error('EXPIRED_MFA_TOKEN', 'expired_token'),
    expire,
    (app, mfaToken) => app.methods.mfa.enroll({ mfaToken, factorType: 'otp' }),
  ),
  refuses('mfa.enroll', 'a kind of factor that is none', error('UNKNOWN_MFA_ERROR', 'invalid_parameters'), (app) =>
    app.methods.mfa.enroll({ mfaToken: 'x', factorType: 'carrier-pigeon' as 'otp' }),
  ),
  ...serverTrouble('mfa.enroll', '/mfa/associate', (app) =>
    app.methods.mfa.enroll({ mfaToken: 'x', factorType: 'otp' }),
  ),
  ...wrongArguments('mfa.enroll', { mfaToken: 'x', factorType: 'otp' }, ['mfaToken', 'factorType']),
  ...wrongArguments('mfa.enroll', { mfaToken: 'x', factorType: 'sms', phoneNumber: '+15550180' }, [
    'phoneNumber',
  ]).filter(({ name }) => name.includes('phoneNumber')),
  ...wrongArguments('mfa.enroll', { mfaToken: 'x', factorType: 'email', email: 'a@b.example' }, ['email']).filter(
    ({ name }) => name.includes('email'),
  ),
];

const challenge: Case[] = [
  {
    method: 'mfa.challenge',
    name: 'asks for the code of an app, and sends one to a phone',
    async run(stage) {
      const app = await stage.open();
      const mfaToken = await tokenOf(app);
      const ofApp = { mfaToken, authenticatorId: await idOf(app, mfaToken, 'otp') };
      expectMatch(
        await app.methods.mfa.challenge(ofApp),
        { challengeType: 'otp', oobCode: undefined },
        'the challenge',
      );
      const next = await tokenOf(app, withPhone);
      const ofPhone = { mfaToken: next, authenticatorId: await idOf(app, next, 'phone') };
      const sent = { challengeType: 'oob', oobCode: isText, bindingMethod: 'prompt' };
      expectMatch(await app.methods.mfa.challenge(ofPhone), sent, 'the challenge');
      expectMatch(await sentCode(stage, phone), /^\d{6}$/, 'the code');
      await expectInterrupted(app);
    },
  },
  {
    method: 'mfa.challenge',
    name: 'who has nothing yet',
    async run(stage) {
      const { app, mfaToken } = await enrolling(stage, named);
      const failed = await rejectionOf(() => app.methods.mfa.challenge({ mfaToken, authenticatorId: 'totp|dev_x' }));
      expectMatch(failed, error('ASSOCIATION_REQUIRED', 'association_required', { status: 403 }), 'the error');
    },
  },
  refusesAfter(
    'mfa.challenge',
    'an authenticator of nobody’s',
    error('MFA_ERROR', 'invalid_request'),
    (app) => tokenOf(app),
    (app, mfaToken) => app.methods.mfa.challenge({ mfaToken, authenticatorId: 'sms|dev_x' }),
  ),
  refusesAfter(
    'mfa.challenge',
    'a recovery code, which needs none',
    { '~postern': 'MfaError', status: (status) => Number(status) >= 400 },
    (app) => tokenOf(app),
    async (app, mfaToken) =>
      app.methods.mfa.challenge({ mfaToken, authenticatorId: await idOf(app, mfaToken, 'recovery-code') }),
  ),
  refuses(
    'mfa.challenge',
    'a token that is none',
    error('MFA_ERROR', 'invalid_grant', { message: 'Malformed mfa_token' }),
    (app) => app.methods.mfa.challenge({ mfaToken: 'x', authenticatorId: 'totp|dev_x' }),
  ),
  refusesAfter(
    'mfa.challenge',
    'a token that has expired',
    error('EXPIRED_MFA_TOKEN', 'expired_token'),
    expire,
    (app, mfaToken) => app.methods.mfa.challenge({ mfaToken, authenticatorId: 'totp|dev_x' }),
  ),
  refusesAfter(
    'mfa.challenge',
    'more than ten messages an hour',
    error('TOO_MANY_ATTEMPTS', 'too_many_attempts', { status: 429 }),
    async (app) => {
      const mfaToken = await tokenOf(app, withPhone);
      const parameters = { mfaToken, authenticatorId: await idOf(app, mfaToken, 'phone') };
      await repeat(10, () => app.methods.mfa.challenge(parameters));
      return parameters;
    },
    (app, parameters) => app.methods.mfa.challenge(parameters),
  ),
  ...serverTrouble('mfa.challenge', '/mfa/challenge', (app) =>
    app.methods.mfa.challenge({ mfaToken: 'x', authenticatorId: 'totp|dev_x' }),
  ),
  ...wrongArguments('mfa.challenge', { mfaToken: 'x', authenticatorId: 'totp|dev_x' }, ['mfaToken', 'authenticatorId']),
];

const sendMultifactorChallenge: Case[] = [
  {
    method: 'sendMultifactorChallenge',
    name: 'asks for whatever fits',
    async run(stage) {
      const app = await stage.open();
      const mfaToken = await tokenOf(app);
      expectMatch(await app.methods.sendMultifactorChallenge({ mfaToken }), { challengeType: 'otp' }, 'by itself');
      const next = await tokenOf(app, withPhone);
      const oob = { challengeType: 'oob', oobCode: isText, bindingMethod: 'prompt' };
      const parameters = { mfaToken: next, challengeType: 'oob' } as const;
      expectMatch(await app.methods.sendMultifactorChallenge(parameters), oob, 'a code');
      const authenticatorId = await idOf(app, next, 'phone');
      expectMatch(await app.methods.sendMultifactorChallenge({ ...parameters, authenticatorId }), oob, 'to that phone');
      await expectInterrupted(app);
    },
  },
  refusesAfter(
    'sendMultifactorChallenge',
    'a kind of challenge that nobody set up',
    { '~postern': 'AuthError', code: 'unsupported_challenge_type', status: 403 },
    (app) => tokenOf(app, withPhone),
    (app, mfaToken) => app.methods.sendMultifactorChallenge({ mfaToken, challengeType: 'otp' }),
  ),
  refuses(
    'sendMultifactorChallenge',
    'a token that is none',
    { '~postern': 'AuthError', code: 'invalid_grant', message: 'Malformed mfa_token' },
    (app) => app.methods.sendMultifactorChallenge({ mfaToken: 'x' }),
  ),
  refusesAfter(
    'sendMultifactorChallenge',
    'a token that has expired',
    { code: 'expired_token', message: 'mfa_token is expired' },
    expire,
    (app, mfaToken) => app.methods.sendMultifactorChallenge({ mfaToken }),
  ),
  ...serverTrouble('sendMultifactorChallenge', '/mfa/challenge', (app) =>
    app.methods.sendMultifactorChallenge({ mfaToken: 'x' }),
  ),
  ...wrongArguments('sendMultifactorChallenge', { mfaToken: 'x' }, ['mfaToken']),
];

export const mfaCases: readonly Case[] = [...getAuthenticators, ...enroll, ...challenge, ...sendMultifactorChallenge];
