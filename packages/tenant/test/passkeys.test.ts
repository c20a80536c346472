import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type CreationParams,
  createSoftAuthenticator,
  type Lies,
  type RequestParams,
} from './support/authenticator.ts';
import { createProofKey, startBoundTest } from './support/bound.ts';
import { readForm } from './support/browser.ts';
import { type DirectTest, database, directConfig, otpGrant, realmGrant, startDirectTest } from './support/direct.ts';
import { meanwhile } from './support/meanwhile.ts';
import { api, claimsOf, secret, type TokenAnswer } from './support/protocol.ts';

/** `/passkey/*` and the webauthn grant, with an authenticator in software. */

const passkeyGrant = 'urn:okta:params:oauth:grant-type:webauthn';
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const webOrigin = 'https://app.example.test';
const grantTypes = ['authorization_code', 'refresh_token', realmGrant, otpGrant, passkeyGrant] as const;
const clients = [
  ...directConfig.clients.map((client) =>
    'grantTypes' in client ? { ...client, grantTypes: [...grantTypes] } : client,
  ),
  {
    clientId: 'strict',
    name: 'App at another origin',
    type: 'spa' as const,
    callbacks: ['https://strict.example.test/'],
    webOrigins: ['https://strict.example.test'],
  },
  { clientId: 'third', name: 'Somebody’s', type: 'native' as const, grantTypes: [...grantTypes], skipConsent: false },
];

let test: DirectTest;
let origin: string;
beforeAll(async () => {
  test = await startDirectTest({
    clients,
    mfa: { policy: 'enrolled' },
    passkeys: { origins: ['android:apk-key-hash:abc'] },
    connections: [
      { name: 'Keys', strategy: 'auth0', passkeys: true },
      { name: 'Named', strategy: 'auth0', passkeys: true, requiresUsername: true },
      { name: 'Phones', strategy: 'auth0', passkeys: true, phoneOtp: true },
      { name: 'Shut', strategy: 'auth0', passkeys: true, signup: false },
      ...directConfig.connections,
    ],
    organizations: [{ id: 'org_acme', name: 'acme', members: ['member@example.com'] }],
  });
  origin = test.issuer.slice(0, -1);
});
afterAll(() => test?.close());
beforeEach(() => test.resetClock());

let people = 0;
const nextEmail = () => `person-${++people}@example.com`;

const register = (changes: Record<string, unknown> = {}) =>
  test.json('/passkey/register', { client_id: 'app', realm: 'Keys', user_profile: { email: nextEmail() }, ...changes });
const challenge = (changes: Record<string, unknown> = {}) =>
  test.json('/passkey/challenge', { client_id: 'app', realm: 'Keys', ...changes });
const redeem = (from: TokenAnswer, authn_response: unknown, changes: Record<string, unknown> = {}) =>
  test.json('/oauth/token', {
    grant_type: passkeyGrant,
    client_id: 'app',
    auth_session: from.body.auth_session,
    authn_response,
    scope: 'openid profile email offline_access',
    ...changes,
  });
const creationOf = (answer: TokenAnswer) => answer.body.authn_params_public_key as CreationParams;
const requestOf = (answer: TokenAnswer) => answer.body.authn_params_public_key as RequestParams;

/** Somebody new, with a passkey. */
async function signUp(changes: Record<string, unknown> = {}, authenticator = createSoftAuthenticator(origin)) {
  const started = await register(changes);
  const tokens = await redeem(started, authenticator.create(creationOf(started)));
  if (tokens.status !== 200) throw new Error(JSON.stringify(tokens.body));
  return { authenticator, sub: String(claimsOf(String(tokens.body.id_token)).sub), tokens };
}
type Person = Awaited<ReturnType<typeof signUp>>;

async function logIn({ authenticator }: Pick<Person, 'authenticator'>, lies?: Lies, changes?: Record<string, unknown>) {
  const started = await challenge();
  return redeem(started, authenticator.get(requestOf(started), lies), changes);
}

