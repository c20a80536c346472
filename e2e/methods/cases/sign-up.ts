import { type Case, refuses, refusesAfter, sends, serverTrouble, wrongArguments } from '../case.ts';
import { expectMatch, isText, rejectionOf } from '../match.ts';
import { lastMessage, realm, repeat, sample } from '../people.ts';
import type { App } from '../stage.ts';

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

export const signUpCases: readonly Case[] = [...createUser, ...resetPassword];
