import {
  type Case,
  logsIn,
  refuses,
  refusesAfter,
  sends,
  serverTrouble,
  wrongArguments,
  wrongOption,
} from '../case.ts';
import { expectMatch, isText, rejectionOf } from '../match.ts';
import { api, lastMessage, otherCode, realm, repeat, sample, sentCode, withApp } from '../people.ts';
import type { App, Stage } from '../stage.ts';

/** `passwordless.*`: codes for the people of a database. */
const email = sample.username;
const phoneNumber = '+15550190';
/** Whom nobody waits for: of requests that may arrive while other cases run. */
const late = { email: 'late@example.com', connection: realm };

/** What both challenges are refused for. */
function refusals(method: string, ask: (app: App, more?: object) => Promise<unknown>): Case[] {
  return [
    refuses(method, 'a connection that is no database', { code: 'invalid_connection', status: 400 }, (app) =>
      ask(app, { connection: 'email' }),
    ),
    refuses(method, 'a connection that is none', { code: 'invalid_connection', status: 400 }, (app) =>
      ask(app, { connection: 'nowhere' }),
    ),
    refuses(method, 'a client without the grant', { code: 'unauthorized_client', status: 403 }, (app) => ask(app), {
      clientId: 'plain',
    }),
  ];
}

const byEmail = 'passwordless.challengeWithEmail';
const challengeWithEmail: Case[] = [
  sends(byEmail, 'sends a code, and gives nothing but the session', async (app, stage) => {
    const challenge = await app.methods.passwordless.challengeWithEmail({ email, connection: realm });
    expectMatch(Object.keys(challenge), ['authSession'], 'the names of the answer');
    expectMatch(await lastMessage(stage, email), { code: /^\d{6}$/ }, 'the message');
  }),
  sends(byEmail, 'answers for somebody unknown just the same', async (app) => {
    const challenge = await app.methods.passwordless.challengeWithEmail(late);
    expectMatch(challenge, { authSession: isText }, 'the answer');
  }),
  refuses(byEmail, 'an address that is none', { code: 'invalid_request', status: 400 }, (app) =>
    app.methods.passwordless.challengeWithEmail({ email: 'none', connection: realm }),
  ),
  ...refusals(byEmail, (app, more) =>
    app.methods.passwordless.challengeWithEmail({ email, connection: realm, ...more }),
  ),
  ...serverTrouble(byEmail, '/otp/challenge', (app) => app.methods.passwordless.challengeWithEmail(late)),
  ...wrongArguments(byEmail, { email, connection: realm }, ['email', 'connection']),
];

const byPhone = 'passwordless.challengeWithPhoneNumber';
const challengeWithPhoneNumber: Case[] = [
  sends(byPhone, 'sends a code', async (app, stage) => {
    const signup = { phoneNumber, connection: realm, allowSignup: true };
    await app.methods.passwordless.challengeWithPhoneNumber(signup);
    expectMatch(await lastMessage(stage, phoneNumber), { code: /^\d{6}$/ }, 'the message');
  }),
  refuses(byPhone, 'a number that is none', { code: 'invalid_request', status: 400 }, (app) =>
    app.methods.passwordless.challengeWithPhoneNumber({ phoneNumber: '555 01 90', connection: realm }),
  ),
  ...refusals(byPhone, (app, more) =>
    app.methods.passwordless.challengeWithPhoneNumber({ phoneNumber, connection: realm, ...more }),
  ),
  ...wrongArguments(byPhone, { phoneNumber, connection: realm }, ['phoneNumber', 'connection']),
  wrongOption(byPhone, { phoneNumber, connection: realm }, 'deliveryMethod', {}),
];

const method = 'passwordless.loginWithOTP';
const refused = { code: 'invalid_request', status: 400 };

async function challenged(app: App, stage: Stage, whom: string = email) {
  const challenge = await app.methods.passwordless.challengeWithEmail({ email: whom, connection: realm });
  return { challenge, otp: await sentCode(stage, whom) };
}

