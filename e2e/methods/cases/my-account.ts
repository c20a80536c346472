import { type Case, refusesSignedIn, wrongArguments } from '../case.ts';
import { expectMatch, isText, type Pattern, rejectionOf } from '../match.ts';
import { appCode, otherCode, sample, sentCode, signedIn } from '../people.ts';
import type { App, Stage } from '../stage.ts';

/** `myAccount.*`, by the hook and the class; what each call sends is `packages/postern/test/my-account.test.ts`'s concern. */
const scopes = [
  ...['read', 'create', 'update', 'delete'].map((verb) => `${verb}:me:authentication_methods`),
  'read:me:factors',
].join(' ');

const signIn = (stage: Stage) => signedIn(stage, { useMrrt: true });
const tokenFor = async (app: App, stage: Stage, scope = scopes) =>
  (await app.methods.getApiCredentials(`${stage.issuer}me/`, scope)).accessToken;

function does(method: string, name: string, act: (app: App, accessToken: string, stage: Stage) => Promise<void>): Case {
  return {
    method: `myAccount.${method}`,
    name,
    async run(stage) {
      const app = await signIn(stage);
      const accessToken = await tokenFor(app, stage);
      const { user } = await app.state();
      await act(app, accessToken, stage);
      expectMatch(await app.state(), { user: (now) => now === user, error: null, isLoading: false }, 'the state');
    },
  };
}

const refuses = (method: string, name: string, expected: Pattern, act: (app: App, stage: Stage) => Promise<unknown>) =>
  refusesSignedIn(`myAccount.${method}`, name, expected, signIn, act);

const email = 'second@example.com';
const isMethod = { id: isText, type: isText, createdAt: isText };

