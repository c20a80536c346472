import { beforeAll, describe, expect, it } from 'vitest';
import { createSoftAuthenticator, type Lies } from './support/authenticator.ts';
import { meanwhile } from './support/meanwhile.ts';
import {
  challenge,
  creationOf,
  expectRefused,
  logIn,
  nextEmail,
  origin,
  type Person,
  redeem,
  register,
  requestOf,
  signUp,
  test,
  totpSecret,
  usePasskeyTenant,
  webOrigin,
} from './support/passkey-stage.ts';
import { api, claimsOf, type TokenAnswer } from './support/protocol.ts';

usePasskeyTenant();

describe('signing in', () => {
  let person: Person;
  beforeAll(async () => {
    person = await signUp();
  });

  it('asks for any passkey of the domain', async () => {
    const answer = await challenge();
    expect(answer.body.authn_params_public_key).toEqual({
      challenge: expect.any(String),
      timeout: 60_000,
      rpId: 'localhost',
      userVerification: 'preferred',
    });
  });

  it('gives tokens: no password, no page', async () => {
    const answer = await logIn(person, {}, { audience: api, scope: 'openid read:notes' });
    expect(answer.status).toBe(200);
    expect(claimsOf(String(answer.body.id_token)).sub).toBe(person.sub);
    expect(claimsOf(String(answer.body.access_token))).toMatchObject({ sub: person.sub, scope: 'openid read:notes' });
    expect(claimsOf(String(answer.body.access_token))).not.toHaveProperty('gty');
  });

  it.each([
    ['a web origin of the client', webOrigin],
    ['an Android app of the configuration', 'android:apk-key-hash:abc'],
    ['an app for Apple’s systems, which tells the domain', 'https://localhost'],
  ])('at %s', async (_name, where) => {
    expect((await logIn(person, { origin: where })).status).toBe(200);
  });

  const lies: [string, Lies][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['another client’s origin', { origin: 'https://strict.example.test' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['client data of a sign-up', { type: 'webauthn.create' }],
    ['nobody present', { userPresent: false }],
    ['a signature of another key', { forged: true }],
    ['a frame of another origin around it', { crossOrigin: true }],
    ['another user’s handle', { userHandle: 'c29tZWJvZHk' }],
    ['no user’s handle, so that nothing says whose it is', { userHandle: null }],
  ];
  it.each(lies)('T33: refuses a passkey with %s', async (_name, lie) => {
    expectRefused(await logIn(person, lie));
  });

  it('T33: refuses a counter that stays or goes back, and goes on with one that rises', async () => {
    const counting = await signUp();
    expect((await logIn(counting, { counter: 5 })).status).toBe(200);
    for (const counter of [5, 4, 0]) expectRefused(await logIn(counting, { counter }));
    expect((await logIn(counting, { counter: 6 })).status).toBe(200);
  });

  it('takes authenticators that do not count', async () => {
    const silent = await signUp({}, createSoftAuthenticator(origin, { counts: false }));
    for (let n = 0; n < 2; n++) expect((await logIn(silent)).status).toBe(200);
  });

  it('T33: a challenge works once, whatever came of it', async () => {
    const started = await challenge();
    const response = person.authenticator.get(requestOf(started));
    expect((await redeem(started, response)).status).toBe(200);
    expectRefused(await redeem(started, person.authenticator.get(requestOf(started))));
    const wasted = await challenge();
    expectRefused(await redeem(wasted, person.authenticator.get(requestOf(wasted), { forged: true })));
    expectRefused(await redeem(wasted, person.authenticator.get(requestOf(wasted))));
  });

  it('T33: of answers sent at once one wins', async () => {
    const started = await challenge();
    const answers = await Promise.all(
      [1, 2, 3].map(() => redeem(started, person.authenticator.get(requestOf(started)))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('T33: of two answers that find the challenge unused one wins', async () => {
    const { artifacts } = test.tenant.context.store;
    const { authenticator } = await signUp({}, createSoftAuthenticator(origin, { counts: false }));
    const started = await challenge();
    let other: TokenAnswer | undefined;
    meanwhile(artifacts, 'get', async () => {
      other = await redeem(started, authenticator.get(requestOf(started)));
    });
    expectRefused(await redeem(started, authenticator.get(requestOf(started))));
    expect(other?.status).toBe(200);
  });

  it('T33: of two uses with one counter, looked at together, one wins: the other is of a copy', async () => {
    const counting = await signUp();
    const [one, copy] = [await challenge(), await challenge()];
    let other: TokenAnswer | undefined;
    meanwhile(test.tenant.context.store.passkeys, 'find', async () => {
      other = await redeem(copy, counting.authenticator.get(requestOf(copy), { counter: 7 }));
    });
    expectRefused(await redeem(one, counting.authenticator.get(requestOf(one), { counter: 7 })));
    expect(other?.status).toBe(200);
  });

  it('T33: a challenge expires', async () => {
    const started = await challenge();
    await test.advance(60_000);
    expectRefused(await redeem(started, person.authenticator.get(requestOf(started))));
    expect((await test.lastEvent('token.rejected')).sentence).toContain('has expired');
  });

  it('T33: a challenge is for its client, database and purpose', async () => {
    const started = await challenge();
    const response = () => person.authenticator.get(requestOf(started));
    expectRefused(await redeem(started, response(), { client_id: 'other-app' }));
    const signup = await register();
    expectRefused(await redeem(signup, person.authenticator.get({ ...requestOf(signup), rpId: 'localhost' })));
    const login = await challenge();
    const made = createSoftAuthenticator(origin).create({
      ...creationOf(login),
      rp: { id: 'localhost' },
      user: { id: 'AA' },
    });
    expectRefused(await redeem(login, made));
    const elsewhere = await challenge({ realm: 'Named' });
    expectRefused(await redeem(elsewhere, person.authenticator.get(requestOf(elsewhere))));
  });

  it('refuses a passkey that was deleted, or whose user was', async () => {
    const gone = await signUp();
    const [passkey] = await test.tenant.context.store.passkeys.list(gone.sub);
    await test.tenant.context.store.passkeys.delete(String(passkey?.id));
    expectRefused(await logIn(gone));
    const deleted = await signUp();
    await test.tenant.control.users.delete(deleted.sub);
    expectRefused(await logIn(deleted));
  });

  it.each([
    ['no auth_session', { auth_session: undefined }, 400, 'invalid_request'],
    ['no authn_response', { authn_response: undefined }, 400, 'invalid_request'],
    ['an authn_response that is none', { authn_response: { id: 'x' } }, 400, 'invalid_request'],
    ['an authn_response that is no JSON', { authn_response: 'x' }, 400, 'invalid_request'],
    ['a made-up auth_session', { auth_session: 'made-up' }, 403, 'invalid_grant'],
    ['another realm', { realm: 'Named' }, 400, 'invalid_request'],
    ['an unknown audience', { audience: 'https://nowhere.test' }, 403, 'access_denied'],
    ['a client without the grant', { client_id: 'plain' }, 403, 'unauthorized_client'],
  ])('refuses %s', async (_name, changes, status, error) => {
    const started = await challenge();
    const answer = await redeem(started, person.authenticator.get(requestOf(started)), changes);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('passes the gate: a blocked user, a second factor, an organization', async () => {
    const blocked = await signUp();
    await test.tenant.control.users.block(blocked.sub);
    expect((await logIn(blocked)).body).toMatchObject({ error: 'unauthorized', error_description: 'user is blocked' });

    const email = nextEmail();
    const second = await signUp({ user_profile: { email } });
    const { authenticators } = test.tenant.context.store;
    await authenticators.insert([
      {
        id: 'totp|x',
        userId: second.sub,
        factor: 'otp',
        groupId: 'x',
        confirmed: true,
        secret: totpSecret,
        createdAt: 0,
      },
    ]);
    const owing = await logIn(second);
    expect([owing.status, owing.body.error]).toEqual([403, 'mfa_required']);
    expect(owing.body.mfa_requirements).toMatchObject({ challenge: expect.arrayContaining([{ type: 'otp' }]) });

    const started = await challenge({ organization: 'org_acme' });
    const outsider = await redeem(started, person.authenticator.get(requestOf(started)));
    expect(outsider.body.error).toBe('access_denied');
    const member = await signUp({ user_profile: { email: 'member@example.com' } });
    await test.tenant.control.users.update(member.sub, { emailVerified: true });
    const inside = await challenge({ organization: 'org_acme' });
    const tokens = await redeem(inside, member.authenticator.get(requestOf(inside)));
    expect(claimsOf(String(tokens.body.id_token)).org_id).toBe('org_acme');
  });

  it('counts as a login by passkey for the tenant’s rules', async () => {
    expect((await test.lastEvent('login.success')).sentence).toContain('(pop)');
  });
});
