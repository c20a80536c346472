import { describe, expect, it } from 'vitest';
import { createSoftAuthenticator, type Lies } from './support/authenticator.ts';
import { readForm } from './support/browser.ts';
import { startDirectTest } from './support/direct.ts';
import { meanwhile } from './support/meanwhile.ts';
import {
  clients,
  creationOf,
  expectRefused,
  nextEmail,
  origin,
  passkeyGrant,
  people,
  redeem,
  register,
  signUp,
  test,
  usePasskeyTenant,
} from './support/passkey-stage.ts';
import { claimsOf } from './support/protocol.ts';

usePasskeyTenant();

describe('signing up', () => {
  it('asks for a passkey of the tenant’s domain', async () => {
    const email = nextEmail();
    const answer = await register({ user_profile: { email, name: 'A B' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      auth_session: expect.any(String),
      authn_params_public_key: {
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        timeout: 60_000,
        rp: { id: 'localhost', name: 'Direct logins' },
        user: { id: expect.stringMatching(/^[\w-]{43}$/), name: email, displayName: 'A B' },
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      },
    });
  });

  it('makes user and passkey with the grant; nobody before it', async () => {
    const email = nextEmail();
    const started = await register({
      user_profile: { email, given_name: 'Ann', family_name: 'Lee' },
      user_metadata: { colour: 'teal' },
    });
    const { users, passkeys } = test.tenant.context.store;
    expect(await users.findByEmail(email)).toEqual([]);
    const answer = await redeem(started, createSoftAuthenticator(origin).create(creationOf(started)));
    const claims = claimsOf(String(answer.body.id_token));
    expect(claims).toMatchObject({
      email,
      email_verified: false,
      name: 'Ann Lee',
      sub: expect.stringMatching(/^auth0\|/),
    });
    expect(answer.body.refresh_token).toEqual(expect.any(String));
    const [user] = await users.findByEmail(email);
    expect(user).toMatchObject({ userMetadata: { colour: 'teal' }, loginsCount: 1 });
    expect(user?.passwordHash).toBeUndefined();
    expect(await passkeys.list(String(claims.sub))).toMatchObject([
      { deviceType: 'multi_device', backedUp: true, transports: ['internal'], relyingPartyId: 'localhost' },
    ]);
    expect((await test.newest(email)).template).toBe('verify_email');
  });

  it('takes a self attestation, and the response as JSON text', async () => {
    const started = await register();
    const response = createSoftAuthenticator(origin, { packed: true }).create(creationOf(started));
    expect((await redeem(started, JSON.stringify(response))).status).toBe(200);
  });

  it('by phone number alone where that can get people in again', async () => {
    await signUp({ realm: 'Phones', user_profile: { phone_number: '+15550009' } });
    const answer = await register({ realm: 'Keys', user_profile: { phone_number: '+15550008' } });
    expect(answer.body).toMatchObject({
      error: 'invalid_request',
      error_description: 'user_profile.email is required',
    });
  });

  it.each([
    ['no profile', { user_profile: undefined }, /user_profile/],
    ['no email', { user_profile: { name: 'A' } }, /email is required/],
    ['an email that is none', { user_profile: { email: 'a' } }, /user_profile.email/],
    ['an unknown key', { user_profile: { email: 'a@example.com', admin: 'yes' } }, /user_profile/],
    ['a missing username', { realm: 'Named' }, /username is required/],
    ['metadata that is no text', { user_metadata: { n: 1 } }, /user_metadata/],
    [
      'too much metadata',
      { user_metadata: Object.fromEntries([...'abcdefghijk'].map((c) => [c, c])) },
      /10 properties/,
    ],
    ['sign-up switched off', { realm: 'Shut' }, /signup is disabled/],
    ['an unknown realm', { realm: 'Nowhere' }, /realm/],
    ['a realm that is a number', { realm: 7 }, /realm/],
    ['an unknown organization', { organization: 'org_nobody' }, /organization/],
  ])('refuses %s: invalid_request', async (_name, changes, text) => {
    const answer = await register(changes);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect(answer.body.error_description).toMatch(text);
  });

  it('refuses an address that is taken, at once and when it was taken meanwhile', async () => {
    const email = nextEmail();
    const [one, other] = [await register({ user_profile: { email } }), await register({ user_profile: { email } })];
    const authenticator = createSoftAuthenticator(origin);
    expect((await redeem(one, authenticator.create(creationOf(one)))).status).toBe(200);
    const late = await redeem(other, authenticator.create(creationOf(other)));
    expect(late.body).toMatchObject({ error: 'invalid_request', error_description: 'The user already exists.' });
    expect((await register({ user_profile: { email } })).body.error_description).toBe('The user already exists.');
  });

  it('refuses a passkey that somebody has, and makes no user, whenever it was registered', async () => {
    const { passkeys, users } = test.tenant.context.store;
    const owner = await signUp();
    const [taken] = await passkeys.list(owner.sub);
    if (taken === undefined) throw new Error('The owner has no passkey.');
    const attempt = async (prepare: (credentialId: string) => Promise<unknown>) => {
      const email = nextEmail();
      const started = await register({ user_profile: { email } });
      const made = createSoftAuthenticator(origin).create(creationOf(started));
      const copy = { ...taken, id: `passkey|copy-${people}`, credentialId: String(made.id) };
      await prepare(copy.credentialId);
      const answer = await redeem(started, made);
      expect(await users.findByEmail(email)).toEqual([]);
      return answer;
    };
    const add = (credentialId: string) => passkeys.add({ ...taken, id: `passkey|copy-${people}`, credentialId });
    expectRefused(await attempt(add));
    const late = await attempt(async (credentialId) => meanwhile(passkeys, 'find', () => add(credentialId)));
    expect(late.body.error).toBe('invalid_request');
  });

  const lies: [string, Lies, boolean?][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['client data of a login', { type: 'webauthn.get' }],
    ['nobody present', { userPresent: false }],
    ['a frame of another origin around it', { crossOrigin: true }],
    ['an algorithm that was not asked for', { algorithm: -36 }],
    ['an attestation signed by another key', { forged: true }, true],
  ];
  it.each(lies)('T33: refuses a new passkey with %s, and makes no user', async (_name, lie, packed = false) => {
    const email = nextEmail();
    const started = await register({ user_profile: { email } });
    expectRefused(await redeem(started, createSoftAuthenticator(origin, { packed }).create(creationOf(started), lie)));
    expect(await test.tenant.context.store.users.findByEmail(email)).toEqual([]);
  });
});

describe('known failure: who asks for many addresses whether they are taken is slowed down', () => {
  const startStrict = () =>
    startDirectTest({
      clients: clients.filter(({ clientId }) => clientId === 'app'),
      attackProtection: { suspiciousAddress: { signup: { attempts: 2, refill: 600 } } },
      connections: [{ name: 'Keys', strategy: 'auth0', passkeys: true }],
      users: [{ connection: 'Keys', email: 'taken@example.com' }],
    });

  it('by the API: 429 too_many_requests, for free addresses too', async () => {
    const strict = await startStrict();
    const ask = (email: string) => strict.json('/passkey/register', { client_id: 'app', user_profile: { email } });
    for (let n = 0; n < 2; n++) expect((await ask('taken@example.com')).body.error).toBe('invalid_request');
    for (const email of ['taken@example.com', 'free@example.com']) {
      const answer = await ask(email);
      expect([answer.status, answer.body.error]).toEqual([429, 'too_many_requests']);
    }
    expect((await strict.lastEvent('signup.throttled')).clientId).toBe('app');
    await strict.close();
  });

  it.each(['taken', 'free'])('by many questions at once, about a %s address: no more are answered', async (name) => {
    const strict = await startStrict();
    const ask = (email: string) => strict.json('/passkey/register', { client_id: 'app', user_profile: { email } });
    meanwhile(strict.tenant.context.store.users, 'findByIdentifier', async () => {
      for (let n = 0; n < 2; n++) expect((await ask('taken@example.com')).status).toBe(400);
    });
    expect((await ask(`${name}@example.com`)).status).toBe(429);
    await strict.close();
  });

  it('on the pages', async () => {
    const strict = await startStrict();
    const browser = strict.browser();
    const opened = await browser.open(strict.authorizeUrl({ client_id: 'app', screen_hint: 'signup' }));
    const { fields } = readForm(opened.html.slice(opened.html.indexOf('data-passkey') - 200));
    const ask = (email: string) =>
      browser.request(new URL('/u/passkey/new', strict.issuer), {
        method: 'POST',
        body: new URLSearchParams({ ...fields, email }),
        headers: { origin: new URL(strict.issuer).origin },
      });
    for (let n = 0; n < 2; n++) expect((await ask('taken@example.com')).status).toBe(400);
    expect((await ask('free@example.com')).status).toBe(429);
    await strict.close();
  });

  it('and so is who makes many accounts', async () => {
    const strict = await startStrict();
    const start = async () =>
      strict.json('/passkey/register', { client_id: 'app', user_profile: { email: nextEmail() } });
    const begun = [await start(), await start(), await start()];
    const answers = [];
    for (const one of begun) {
      const authn_response = createSoftAuthenticator(strict.issuer.slice(0, -1)).create(creationOf(one));
      const { auth_session } = one.body;
      const form = { grant_type: passkeyGrant, client_id: 'app', auth_session, authn_response };
      answers.push(await strict.json('/oauth/token', form));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.body.error).toBe('too_many_requests');
    await strict.close();
  });
});