const loginWithOTP: Case[] = [
  logsIn(method, 'signs in with a code sent by mail', /^auth0\|sample$/, async (app, stage) =>
    app.methods.passwordless.loginWithOTP(await challenged(app, stage)),
  ),
  logsIn(method, 'signs in for an API', /^auth0\|sample$/, async (app, stage) => {
    const more = { audience: api, scope: 'openid read:notes' };
    const credentials = await app.methods.passwordless.loginWithOTP({ ...(await challenged(app, stage)), ...more });
    expectMatch(credentials.scope?.split(' ').sort(), ['offline_access', 'openid', 'read:notes'], 'scope');
    return credentials;
  }),
  logsIn(method, 'signs somebody up with a code spoken to a phone', /^auth0\|/, async (app, stage) => {
    const challenge = await app.methods.passwordless.challengeWithPhoneNumber({
      phoneNumber,
      connection: realm,
      deliveryMethod: 'voice',
      allowSignup: true,
    });
    return app.methods.passwordless.loginWithOTP({ challenge, otp: await sentCode(stage, phoneNumber) });
  }),
  refusesAfter(method, 'a wrong code', refused, challenged, (app, { challenge, otp }) =>
    app.methods.passwordless.loginWithOTP({ challenge, otp: otherCode(otp) }),
  ),
  refuses(method, 'a challenge that is none', refused, (app) =>
    app.methods.passwordless.loginWithOTP({ challenge: { authSession: 'none' }, otp: '123456' }),
  ),
  refusesAfter(
    method,
    'a code that has expired',
    refused,
    async (app, stage) => {
      const given = await challenged(app, stage);
      await stage.control('/clock', { advance: 181_000 });
      return given;
    },
    (app, given) => app.methods.passwordless.loginWithOTP(given),
  ),
  refusesAfter(
    method,
    'the right code after three wrong tries',
    refused,
    async (app, stage) => {
      const { challenge, otp } = await challenged(app, stage);
      const guess = { challenge, otp: otherCode(otp) };
      await repeat(3, () => rejectionOf(() => app.methods.passwordless.loginWithOTP(guess)));
      return { challenge, otp };
    },
    (app, given) => app.methods.passwordless.loginWithOTP(given),
  ),
  {
    method,
    name: 'a code that was used',
    async run(stage) {
      const app = await stage.open();
      const given = await challenged(app, stage);
      await app.methods.passwordless.loginWithOTP(given);
      const error = await rejectionOf(() => app.methods.passwordless.loginWithOTP(given));
      expectMatch(error, refused, 'the error');
      expectMatch(await app.state(), { user: { sub: 'auth0|sample' } }, 'the user, who stays');
    },
  },
  refusesAfter(
    method,
    'a login that a second factor interrupts',
    { code: 'mfa_required', status: 403, mfaRequired: { mfaToken: isText } },
    (app, stage) => challenged(app, stage, withApp.username),
    (app, given) => app.methods.passwordless.loginWithOTP(given),
  ),
  refusesAfter(
    method,
    'who an Action denies',
    { code: 'access_denied', message: 'Not on a Sunday.' },
    (app, stage) => challenged(app, stage, 'denied@example.com'),
    (app, given) => app.methods.passwordless.loginWithOTP(given),
  ),
  ...serverTrouble(method, '/oauth/token', (app) =>
    app.methods.passwordless.loginWithOTP({ challenge: { authSession: 'none' }, otp: '123456' }),
  ),
  ...wrongArguments(method, { challenge: { authSession: 's' }, otp: '123456' }, ['challenge', 'otp']),
  wrongOption(method, { challenge: { authSession: 's' }, otp: '123456' }, 'scope', ['openid']),
];

export const databaseCodeCases: readonly Case[] = [...challengeWithEmail, ...challengeWithPhoneNumber, ...loginWithOTP];
