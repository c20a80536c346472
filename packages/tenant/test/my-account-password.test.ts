import { describe, expect, it } from 'vitest';
import {
  type Answer,
  call,
  expectProblem,
  isoTime,
  login,
  password,
  someone,
  test,
  useAccountTenant,
} from './support/account-stage.ts';
import { type CreationParams, createSoftAuthenticator } from './support/authenticator.ts';
import { database } from './support/bound.ts';
import { api } from './support/protocol.ts';

useAccountTenant();

/** People set or change their password, by the shapes that `@auth0/auth0-spa-js` names. */

const newPassword = 'Blue-Kettle-19';
type Person = Awaited<ReturnType<typeof someone>>;
const begin = (person: Person, more: object = {}) => person.enroll({ type: 'password', ...more });
const identityOf = ({ id }: Person) => id.split('|')[1];
const refreshes = (refreshToken: unknown) => test.refresh(String(refreshToken), { client_id: 'app' });

describe('a password', () => {
  it('is changed: begun with the policy, and proved by nothing but the token', async () => {
    const person = await someone();
    const begun = await begin(person);
    expect(begun.status).toBe(202);
    expect(begun.headers.get('location')).toBe(
      `${test.issuer}me/v1/authentication-methods/password%7C${identityOf(person)}`,
    );
    expect(begun.body).toEqual({
      id: `password|${identityOf(person)}`,
      auth_session: expect.any(String),
      policy: {
        complexity: {
          min_length: 8,
          character_types: ['uppercase', 'lowercase', 'number', 'special'],
          character_type_rule: 'three_of_four',
          identical_characters: 'allow',
          sequential_characters: 'allow',
          max_length_exceeded: 'error',
        },
        profile_data: {
          active: true,
          blocked_fields: expect.arrayContaining(['email', 'name', 'user_metadata.first']),
        },
        history: { active: false, size: 0 },
        dictionary: { active: true, default: 'en_10k' },
      },
    });
    expect((await login(person.email)).status).toBe(200);
    const done = await person.verify(begun, { new_password: newPassword });
    expect(done.status).toBe(201);
    expect(done.body).toEqual({
      id: begun.body.id,
      type: 'password',
      created_at: isoTime,
      usage: ['primary'],
      identity_user_id: identityOf(person),
      last_password_reset: isoTime,
    });
    expect((await login(person.email)).body.error).toBe('invalid_grant');
    expect((await login(person.email, { password: newPassword })).status).toBe(200);
    expect((await test.lastEvent('password.changed')).userId).toBe(person.id);
  });

  it('is set by who has none, and listed from then on', async () => {
    const person = await someone();
    const passkey = await person.enroll({ type: 'passkey' });
    const made = createSoftAuthenticator(test.issuer.slice(0, -1)).create(
      passkey.body.authn_params_public_key as CreationParams,
    );
    await person.verify(passkey, { authn_response: made }, 'passkey|new');
    await test.tenant.context.store.users.update(person.id, { passwordHash: undefined }, 0);
    expect(await person.list('?type=password')).toEqual([]);
    const begun = await begin(person, { connection: database, identity_user_id: identityOf(person) });
    expect(await person.list('?type=password')).toEqual([]);
    expect((await person.verify(begun, { new_password: newPassword })).status).toBe(201);
    expect((await person.list()).map(({ type }) => type)).toEqual(['password', 'passkey']);
  });

  it('ends what the old one opened: sessions and refresh tokens', async () => {
    const person = await someone();
    const { body } = await login(person.email, { audience: api, scope: 'openid offline_access read:notes' });
    expect((await refreshes(body.refresh_token)).status).toBe(200);
    const other = await login(person.email, { audience: api, scope: 'openid offline_access read:notes' });
    const begun = await begin(person);
    await person.verify(begun, { new_password: newPassword });
    expect((await refreshes(other.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it.each([
    ['too weak', 'abc', /too weak/],
    ['known from a breach', 'Breached-Horse-42', /./],
    ['missing', undefined, /required/],
  ])('that is %s is refused with its member named, and another may be tried', async (_name, new_password, detail) => {
    const person = await someone();
    const begun = await begin(person);
    const refused = await person.verify(begun, { new_password });
    expectProblem(refused, 400, detail);
    expect(refused.body.validation_errors).toMatchObject([{ field: 'new_password', pointer: '/new_password' }]);
    expect((await login(person.email)).status).toBe(200);
    expect((await person.verify(begun, { new_password: newPassword })).status).toBe(201);
  });

  it('T32: its auth_session works once, for a time, for the newest, and for its person, client and method', async () => {
    const [person, stranger] = [await someone(), await someone()];
    const proof = { new_password: newPassword };
    const older = await begin(person);
    const begun = await begin(person);
    expectProblem(await person.verify(older, proof), 400, /Invalid or expired/);
    expectProblem(
      await stranger.verify(begun, proof, String((await begin(stranger)).body.id)),
      400,
      /Invalid or expired/,
    );
    expectProblem(await stranger.verify(begun, proof), 404, /not found/);
    const { body } = await login(person.email, { client_id: 'other' });
    const path = `/authentication-methods/${encodeURIComponent(String(begun.body.id))}/verify`;
    const stolen = { auth_session: begun.body.auth_session, ...proof };
    expectProblem(await call('POST', path, String(body.access_token), stolen), 400, /Invalid or expired/);
    const code: Answer = await person.enroll({ type: 'recovery-code' });
    const mixed = { ...begun, body: { ...begun.body, auth_session: code.body.auth_session } };
    expectProblem(await person.verify(mixed, proof), 400, /Invalid or expired/);
    const answers = await Promise.all([1, 2, 3].map(() => person.verify(begun, proof)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400]);
    const late = await begin(person);
    test.advance(600);
    expectProblem(await person.verify(late, { new_password: password }), 400, /Invalid or expired/);
    expect((await login(person.email, { password: newPassword })).status).toBe(200);
  });

  it('is for people of a database, by their own identity', async () => {
    const person = await someone();
    for (const [field, more] of [
      ['connection', { connection: 'Plain' }],
      ['identity_user_id', { identity_user_id: 'else' }],
    ] as const) {
      const answer = await begin(person, more);
      expectProblem(answer, 400, /no/);
      expect(answer.body.validation_errors).toMatchObject([{ field }]);
    }
    const { store } = test.tenant.context;
    await store.users.create({ id: 'email|mail', connection: 'mail', email: 'mail@example.com' }, 0);
    const { access_token } = await test.tenant.control.signIn({
      user: 'email|mail',
      clientId: 'app',
      audience: `${test.issuer}me/`,
      scope: 'create:me:authentication_methods',
    });
    const answer = await call('POST', '/authentication-methods', access_token, { type: 'password' });
    expectProblem(answer, 400, /not enabled/);
  });

  it('no password and no auth_session is in the event log or the database', async () => {
    const person = await someone();
    const begun = await begin(person);
    await person.verify(begun, { new_password: 'short' });
    await person.verify(begun, { new_password: newPassword });
    const log = JSON.stringify(await test.tenant.control.events.list({ limit: 10_000 }));
    const kept = JSON.stringify(await test.tenant.context.store.dump());
    for (const secret of [begun.body.auth_session, newPassword]) {
      expect(log).not.toContain(String(secret));
      expect(kept).not.toContain(String(secret));
    }
  });
});
