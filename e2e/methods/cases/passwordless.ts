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
import { api, lastMessage, otherCode, repeat, sample, sentCode } from '../people.ts';
import type { App, Stage } from '../stage.ts';

const email = 'somebody@example.com';
const phoneNumber = '+15550170';
/** Whom nobody waits for: of requests that may arrive while other cases run. */
const late = { email: 'late@example.com', phoneNumber: '+15550179' };

const sendEmailCode: Case[] = [
  sends('sendEmailCode', 'sends a code', async (app, stage) => {
    expectMatch(await app.methods.sendEmailCode({ email, send: 'code' }), undefined, 'the answer');
    expectMatch(await lastMessage(stage, email), { template: 'passwordless_code', code: /^\d{6}$/ }, 'the mail');
  }),
  sends('sendEmailCode', 'sends a link, by itself', async (app, stage) => {
    await app.methods.sendEmailCode({ email, authParams: { scope: 'openid', state: 'mine' } });
    expectMatch(await lastMessage(stage, email), { template: 'passwordless_link', link: /^https?:/ }, 'the mail');
  }),
  refuses('sendEmailCode', 'an address that is none', { code: 'bad.email', status: 400 }, (app) =>
    app.methods.sendEmailCode({ email: 'nobody', send: 'code' }),
  ),
  refuses('sendEmailCode', 'a way of sending that is none', { code: 'bad.send', status: 400 }, (app) =>
    app.methods.sendEmailCode({ email, send: 'pigeon' as 'code' }),
  ),
  refuses('sendEmailCode', 'parameters of the login that are none', { code: 'bad.authParams', status: 400 }, (app) =>
    app.methods.sendEmailCode({ email, authParams: 'text' as unknown as object }),
  ),
  refusesAfter(
    'sendEmailCode',
    'many messages from one address',
    { code: 'too_many_requests', status: 429 },
    (app) => repeat(5, () => app.methods.sendEmailCode({ email })),
    (app) => app.methods.sendEmailCode({ email }),
  ),
  {
    method: 'sendEmailCode',
    name: 'a client without such a connection',
    async run(stage) {
      const app = await stage.open({ clientId: 'few' });
      const error = await rejectionOf(() => app.methods.sendEmailCode({ email, send: 'code' }));
      expectMatch(error, { code: 'bad.connection', message: 'Connection is disabled' }, 'the error');
    },
  },
  ...serverTrouble('sendEmailCode', '/passwordless/start', (app) => app.methods.sendEmailCode({ email: late.email })),
  ...wrongArguments('sendEmailCode', { email }, ['email']),
];

const sendSMSCode: Case[] = [
  sends('sendSMSCode', 'sends a code', async (app, stage) => {
    expectMatch(await app.methods.sendSMSCode({ phoneNumber }), undefined, 'the answer');
    expectMatch(await lastMessage(stage, phoneNumber), { code: /^\d{6}$/ }, 'the message');
  }),
  refuses('sendSMSCode', 'a number that is none', { code: 'bad.phone_number', status: 400 }, (app) =>
    app.methods.sendSMSCode({ phoneNumber: '555 01 70' }),
  ),
  refuses('sendSMSCode', 'a link', { code: 'bad.send', status: 400 }, (app) =>
    app.methods.sendSMSCode({ phoneNumber, send: 'link' }),
  ),
  refuses(
    'sendSMSCode',
    'a number the provider refuses',
    { code: 'sms_provider_error', status: 400, message: /\(Code: 21211\)$/ },
    (app) => app.methods.sendSMSCode({ phoneNumber: '+15005550001' }),
  ),
  refusesAfter(
    'sendSMSCode',
    'many messages from one address',
    { code: 'too_many_requests', status: 429 },
    (app) => repeat(5, () => app.methods.sendSMSCode({ phoneNumber })),
    (app) => app.methods.sendSMSCode({ phoneNumber }),
  ),
  ...serverTrouble('sendSMSCode', '/passwordless/start', (app) =>
    app.methods.sendSMSCode({ phoneNumber: late.phoneNumber }),
  ),
  ...wrongArguments('sendSMSCode', { phoneNumber }, ['phoneNumber']),
];

/** How the two logins by a code differ. */
interface Way {
  readonly method: 'authorizeWithEmail' | 'authorizeWithSMS';
  readonly wrongCode: string;
  readonly sub: RegExp;
  readonly to: string;
  readonly people: { readonly mfa: string; readonly blocked: string; readonly late: string };
  send(app: App, to: string): Promise<void>;
  logIn(app: App, to: string, code: string, more?: object): ReturnType<App['methods']['authorizeWithEmail']>;
}

const byEmail: Way = {
  method: 'authorizeWithEmail',
  wrongCode: 'Wrong email or verification code.',
  sub: /^email\|/,
  to: email,
  people: { mfa: 'code-and-more@example.com', blocked: 'blocked-mail@example.com', late: late.email },
  send: (app, to) => app.methods.sendEmailCode({ email: to, send: 'code' }),
  logIn: (app, to, code, more = {}) => app.methods.authorizeWithEmail({ email: to, code, ...more }),
};

const bySMS: Way = {
  method: 'authorizeWithSMS',
  wrongCode: 'Wrong phone number or verification code.',
  sub: /^sms\|/,
  to: phoneNumber,
  people: { mfa: '+15550161', blocked: '+15550162', late: late.phoneNumber },
  send: (app, to) => app.methods.sendSMSCode({ phoneNumber: to }),
  logIn: (app, to, code, more = {}) => app.methods.authorizeWithSMS({ phoneNumber: to, code, ...more }),
};