const refused = { error: 'invalid_grant', error_description: 'The passkey could not be verified.' };
function expectRefused(answer: TokenAnswer) {
  expect(answer.body).toEqual(refused);
  expect(answer.status).toBe(403);
}

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

describe.each(['/passkey/register', '/passkey/challenge'])('%s refuses', (path) => {
  it.each([
    ['a wrong secret', { client_id: 'server', client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['a client without the grant', { client_id: 'plain' }, 400, 'invalid_request'],
    ['a third party’s client', { client_id: 'third' }, 400, 'invalid_request'],
    ['a client without a database that has passkeys', { client_id: 'phone-only' }, 400, 'invalid_request'],
    ['a database without passkeys', { realm: 'Staff' }, 400, 'invalid_request'],
  ])('%s', async (_name, changes, status, error) => {
    const body = { client_id: 'app', user_profile: { email: 'x@example.com' }, ...changes };
    const answer = await test.json(path, body);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('a tenant that has no passkeys: 404', async () => {
    const plain = await startDirectTest();
    const answer = await plain.json(path, { client_id: 'app' });
    expect([answer.status, answer.body.error]).toEqual([404, 'endpoint_disabled']);
    await plain.close();
  });
});

it('T19: pages of the client’s web origins may call it, a confidential client with its secret too', async () => {
  const answer = await test.json('/passkey/challenge', { client_id: 'app' }, { origin: webOrigin });
  expect(answer.headers.get('access-control-allow-origin')).toBe(webOrigin);
  expect((await challenge({ client_id: 'server', client_secret: secret })).status).toBe(200);
});

it('T33: with userVerification required an authenticator that only saw somebody is refused', async () => {
  const strict = await startDirectTest({
    clients: clients.filter(({ clientId }) => clientId === 'other-app'),
    passkeys: { userVerification: 'required', rpId: 'localhost' },
    connections: [{ name: 'Keys', strategy: 'auth0', passkeys: true }],
    users: [],
  });
  const soft = createSoftAuthenticator(strict.issuer.slice(0, -1));
  const start = async (path: string, more: object = {}) => strict.json(path, { client_id: 'other-app', ...more });
  const finish = async (from: TokenAnswer, authn_response: object) =>
    strict.json('/oauth/token', {
      grant_type: passkeyGrant,
      client_id: 'other-app',
      auth_session: from.body.auth_session,
      authn_response,
    });
  const profile = { user_profile: { email: 'a@example.com' } };
  const lax = await start('/passkey/register', profile);
  expect(lax.body.authn_params_public_key).toMatchObject({ authenticatorSelection: { userVerification: 'required' } });
  expectRefused(await finish(lax, soft.create(creationOf(lax), { userVerified: false })));
  const good = await start('/passkey/register', profile);
  expect((await finish(good, soft.create(creationOf(good)))).status).toBe(200);
  const seen = await start('/passkey/challenge');
  expectRefused(await finish(seen, soft.get(requestOf(seen), { userVerified: false })));
  await strict.close();
});

it('an address that tries many passkeys is slowed down, by the API and on the pages; so are challenges over the limit', async () => {
  const strict = await startDirectTest({
    clients: clients.filter(({ clientId }) => clientId === 'app'),
    attackProtection: { suspiciousAddress: { login: { attempts: 2, refill: 600 } } },
    rateLimits: { token: { burst: 6, perMinute: 1 } },
    connections: [{ name: 'Keys', strategy: 'auth0', passkeys: true }],
    users: [],
  });
  const start = () => strict.json('/passkey/challenge', { client_id: 'app' });
  const response = createSoftAuthenticator(strict.issuer.slice(0, -1));
  const guess = async () => {
    const { body } = await start();
    response.create({ challenge: 'AA', rp: { id: 'localhost' }, user: { id: 'AA' } });
    const authn_response = response.get(body.authn_params_public_key as RequestParams);
    const form = { grant_type: passkeyGrant, client_id: 'app', auth_session: body.auth_session, authn_response };
    return strict.json('/oauth/token', form);
  };
  for (let n = 0; n < 2; n++) expectRefused(await guess());
  strict.tenant.context.store.counters.clear('rate:token:127.0.0.1');
  expect((await guess()).body.error).toBe('too_many_attempts');
  const browser = strict.browser();
  const opened = await browser.open(strict.authorizeUrl({ client_id: 'app', audience: undefined }));
  const { fields } = readForm(opened.html.slice(opened.html.indexOf('data-passkey') - 200));
  const page = await browser.open(new URL('/u/passkey/login', strict.issuer), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: new URL(strict.issuer).origin },
  });
  expect([page.status, page.url.pathname]).toEqual([429, '/u/login']);
  const answers = [];
  for (let n = 0; n < 7; n++) answers.push((await start()).status);
  expect(answers.at(-1)).toBe(429);
  await strict.close();
});

it('T13, T15: tokens of a passkey login are bound to the DPoP key it was proved with', async () => {
  const bound = await startBoundTest({
    clients: [{ clientId: 'spa', name: 'App', type: 'spa', grantTypes: [...grantTypes] }],
    apis: [{ identifier: api, scopes: ['read:notes'] }],
    connections: [{ name: database, strategy: 'auth0', passkeys: true }],
  });
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const init = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    };
    return (await (await fetch(new URL(path, bound.issuer), init)).json()) as TokenAnswer['body'];
  };
  const started = await post('/passkey/register', { client_id: 'spa', user_profile: { email: 'a@example.com' } });
  const soft = createSoftAuthenticator(bound.issuer.slice(0, -1));
  const key = await createProofKey();
  const body = {
    grant_type: passkeyGrant,
    client_id: 'spa',
    auth_session: started.auth_session,
    authn_response: soft.create(started.authn_params_public_key as CreationParams),
    audience: api,
    scope: 'openid read:notes',
  };
  const demanded = await post('/oauth/token', body, { dpop: await bound.proof(key) });
  expect(demanded.error).toBe('use_dpop_nonce');
  const dpop = await bound.proof(key, { claims: { nonce: await bound.nonce() } });
  const tokens = await post('/oauth/token', body, { dpop });
  expect(tokens.token_type).toBe('DPoP');
  expect(claimsOf(String(tokens.access_token)).cnf).toEqual({ jkt: key.jkt });
  await bound.close();
});