export const myAccountCases: readonly Case[] = [
  does('getFactors', 'lists what there is to set up', async (app, accessToken) => {
    const factors = await app.methods.myAccount.getFactors({ accessToken });
    expectMatch(factors, (list) => Array.isArray(list) && list.length > 0 && list.every(({ type }) => isText(type)));
  }),
  does(
    'enrollEmail',
    'sets up an address, which is listed, renamed and taken away',
    async (app, accessToken, stage) => {
      const { myAccount } = app.methods;
      const { id, authSession } = await myAccount.enrollEmail({ accessToken, emailAddress: email });
      const otpCode = await sentCode(stage, email);
      const confirmed = await myAccount.confirmEmailEnrollment({ accessToken, id, authSession, otpCode });
      expectMatch(confirmed, { ...isMethod, type: 'email', confirmed: true }, 'the method');
      const listed = await myAccount.getAuthenticationMethods({ accessToken, type: 'email' });
      expectMatch(listed, (list) => Array.isArray(list) && list.some((one) => one.id === confirmed.id), 'the list');
      const renamed = await myAccount.updateAuthenticationMethodById({ accessToken, id: confirmed.id, name: 'Mine' });
      expectMatch(renamed, { id: confirmed.id, name: 'Mine' }, 'the renamed method');
      const found = await myAccount.getAuthenticationMethodById({ accessToken, id: confirmed.id });
      expectMatch(found, { id: confirmed.id, name: 'Mine' }, 'the method by its id');
      const deleted = await myAccount.deleteAuthenticationMethodById({ accessToken, id: confirmed.id });
      expectMatch(deleted, undefined, 'the answer');
      const gone = await rejectionOf(() => myAccount.getAuthenticationMethodById({ accessToken, id: confirmed.id }));
      expectMatch(gone, { '~postern': 'MyAccountError', reason: 'NOT_FOUND', statusCode: 404 }, 'the error');
    },
  ),
  does('enrollTOTP', 'begins with an authenticator app', async (app, accessToken) => {
    const begun = await app.methods.myAccount.enrollTOTP({ accessToken });
    expectMatch(begun, { id: isText, authSession: isText, barcodeUri: /^otpauth:\/\// }, 'the enrolment');
  }),
  does('confirmTOTPEnrollment', 'adds the app, once it shows the right code', async (app, accessToken, stage) => {
    const { myAccount } = app.methods;
    const { id, authSession } = await myAccount.enrollTOTP({ accessToken });
    const otpCode = await appCode(stage, sample.username);
    const wrong = { accessToken, id, authSession, otpCode: otherCode(otpCode) };
    expectMatch(
      await rejectionOf(() => myAccount.confirmTOTPEnrollment(wrong)),
      { '~postern': 'MyAccountError', reason: 'INVALID_REQUEST' },
      'the error of a wrong code',
    );
    const confirmed = await myAccount.confirmTOTPEnrollment({ accessToken, id, authSession, otpCode });
    expectMatch(confirmed, { ...isMethod, type: 'totp', confirmed: true }, 'the method');
  }),
  does('enrollPhone', 'adds a phone, which is told a code', async (app, accessToken, stage) => {
    const { myAccount } = app.methods;
    const phoneNumber = '+15550142';
    const { id, authSession } = await myAccount.enrollPhone({ accessToken, phoneNumber });
    const otpCode = await sentCode(stage, phoneNumber);
    const confirmed = await myAccount.confirmPhoneEnrollment({ accessToken, id, authSession, otpCode });
    expectMatch(confirmed, { ...isMethod, type: 'phone', confirmed: true }, 'the method');
  }),
  does('enrollPushNotification', 'adds a device, once it says yes', async (app, accessToken, stage) => {
    const { myAccount } = app.methods;
    const { id, authSession, barcodeUri } = await myAccount.enrollPushNotification({ accessToken });
    expectMatch(barcodeUri, isText, 'what the device reads');
    const confirm = () => myAccount.confirmPushNotificationEnrollment({ accessToken, id, authSession });
    expectMatch(await rejectionOf(confirm), { reason: 'INVALID_REQUEST' }, 'the error before that');
    await stage.control(`/mfa/${encodeURIComponent(sample.username)}/push/approve`, {});
    expectMatch(await confirm(), { ...isMethod, type: 'push-notification', confirmed: true }, 'the method');
  }),
  does('enrollRecoveryCode', 'makes a code, which counts once it is confirmed', async (app, accessToken) => {
    const { myAccount } = app.methods;
    const { id, authSession, recoveryCode } = await myAccount.enrollRecoveryCode({ accessToken });
    expectMatch(recoveryCode, isText, 'the code');
    const confirmed = await myAccount.confirmRecoveryCodeEnrollment({ accessToken, id, authSession });
    expectMatch(confirmed, { type: 'recovery-code' }, 'the method');
  }),
  does('passkeyEnrollmentChallenge', 'gives options as JSON', async (app, accessToken) => {
    const challenge = await app.methods.myAccount.passkeyEnrollmentChallenge({ accessToken });
    const options = { challenge: isText, user: { id: isText }, rp: { id: isText } };
    expectMatch(
      challenge,
      { authenticationMethodId: isText, authSession: isText, authParamsPublicKey: options },
      'the challenge',
    );
  }),

  refuses(
    'getFactors',
    'a token that is none',
    { '~postern': 'MyAccountError', reason: 'UNAUTHORIZED', statusCode: 401, type: isText, message: isText },
    (app) => app.methods.myAccount.getFactors({ accessToken: 'none' }),
  ),
  refuses('getFactors', 'a token without the scope', { reason: 'FORBIDDEN', statusCode: 403 }, async (app, stage) =>
    app.methods.myAccount.getFactors({ accessToken: await tokenFor(app, stage, 'read:me:authentication_methods') }),
  ),
  refuses(
    'enrollEmail',
    'an address that is none',
    { reason: 'INVALID_REQUEST', statusCode: 400 },
    async (app, stage) =>
      app.methods.myAccount.enrollEmail({ accessToken: await tokenFor(app, stage), emailAddress: 'nonsense' }),
  ),
  refuses('enrollEmail', 'a token that may only read', { reason: 'FORBIDDEN', statusCode: 403 }, async (app, stage) =>
    app.methods.myAccount.enrollEmail({
      accessToken: await tokenFor(app, stage, 'read:me:authentication_methods'),
      emailAddress: email,
    }),
  ),
  refuses(
    'confirmEmailEnrollment',
    'a wrong code',
    { reason: 'INVALID_REQUEST', statusCode: 400 },
    async (app, stage) => {
      const accessToken = await tokenFor(app, stage);
      const { id, authSession } = await app.methods.myAccount.enrollEmail({ accessToken, emailAddress: email });
      return app.methods.myAccount.confirmEmailEnrollment({ accessToken, id, authSession, otpCode: 'none' });
    },
  ),
  refuses('enrollPasskey', 'a passkey that is none', { type: 'PASSKEY_INVALID_CREDENTIAL' }, (app) =>
    app.methods.myAccount.enrollPasskey({
      accessToken: 'none',
      authenticationMethodId: 'passkey|new',
      authSession: 'none',
      authParamsPublicKey: {},
      authResponse: '{}',
    }),
  ),
  ...wrongArguments('myAccount.getFactors', { accessToken: 't' }, ['accessToken']),
  ...wrongArguments('myAccount.enrollEmail', { accessToken: 't', emailAddress: email }, [
    'accessToken',
    'emailAddress',
  ]),
];
