import { type Case, logsIn, refuses, refusesAfter, serverTrouble, wrongArguments } from '../case.ts';
import { expectMatch, type Pattern, rejectionOf } from '../match.ts';
import { appCode, otherCode, repeat, sample, withApp, withPhone } from '../people.ts';
import type { App } from '../stage.ts';
import { challengeDevice, challengePhone, expire, tokenOf } from './mfa-steps.ts';

const mfaUser = withApp.username;
const seededRecoveryCode = 'SAMPLERECOVERYCODE123456';

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

export const proofCases: readonly Case[] = [
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
  ...proofs(deprecated),
  ...wrongArguments('authorizeWithOTP', { mfaToken: 'x', otp: '123456' }, ['mfaToken', 'otp']),
  ...wrongArguments('authorizeWithOOB', { mfaToken: 'x', oobCode: 'x' }, ['mfaToken', 'oobCode']),
  ...wrongArguments('authorizeWithRecoveryCode', { mfaToken: 'x', recoveryCode: 'x' }, ['mfaToken', 'recoveryCode']),
];
