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
import { api, interrupted, lastMessage, named, realm, repeat, sample, withApp } from '../people.ts';
import type { App } from '../stage.ts';

const wrong = { ...sample, password: 'Wrong-Horse-42' };
const logIn = (changes: object) => (app: App) => app.methods.loginWithPasswordRealm({ ...sample, ...changes });

const passwordRealm: Case[] = [
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

const person = { email: 'new@example.com', password: 'Battery-Staple-77', connection: realm };
const signUp = (changes: object) => (app: App) => app.methods.createUser({ ...person, ...changes });

const createUser: Case[] = [
  sends('createUser', 'makes somebody who can sign in', async (app) => {
    const created = await app.methods.createUser({
      ...person,
      given_name: 'Zoë 山田',
      metadata: { favourite_colour: 'teal', snake_case: 'stays' },
    });
    expectMatch(
      created,
      {
        id: /^[0-9a-f]{24}$/,
        email: person.email,
        emailVerified: false,
        givenName: 'Zoë 山田',
        userMetadata: { favourite_colour: 'teal', snake_case: 'stays' },
      },
      'who was created',
    );
    const { idToken } = await app.auth0.auth.passwordRealm({
      ...sample,
      username: person.email,
      password: person.password,
    });
    expectMatch(idToken, isText, 'the ID token');
  }),
  sends('createUser', 'takes a username where the database has such', async (app) => {
    const created = await app.methods.createUser({ ...person, connection: 'Named-Database', username: 'newcomer' });
    expectMatch(created, { username: 'newcomer' }, 'who was created');
  }),
  refuses(
    'createUser',
    'a weak password, telling the rules',
    {
      code: 'invalid_password',
      status: 400,
      json: { description: { rules: (rules) => Array.isArray(rules) && rules.length > 0, verified: false } },
    },
    signUp({ password: 'short' }),
  ),
  refuses(
    'createUser',
    'a leaked password',
    { code: 'password_leaked', status: 400 },
    signUp({ password: 'Breached-Horse-42' }),
  ),
  refuses(
    'createUser',
    'who is there already, without telling so',
    { code: 'invalid_signup', message: 'Invalid sign up' },
    signUp({ email: sample.username }),
  ),
  refuses(
    'createUser',
    'an address that is taken',
    { code: 'user_exists', message: 'The user already exists.' },
    signUp({ email: 'named@example.com', connection: 'Named-Database', username: 'somebody' }),
  ),
  refuses(
    'createUser',
    'a username that is taken',
    { code: 'username_exists', status: 400 },
    signUp({ connection: 'Named-Database', username: 'named' }),
  ),
  refuses(
    'createUser',
    'a database that is closed',
    { code: 'public signup is disabled', status: 400 },
    signUp({ connection: 'Closed-Database' }),
  ),
  refuses(
    'createUser',
    'a connection that is none',
    { status: 400, message: /connection/ },
    signUp({ connection: 'nowhere' }),
  ),
  refuses(
    'createUser',
    'an address that is none',
    { status: 400, message: 'email is not a valid email address' },
    signUp({ email: 'nobody' }),
  ),
  refuses(
    'createUser',
    'who an Action denies',
    { code: 'extensibility_error', message: 'Nobody of that name.' },
    signUp({ email: 'banned@example.com' }),
  ),
  refusesAfter(
    'createUser',
    'many sign-ups from one address',
    { code: 'too_many_requests', status: 429 },
    (app) => repeat(5, () => rejectionOf(() => app.methods.createUser({ ...person, password: 'short' }))),
    signUp({}),
  ),
  ...serverTrouble('createUser', '/dbconnections/signup', signUp({ connection: 'Closed-Database' })),
  ...wrongArguments('createUser', person, ['email', 'password', 'connection']),
  refuses(
    'createUser',
    'metadata of the wrong type',
    { status: 400, message: 'user_metadata must be an object' },
    signUp({ metadata: 'text' }),
  ),
];

const forgetful = { email: 'user@example.com', connection: realm };

const resetPassword: Case[] = [
  sends('resetPassword', 'sends a mail with a link', async (app, stage) => {
    expectMatch(await app.methods.resetPassword(forgetful), undefined, 'the answer');
    expectMatch(
      await lastMessage(stage, forgetful.email),
      { template: 'password_reset', link: /^https?:/ },
      'the mail',
    );
  }),
  sends('resetPassword', 'says nothing about who is not there', async (app, stage) => {
    expectMatch(
      await app.methods.resetPassword({ ...forgetful, email: 'nobody@example.com' }),
      undefined,
      'the answer',
    );
    expectMatch(await stage.control<unknown[]>('/outbox'), [], 'the outbox');
  }),
  refuses('resetPassword', 'a connection that is no database', { status: 400, message: /connection/ }, (app) =>
    app.methods.resetPassword({ ...forgetful, connection: 'email' }),
  ),
  refusesAfter(
    'resetPassword',
    'many mails to one address',
    { code: 'too_many_requests', status: 429 },
    (app) => repeat(3, () => app.methods.resetPassword(forgetful)),
    (app) => app.methods.resetPassword(forgetful),
  ),
  ...serverTrouble('resetPassword', '/dbconnections/change_password', (app) =>
    app.methods.resetPassword({ ...forgetful, connection: 'email' }),
  ),
  ...wrongArguments('resetPassword', forgetful, ['email', 'connection']),
];

const redirectUri = 'http://127.0.0.1/callback';
const verifier = 'v'.repeat(43);

/** A code for `verifier`, as an app that shows the login page itself gets it. */
async function codeOf(app: App, visit: (url: string, user: string) => Promise<string>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  const url = app.auth0.auth.authorizeUrl({
    redirectUri,
    state: 'mine',
    scope: 'openid profile offline_access',
    audience: api,
    code_challenge: btoa(String.fromCharCode(...hash))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', ''),
    code_challenge_method: 'S256',
  });
  return new URL(await visit(url, sample.username)).searchParams.get('code') ?? '';
}

const authorizeWithExchange: Case[] = [
  logsIn('authorizeWithExchange', 'signs in', /^auth0\|sample$/, async (app, stage) => {
    const code = await codeOf(app, stage.visit);
    return app.methods.authorizeWithExchange({ code, verifier, redirectUri });
  }),
  refuses(
    'authorizeWithExchange',
    'a code that is none',
    { code: 'invalid_grant', message: 'Invalid authorization code' },
    (app) => app.methods.authorizeWithExchange({ code: 'x', verifier, redirectUri }),
  ),
  refusesAfter(
    'authorizeWithExchange',
    'a verifier of another login',
    { code: 'invalid_grant', message: 'Failed to verify code verifier' },
    (app, stage) => codeOf(app, stage.visit),
    (app, code) => app.methods.authorizeWithExchange({ code, verifier: 'w'.repeat(43), redirectUri }),
  ),
  refusesAfter(
    'authorizeWithExchange',
    'another redirect URI',
    { code: 'invalid_grant' },
    (app, stage) => codeOf(app, stage.visit),
    (app, code) => app.methods.authorizeWithExchange({ code, verifier, redirectUri: 'http://127.0.0.1/other' }),
  ),
  ...serverTrouble('authorizeWithExchange', '/oauth/token', (app) =>
    app.methods.authorizeWithExchange({ code: 'x', verifier, redirectUri }),
  ),
  ...wrongArguments('authorizeWithExchange', { code: 'x', verifier, redirectUri }, ['code', 'verifier', 'redirectUri']),
];

const revokeRefreshToken: Case[] = [
  {
    method: 'revokeRefreshToken',
    name: 'ends the session at its next renewal',
    async run(stage) {
      const app = await stage.open();
      const { refreshToken = '' } = await app.methods.loginWithPasswordRealm(sample);
      expectMatch(await app.methods.revokeRefreshToken({ refreshToken }), undefined, 'the answer');
      expectMatch(await app.state(), { user: { sub: 'auth0|sample' }, error: null }, 'the state');
      const error = await rejectionOf(() => app.methods.getCredentials(undefined, 0, {}, true));
      expectMatch(error, { type: 'RENEW_FAILED', code: 'invalid_grant' }, 'the error');
      expectMatch((await app.state()).user, null, 'the user');
    },
  },
  sends('revokeRefreshToken', 'takes one that is unknown', async (app) => {
    expectMatch(await app.methods.revokeRefreshToken({ refreshToken: 'unknown' }), undefined, 'the answer');
  }),
  ...serverTrouble('revokeRefreshToken', '/oauth/revoke', (app) =>
    app.methods.revokeRefreshToken({ refreshToken: 'unknown' }),
  ),
  ...wrongArguments('revokeRefreshToken', { refreshToken: 'x' }, ['refreshToken']),
];

export const databaseCases: readonly Case[] = [
  ...passwordRealm,
  ...createUser,
  ...resetPassword,
  ...authorizeWithExchange,
  ...revokeRefreshToken,
];
