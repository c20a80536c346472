import { type Case, logsIn, refuses, refusesAfter, serverTrouble, wrongArguments, wrongOption } from '../case.ts';
import { expectMatch, isText, rejectionOf } from '../match.ts';
import { api, interrupted, named, repeat, sample, withApp } from '../people.ts';
import type { App } from '../stage.ts';

const wrong = { ...sample, password: 'Wrong-Horse-42' };
const logIn = (changes: object) => (app: App) => app.methods.loginWithPasswordRealm({ ...sample, ...changes });

export const passwordCases: readonly Case[] = [
  logsIn('loginWithPasswordRealm', 'signs in', /^auth0\|sample$/, logIn({})),
  logsIn('loginWithPasswordRealm', 'signs in for an API', /^auth0\|sample$/, async (app) => {
    const credentials = await logIn({ audience: api, scope: 'profile read:notes' })(app);
    expectMatch(credentials.scope?.split(' ').sort(), ['offline_access', 'openid', 'profile', 'read:notes'], 'scope');
    return credentials;
  }),
  logsIn(
    'loginWithPasswordRealm',
    'signs in by username',
    /^auth0\|named$/,
    logIn({ username: 'named', realm: 'Named-Database' }),
  ),
  logsIn('loginWithPasswordRealm', 'signs in after an error, which it clears', /^auth0\|sample$/, async (app) => {
    const error = await rejectionOf(() => app.methods.loginWithPasswordRealm(wrong));
    expectMatch((await app.state()).error, (shown) => shown === error, 'the error shown');
    return app.methods.loginWithPasswordRealm(sample);
  }),
  refuses(
    'loginWithPasswordRealm',
    'a wrong password',
    {
      name: 'invalid_grant',
      code: 'invalid_grant',
      status: 403,
      message: 'Wrong email or password.',
      mfaRequired: undefined,
    },
    logIn({ password: wrong.password }),
  ),
  refuses(
    'loginWithPasswordRealm',
    'somebody unknown, in the same words',
    { code: 'invalid_grant', status: 403, message: 'Wrong email or password.' },
    logIn({ username: 'nobody@example.com' }),
  ),
  refuses(
    'loginWithPasswordRealm',
    'a realm that is none',
    { code: 'invalid_request', status: 400 },
    logIn({ realm: 'x' }),
  ),
  refuses(
    'loginWithPasswordRealm',
    'an API that is none',
    { code: 'access_denied', message: 'Service not found: urn:x' },
    logIn({ audience: 'urn:x' }),
  ),
  refuses(
    'loginWithPasswordRealm',
    'a blocked user',
    { code: 'unauthorized', message: 'user is blocked' },
    logIn({ username: 'blocked@example.com' }),
  ),
  refuses(
    'loginWithPasswordRealm',
    'who an Action denies',
    { code: 'access_denied', message: 'Not on a Sunday.' },
    logIn({ username: 'denied@example.com' }),
  ),
  refuses(
    'loginWithPasswordRealm',
    'a leaked password',
    { code: 'password_leaked', status: 401 },
    logIn({ username: 'leaked@example.com', password: 'Breached-Horse-42' }),
  ),
  refusesAfter(
    'loginWithPasswordRealm',
    'ten wrong passwords, and then the right one',
    { code: 'too_many_attempts', status: 429 },
    (app) => repeat(10, () => rejectionOf(() => app.methods.loginWithPasswordRealm(wrong))),
    logIn({}),
  ),
  refusesAfter(
    'loginWithPasswordRealm',
    'a login that the tenant takes for a robot’s',
    { code: 'requires_verification', status: 401, message: 'Suspicious request requires verification' },
    (_, stage) =>
      stage.control('/faults', {
        kind: 'respond',
        path: '/oauth/token',
        status: 401,
        headers: { 'content-type': 'application/json' },
        body: '{"error":"requires_verification","error_description":"Suspicious request requires verification"}',
      }),
    logIn({}),
  ),
  refuses(
    'loginWithPasswordRealm',
    'a login that a second factor interrupts',
    {
      name: 'mfa_required',
      code: 'mfa_required',
      status: 403,
      mfaRequired: {
        error: 'mfa_required',
        errorDescription: 'Multifactor authentication required',
        mfaToken: isText,
        mfaRequirements: { challenge: (factors) => JSON.stringify(factors).includes('"otp"') },
      },
    },
    (app) => app.methods.loginWithPasswordRealm(withApp),
  ),
  {
    method: 'loginWithPasswordRealm',
    name: 'a client without the grant',
    async run(stage) {
      const app = await stage.open({ clientId: 'plain' });
      const error = await rejectionOf(() => app.methods.loginWithPasswordRealm(sample));
      expectMatch(error, { code: 'unauthorized_client', status: 403 }, 'the error');
    },
  },
  {
    method: 'loginWithPasswordRealm',
    name: 'a second factor that has to be set up first',
    async run(stage) {
      const app = await stage.open({ clientId: 'strict' });
      const { mfaRequirements } = await interrupted(app, named);
      expectMatch(mfaRequirements?.challenge, undefined, 'challenge');
      expectMatch(mfaRequirements?.enroll, (factors) => JSON.stringify(factors).includes('"otp"'), 'enroll');
    },
  },
  ...serverTrouble('loginWithPasswordRealm', '/oauth/token', logIn({ username: 'late@example.com' })),
  ...wrongArguments('loginWithPasswordRealm', sample, ['username', 'password', 'realm']),
  wrongOption('loginWithPasswordRealm', sample, 'scope', {}),
  wrongOption('loginWithPasswordRealm', sample, 'audience', []),
];