it('no secret in the event log: neither auth_session nor challenge nor signature', async () => {
  const started = await challenge();
  const { authenticator } = await signUp();
  const response = authenticator.get(requestOf(started));
  await redeem(started, response);
  const [swapped, renewed] = [await challenge(), await register()];
  const lie = { challenge: Buffer.from('another-challenge').toString('base64url') };
  await redeem(swapped, authenticator.get(requestOf(swapped), lie));
  await redeem(renewed, createSoftAuthenticator(origin).create(creationOf(renewed), lie));
  const log = JSON.stringify(await test.tenant.control.events.list({ limit: 1000 }));
  const challenges = [requestOf(started), requestOf(swapped), creationOf(renewed), lie].map((one) => one.challenge);
  const texts = challenges.map((one) => Buffer.from(one, 'base64url').toString());
  for (const part of [started.body.auth_session, response.id, ...challenges, ...texts]) {
    expect(log).not.toContain(String(part));
  }
});

it('what a response says of its origin does not flood the event log', async () => {
  const started = await challenge();
  const { authenticator } = await signUp();
  await redeem(started, authenticator.get(requestOf(started), { origin: `https://${'x'.repeat(5_000)}.example` }));
  expect((await test.lastEvent('token.rejected')).sentence.length).toBeLessThan(500);
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

describe('on the hosted pages', () => {
  const enter = async (connection = 'Keys', page = 'login') => {
    const browser = test.browser();
    const query = { client_id: 'app', connection, ...(page === 'signup' ? { screen_hint: 'signup' } : {}) };
    const opened = await browser.open(test.authorizeUrl(query));
    const { fields } = readForm(opened.html.slice(opened.html.indexOf('data-passkey') - 200));
    const post = async (path: string, more: Record<string, string> = {}) => {
      const body = new URLSearchParams({ ...fields, ...more });
      const headers = { origin: new URL(test.issuer).origin };
      return browser.request(new URL(`/u/passkey/${path}`, test.issuer), { method: 'POST', body, headers });
    };
    const ask = async (path: string, more?: Record<string, string>) => {
      const answer = await post(path, more);
      return { status: answer.status, body: (await answer.json()) as Record<string, string> & { options: never } };
    };
    const send = async (path: string, authSession: string | undefined, response: object) => {
      const answer = await post(path, { auth_session: authSession ?? '', authn_response: JSON.stringify(response) });
      expect(answer.status).toBe(303);
      return browser.open(new URL(answer.headers.get('location') ?? '', test.issuer));
    };
    return { browser, opened, ask, send };
  };

  it('signs up and in, and the app gets a code', async () => {
    const email = nextEmail();
    const soft = createSoftAuthenticator(origin);
    const first = await enter('Keys', 'signup');
    const created = await first.ask('new', { email });
    const done = await first.send('signup', created.body.auth_session, soft.create(created.body.options));
    expect(done.callback?.searchParams.get('code')).toEqual(expect.any(String));
    const [user] = await test.tenant.context.store.users.findByEmail(email);

    const second = await enter();
    const asked = await second.ask('challenge');
    const page = await second.send('login', asked.body.auth_session, soft.get(asked.body.options));
    const code = page.callback?.searchParams.get('code') ?? '';
    const tokens = await test.redeem(code, { client_id: 'app' });
    expect(claimsOf(String(tokens.body.id_token)).sub).toBe(user?.id);
  });

  it('T21: the button is hidden until a script finds it useful; the script may connect to the tenant alone', async () => {
    const { opened } = await enter();
    expect(opened.html).toMatch(/<form[^>]*data-passkey="\/u\/passkey\/challenge"[^>]*hidden/);
    expect(opened.html).toMatch(/<script src="\/u\/assets\/passkey\.[0-9a-f]+\.js" defer/);
    const policy = opened.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("script-src 'self'");
    const plain = await test.browser().open(test.authorizeUrl({ client_id: 'app', connection: 'Staff' }));
    expect(plain.html).not.toContain('passkey');
    expect(plain.headers.get('content-security-policy')).not.toContain('connect-src');
  });

  it.each([
    ['an address that is none', 'Keys', { email: 'x' }, 'email'],
    ['a missing username', 'Named', { email: 'x@example.com', username: '' }, 'username'],
    ['an address that is taken', 'Keys', { email: 'member@example.com' }, undefined],
    ['a database where nobody signs up', 'Shut', { email: 'x@example.com' }, undefined],
  ])('asks for no passkey for %s', async (_name, connection, fields, field) => {
    const { ask } = await enter(connection);
    const answer = await ask('new', fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ text: expect.any(String), ...(field === undefined ? {} : { field }) });
  });

  it('asks for none where the database has none', async () => {
    const browser = test.browser();
    const opened = await browser.open(test.authorizeUrl({ client_id: 'app', connection: 'Staff' }));
    const { fields } = readForm(opened.html);
    for (const path of ['challenge', 'new', 'login', 'signup']) {
      const answer = await browser.request(new URL(`/u/passkey/${path}`, test.issuer), {
        method: 'POST',
        body: new URLSearchParams({ ...fields, email: 'x@example.com' }),
        headers: { origin },
      });
      expect(answer.status).toBe(404);
    }
  });

  it('T33: sends back who brings a wrong passkey, one of another login, or none', async () => {
    const { authenticator } = await signUp();
    const [one, other] = [await enter(), await enter()];
    const asked = await one.ask('challenge');
    const stolen = await other.send('login', asked.body.auth_session, authenticator.get(asked.body.options));
    expect(stolen.url.pathname).toBe('/u/login');
    expect(stolen.html).toContain('The passkey could not be used.');
    const again = await one.ask('challenge');
    const forged = authenticator.get(again.body.options, { forged: true });
    expect((await one.send('login', again.body.auth_session, forged)).url.pathname).toBe('/u/login');
    const third = await one.ask('challenge');
    expect((await one.send('login', third.body.auth_session, {})).html).toContain('The passkey could not be used.');
    const direct = await challenge();
    const elsewhere = authenticator.get(requestOf(direct));
    expect((await one.send('login', String(direct.body.auth_session), elsewhere)).url.pathname).toBe('/u/login');
  });

  it('T21: refuses forms without a CSRF token', async () => {
    const { browser, opened } = await enter();
    const body = new URLSearchParams({ state: opened.url.searchParams.get('state') ?? '' });
    for (const path of ['challenge', 'new', 'login', 'signup']) {
      const answer = await browser.request(new URL(`/u/passkey/${path}`, test.issuer), { method: 'POST', body });
      expect(answer.status).toBe(403);
    }
  });

  it('owes a second factor who has one', async () => {
    const { authenticator, sub } = await signUp();
    await test.tenant.context.store.authenticators.insert([
      { id: 'totp|y', userId: sub, factor: 'otp', groupId: 'y', confirmed: true, secret: totpSecret, createdAt: 0 },
    ]);
    const login = await enter();
    const asked = await login.ask('challenge');
    const page = await login.send('login', asked.body.auth_session, authenticator.get(asked.body.options));
    expect(page.url.pathname).toMatch(/^\/u\/mfa/);
  });
});

describe('control API and dashboard', () => {
  it('list passkeys and remove them', async () => {
    const { sub, authenticator } = await signUp();
    const listed = await test.control(`/passkeys/${encodeURIComponent(sub)}`);
    const passkeys = (await listed.json()) as { id: string; credentialId: string }[];
    expect(passkeys).toMatchObject([{ credentialId: authenticator.credentials[0]?.id, deviceType: 'multi_device' }]);
    const path = `/passkeys/${encodeURIComponent(sub)}/${encodeURIComponent(passkeys[0]?.id ?? '')}`;
    expect((await test.control(path, { method: 'DELETE' })).status).toBe(204);
    expect((await test.control(path, { method: 'DELETE' })).status).toBe(404);
    expect((await test.control('/passkeys/nobody')).status).toBe(404);
    expectRefused(await logIn({ authenticator }));
    const other = await signUp();
    const [theirs] = await test.tenant.context.store.passkeys.list(other.sub);
    const wrong = `/passkeys/${encodeURIComponent(sub)}/${encodeURIComponent(theirs?.id ?? '')}`;
    expect((await test.control(wrong, { method: 'DELETE' })).status).toBe(404);
    expect((await logIn(other)).status).toBe(200);
  });

  it('Users shows who has one, and takes them away', async () => {
    const email = nextEmail();
    const { sub } = await signUp({ user_profile: { email } });
    const browser = test.browser();
    await browser.open(new URL(`/__tenant?secret=${test.tenant.context.controlSecret}`, test.issuer));
    const page = await browser.open(new URL(`/__tenant/users?search=${email}`, test.issuer));
    expect(page.html).toContain('Passkey (backed up)');
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ csrf, id: sub });
    const done = await browser.open(new URL('/__tenant/users/remove-passkeys', test.issuer), { method: 'POST', body });
    expect(done.html).toContain('has no passkey any more');
    expect(await test.tenant.context.store.passkeys.list(sub)).toEqual([]);
  });

  it('deleting a user deletes their passkeys', async () => {
    const { sub } = await signUp();
    await test.tenant.control.users.delete(sub);
    expect(await test.tenant.context.store.passkeys.list(sub)).toEqual([]);
  });
});