function logInByCode({ method, wrongCode, sub, to, people, send, logIn }: Way): Case[] {
  const request = async (app: App, stage: Stage, whom = to) => {
    await send(app, whom);
    return sentCode(stage, whom);
  };
  const wrong = { name: 'invalid_grant', code: 'invalid_grant', status: 403, message: wrongCode };
  return [
    logsIn(method, 'signs in', sub, async (app, stage) => logIn(app, to, await request(app, stage))),
    logsIn(method, 'signs in for an API', sub, async (app, stage) => {
      const more = { audience: api, scope: 'openid read:notes' };
      const credentials = await logIn(app, to, await request(app, stage), more);
      expectMatch(credentials.scope?.split(' ').sort(), ['offline_access', 'openid', 'read:notes'], 'scope');
      return credentials;
    }),
    logsIn(method, 'signs in after two wrong tries', sub, async (app, stage) => {
      const code = await request(app, stage);
      await repeat(2, () => rejectionOf(() => logIn(app, to, otherCode(code))));
      return logIn(app, to, code);
    }),
    refusesAfter(method, 'a wrong code', wrong, request, (app, code) => logIn(app, to, otherCode(code))),
    refuses(method, 'a code nobody asked for', wrong, (app) => logIn(app, to, '123456')),
    refusesAfter(
      method,
      'an older code',
      wrong,
      async (app, stage) => {
        const older = await request(app, stage);
        let newer = older;
        while (newer === older) newer = await request(app, stage);
        return older;
      },
      (app, code) => logIn(app, to, code),
    ),
    refusesAfter(
      method,
      'a code that has expired',
      wrong,
      async (app, stage) => {
        const code = await request(app, stage);
        await stage.control('/clock', { advance: 181_000 });
        return code;
      },
      (app, code) => logIn(app, to, code),
    ),
    refusesAfter(
      method,
      'the right code after three wrong tries',
      { code: 'invalid_grant', status: 403, message: /maximum number of attempts/ },
      async (app, stage) => {
        const code = await request(app, stage);
        await repeat(3, () => rejectionOf(() => logIn(app, to, otherCode(code))));
        return code;
      },
      (app, code) => logIn(app, to, code),
    ),
    {
      method,
      name: 'a code that was used',
      async run(stage) {
        const app = await stage.open();
        const code = await request(app, stage);
        await logIn(app, to, code);
        const error = await rejectionOf(() => logIn(app, to, code));
        expectMatch(error, wrong, 'the error');
        const state = await app.state();
        expectMatch(state, { user: { sub } }, 'the user, who stays');
        expectMatch(state.error, (shown) => shown === error, 'the error shown');
      },
    },
    refusesAfter(
      method,
      'an address that guesses',
      { code: 'too_many_attempts', status: 429 },
      async (app, stage) => {
        await repeat(20, () => rejectionOf(() => logIn(app, to, '123456')));
        return request(app, stage);
      },
      (app, code) => logIn(app, to, code),
    ),
    refusesAfter(
      method,
      'a blocked user',
      { code: 'unauthorized', message: 'user is blocked' },
      (app, stage) => request(app, stage, people.blocked),
      (app, code) => logIn(app, people.blocked, code),
    ),
    refusesAfter(
      method,
      'a login that a second factor interrupts',
      { code: 'mfa_required', status: 403, mfaRequired: { mfaToken: isText } },
      (app, stage) => request(app, stage, people.mfa),
      (app, code) => logIn(app, people.mfa, code),
    ),
    refusesAfter(
      method,
      'an API that is none',
      { code: 'access_denied', message: 'Service not found: urn:x' },
      request,
      (app, code) => logIn(app, to, code, { audience: 'urn:x' }),
    ),
    {
      method,
      name: 'a client without the grant',
      async run(stage) {
        const app = await stage.open({ clientId: 'plain' });
        const error = await rejectionOf(() => logIn(app, to, '123456'));
        expectMatch(error, { code: 'unauthorized_client', status: 403 }, 'the error');
      },
    },
    ...serverTrouble(method, '/oauth/token', (app) => logIn(app, people.late, '123456')),
  ];
}

export const passwordlessCases: readonly Case[] = [
  ...sendEmailCode,
  ...sendSMSCode,
  ...logInByCode(byEmail),
  refusesAfter(
    'authorizeWithEmail',
    'who an Action denies',
    { code: 'access_denied', message: 'Not on a Sunday.' },
    async (app, stage) => {
      await app.methods.sendEmailCode({ email: 'denied-mail@example.com', send: 'code' });
      return sentCode(stage, 'denied-mail@example.com');
    },
    (app, code) => app.methods.authorizeWithEmail({ email: 'denied-mail@example.com', code }),
  ),
  ...wrongArguments('authorizeWithEmail', { email, code: '123456' }, ['email', 'code']),
  wrongOption('authorizeWithEmail', { email, code: '123456' }, 'scope', ['openid']),
  ...logInByCode(bySMS),
  ...wrongArguments('authorizeWithSMS', { phoneNumber, code: '123456' }, ['phoneNumber', 'code']),
  wrongOption('authorizeWithSMS', { phoneNumber, code: '123456' }, 'audience', sample),
];
