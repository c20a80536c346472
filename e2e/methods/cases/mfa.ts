import { type Case, logsIn, refuses, refusesAfter, serverTrouble, wrongArguments } from '../case.ts';
import { expectMatch, isText, type Pattern, rejectionOf } from '../match.ts';
import { appCode, interrupted, named, otherCode, repeat, sample, sentCode, withApp, withPhone } from '../people.ts';
import type { App, Stage } from '../stage.ts';

const mfaUser = withApp.username;
const phone = '+15550160';
const seededRecoveryCode = 'SAMPLERECOVERYCODE123456';

/** An app whose client asks everybody for a second factor, and `who`’s interrupted login there. */
async function enrolling(stage: Stage, who = sample) {
  const app = await stage.open({ clientId: 'strict' });
  const { mfaToken } = await interrupted(app, who);
  return { app, mfaToken };
}

const tokenOf = async (app: App, who = withApp) => (await interrupted(app, who)).mfaToken;
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

async function expire(app: App, stage: Stage, who = withApp): Promise<string> {
  const mfaToken = await tokenOf(app, who);
  await stage.control('/clock', { advance: 601_000 });
  return mfaToken;
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

const idOf = async (app: App, mfaToken: string, type: string) =>
  (await app.methods.mfa.getAuthenticators({ mfaToken })).find((one) => one.type === type)?.id ?? '';

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

/** Sends a code to the phone of who has one, and says what a proof of it takes. */
async function challengePhone(app: App, stage: Stage) {
  const mfaToken = await tokenOf(app, withPhone);
  const authenticatorId = await idOf(app, mfaToken, 'phone');
  const { oobCode = '' } = await app.methods.mfa.challenge({ mfaToken, authenticatorId });
  return { mfaToken, oobCode, bindingCode: await sentCode(stage, phone) };
}

/** Asks the device that somebody has just set up. */
async function challengeDevice(stage: Stage) {
  const { app, mfaToken } = await enrolling(stage);
  const enrollment = await app.methods.mfa.enroll({ mfaToken, factorType: 'push' });
  return { app, mfaToken, oobCode: enrollment.type === 'push' ? String(enrollment.oobCode) : '' };
}

/** A proof of each kind by `mfa.verify`, or by the method of that kind's own from before it. */
interface Ways {
  readonly otp: string;
  readonly oob: string;
  readonly recoveryCode: string;
  readonly brand: string;
  readonly type: (name: string) => Pattern;
  byOtp(app: App, parameters: { mfaToken: string; otp: string }): ReturnType<App['methods']['mfa']['verify']>;
  byOob(
    app: App,
    parameters: { mfaToken: string; oobCode: string; bindingCode?: string },
  ): ReturnType<App['methods']['mfa']['verify']>;
  byRecoveryCode(
    app: App,
    parameters: { mfaToken: string; recoveryCode: string },
  ): ReturnType<App['methods']['mfa']['verify']>;
}

const verify: Ways = {
  otp: 'mfa.verify',
  oob: 'mfa.verify',
  recoveryCode: 'mfa.verify',
  brand: 'MfaError',
  type: (name) => name,
  byOtp: (app, parameters) => app.methods.mfa.verify(parameters),
  byOob: (app, parameters) => app.methods.mfa.verify(parameters),
  byRecoveryCode: (app, parameters) => app.methods.mfa.verify(parameters),
};

const deprecated: Ways = {
  otp: 'authorizeWithOTP',
  oob: 'authorizeWithOOB',
  recoveryCode: 'authorizeWithRecoveryCode',
  brand: 'AuthError',
  type: () => undefined,
  byOtp: (app, parameters) => app.methods.authorizeWithOTP(parameters),
  byOob: (app, parameters) => app.methods.authorizeWithOOB(parameters),
  byRecoveryCode: (app, parameters) => app.methods.authorizeWithRecoveryCode(parameters),
};

function proofs(ways: Ways): Case[] {
  const failure = (type: string, code: string, more: { readonly [name: string]: Pattern } = {}): Pattern => ({
    '~postern': ways.brand,
    type: ways.type(type),
    code,
    ...more,
  });
  const wrongOtp = failure('MFA_ERROR', 'invalid_grant', { status: 403, message: 'Invalid otp_code.' });
  return [
    logsIn(ways.otp, 'signs in with the code of an app', /^auth0\|mfa$/, async (app, stage) =>
      ways.byOtp(app, { mfaToken: await tokenOf(app), otp: await appCode(stage, mfaUser) }),
    ),
    logsIn(ways.otp, 'signs in after a wrong code', /^auth0\|mfa$/, async (app, stage) => {
      const mfaToken = await tokenOf(app);
      const otp = await appCode(stage, mfaUser);
      await rejectionOf(() => ways.byOtp(app, { mfaToken, otp: otherCode(otp) }));
      return ways.byOtp(app, { mfaToken, otp });
    }),
    refusesAfter(
      ways.otp,
      'a wrong code of an app',
      wrongOtp,
      (app) => tokenOf(app),
      async (app, mfaToken, stage) => ways.byOtp(app, { mfaToken, otp: otherCode(await appCode(stage, mfaUser)) }),
    ),
    refusesAfter(
      ways.otp,
      'codes without end',
      failure('TOO_MANY_ATTEMPTS', 'too_many_attempts', { status: 429 }),
      async (app, stage) => {
        const mfaToken = await tokenOf(app);
        const otp = otherCode(await appCode(stage, mfaUser));
        await repeat(10, () => rejectionOf(() => ways.byOtp(app, { mfaToken, otp })));
        return mfaToken;
      },
      async (app, mfaToken, stage) => ways.byOtp(app, { mfaToken, otp: await appCode(stage, mfaUser) }),
    ),
    refuses(
      ways.otp,
      'a token that is none',
      failure('MFA_ERROR', 'invalid_grant', { message: 'Malformed mfa_token' }),
      (app) => ways.byOtp(app, { mfaToken: 'x', otp: '123456' }),
    ),
    refusesAfter(
      ways.otp,
      'a token that has expired',
      failure('EXPIRED_MFA_TOKEN', 'expired_token'),
      expire,
      (app, mfaToken) => ways.byOtp(app, { mfaToken, otp: '123456' }),
    ),
    {
      method: ways.otp,
      name: 'a token that finished its login',
      async run(stage) {
        const app = await stage.open();
        const mfaToken = await tokenOf(app);
        await ways.byOtp(app, { mfaToken, otp: await appCode(stage, mfaUser) });
        const failed = await rejectionOf(async () => ways.byOtp(app, { mfaToken, otp: await appCode(stage, mfaUser) }));
        expectMatch(failed, failure('MFA_ERROR', 'invalid_grant', { message: 'Malformed mfa_token' }), 'the error');
      },
    },
    ...serverTrouble(ways.otp, '/oauth/token', (app) => ways.byOtp(app, { mfaToken: 'x', otp: '123456' })),

    logsIn(ways.oob, 'signs in with a code that was sent', /^auth0\|phone$/, async (app, stage) =>
      ways.byOob(app, await challengePhone(app, stage)),
    ),
    refusesAfter(
      ways.oob,
      'a wrong code that was sent',
      failure('MFA_ERROR', 'invalid_grant', { message: 'Invalid binding_code.' }),
      challengePhone,
      (app, proof) => ways.byOob(app, { ...proof, bindingCode: otherCode(proof.bindingCode) }),
    ),
    refusesAfter(
      ways.oob,
      'a code that was sent too long ago',
      failure('MFA_ERROR', 'invalid_grant', { message: 'Invalid binding_code.' }),
      async (app, stage) => {
        const proof = await challengePhone(app, stage);
        await stage.control('/clock', { advance: 301_000 });
        return proof;
      },
      (app, proof) => ways.byOob(app, proof),
    ),
    refusesAfter(
      ways.oob,
      'no code, where one was sent',
      failure('MFA_ERROR', 'invalid_request', { message: 'Missing required parameter: binding_code' }),
      challengePhone,
      (app, { bindingCode: _, ...proof }) => ways.byOob(app, proof),
    ),
    refusesAfter(
      ways.oob,
      'an oob_code of another login',
      failure('MFA_ERROR', 'invalid_grant', { message: 'Malformed oob_code' }),
      challengePhone,
      async (app, proof) => ways.byOob(app, { ...proof, mfaToken: await tokenOf(app, withPhone) }),
    ),
    {
      method: ways.oob,
      name: 'waits for a device, which is not to be asked too often, and says yes',
      async run(stage) {
        const { app, ...proof } = await challengeDevice(stage);
        const early = await rejectionOf(() => ways.byOob(app, proof));
        expectMatch(early, { '~postern': ways.brand, code: 'authorization_pending' }, 'the error');
        const hasty = await rejectionOf(() => ways.byOob(app, proof));
        expectMatch(hasty, { '~postern': ways.brand, code: 'slow_down', retryAfter: 5 }, 'the error');
        await stage.control(`/mfa/${sample.username}/push/approve`, {});
        await ways.byOob(app, proof);
        expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
      },
    },
    {
      method: ways.oob,
      name: 'a device that says no',
      async run(stage) {
        const { app, ...proof } = await challengeDevice(stage);
        await stage.control(`/mfa/${sample.username}/push/deny`, {});
        const denied = await rejectionOf(() => ways.byOob(app, proof));
        const expected = failure('MFA_ERROR', 'invalid_grant', { message: 'MFA Authorization rejected.' });
        expectMatch(denied, expected, 'the error');
        const state = await app.state();
        expectMatch(state.user, null, 'the user');
        expectMatch(state.error, (shown) => shown === denied, 'the error shown');
      },
    },

    logsIn(ways.recoveryCode, 'signs in with a recovery code', /^auth0\|mfa$/, async (app) =>
      ways.byRecoveryCode(app, { mfaToken: await tokenOf(app), recoveryCode: seededRecoveryCode }),
    ),
    {
      method: ways.recoveryCode,
      name: 'hands out the code that replaces a used one, once, and stores it nowhere',
      async run(stage) {
        const app = await stage.open();
        const first = { mfaToken: await tokenOf(app), recoveryCode: seededRecoveryCode };
        const credentials = await ways.byRecoveryCode(app, first);
        const { recoveryCode = '' } = credentials;
        expectMatch(recoveryCode, /^[A-Z0-9]{24}$/, 'the new code');
        expectMatch(JSON.stringify(credentials), (text) => !String(text).includes(recoveryCode), 'a copy');
        expectMatch((await app.methods.getCredentials()).recoveryCode, undefined, 'the stored one');
        await app.methods.clearCredentials();
        await ways.byRecoveryCode(app, { mfaToken: await tokenOf(app), recoveryCode });
        expectMatch(await app.state(), { user: { sub: 'auth0|mfa' }, error: null }, 'the state');
      },
    },
    refusesAfter(
      ways.recoveryCode,
      'a recovery code that is none',
      failure('MFA_ERROR', 'invalid_grant', { message: 'MFA Authorization rejected.' }),
      (app) => tokenOf(app),
      (app, mfaToken) => ways.byRecoveryCode(app, { mfaToken, recoveryCode: 'A'.repeat(24) }),
    ),
  ];
}

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

export const mfaCases: readonly Case[] = [
  ...getAuthenticators,
  ...enroll,
  ...challenge,
  ...proofs(verify),
  ...wrongArguments('mfa.verify', { mfaToken: 'x', otp: '123456' }, ['mfaToken', 'otp']).filter(
    ({ name }) => name.includes('mfaToken') || name.includes('type'),
  ),
  refuses(
    'mfa.verify',
    'no proof at all',
    { code: 'missing_parameters', message: /otp, oobCode, recoveryCode/ },
    (app) => app.methods.mfa.verify({ mfaToken: 'x' } as never),
  ),
  ...sendMultifactorChallenge,
  ...proofs(deprecated),
  ...wrongArguments('authorizeWithOTP', { mfaToken: 'x', otp: '123456' }, ['mfaToken', 'otp']),
  ...wrongArguments('authorizeWithOOB', { mfaToken: 'x', oobCode: 'x' }, ['mfaToken', 'oobCode']),
  ...wrongArguments('authorizeWithRecoveryCode', { mfaToken: 'x', recoveryCode: 'x' }, ['mfaToken', 'recoveryCode']),
];
