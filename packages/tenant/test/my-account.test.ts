import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { currentTotp } from '../src/mfa/factors/otp.ts';
import { type CreationParams, createSoftAuthenticator, type Lies } from './support/authenticator.ts';
import {
  athOf,
  type BoundTest,
  createProofKey,
  database,
  mfaOtpGrant,
  realmGrant,
  startBoundTest,
} from './support/bound.ts';
import { meanwhile } from './support/meanwhile.ts';
import { api, claimsOf } from './support/protocol.ts';

/** `/me/v1`: people manage their own ways in. */

const allScopes = [
  ...['read', 'create', 'update', 'delete'].map((verb) => `${verb}:me:authentication_methods`),
  'read:me:factors',
];
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const password = 'Correct-Horse-42';
const webOrigin = 'https://app.example.test';
const grantTypes = ['authorization_code', 'refresh_token', realmGrant, mfaOtpGrant] as const;
const client = { name: 'App', type: 'native' as const, grantTypes: [...grantTypes], webOrigins: [webOrigin] };

let test: BoundTest;
let audience: string;
beforeAll(async () => {
  test = await startBoundTest({
    mfa: { policy: 'enrolled' },
    clients: [
      { ...client, clientId: 'app', refreshToken: { policies: [{ audience: '/me/', scope: allScopes }] } },
      { ...client, clientId: 'other' },
      // For the nonce of the test support.
      { ...client, clientId: 'spa' },
    ],
    apis: [{ identifier: api, scopes: ['read:notes'], allowOfflineAccess: true }],
    connections: [
      { name: database, strategy: 'auth0', passkeys: true, emailOtp: true },
      { name: 'Plain', strategy: 'auth0' },
    ],
    users: [
      { id: 'auth0|known', email: 'known@example.com', password, mfa: { totpSecret } },
      { id: 'auth0|plain', connection: 'Plain', email: 'plain@example.com', password },
    ],
  });
  audience = `${test.issuer}me/`;
});
afterAll(() => test?.close());
beforeEach(() => test.tenant.control.clock.reset());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
const login = (email: string, changes: Record<string, string> = {}) =>
  test.post('/oauth/token', {
    grant_type: realmGrant,
    client_id: 'app',
    username: email,
    password,
    realm: database,
    audience,
    scope: allScopes.join(' '),
    ...changes,
  });
async function call(
  method: string,
  path: string,
  token?: string,
  body?: unknown,
  more: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(new URL(`/me/v1${path}`, test.issuer), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

let people = 0;
/** Somebody new, and an access token for their account. */
async function someone({ emailVerified = false }: { emailVerified?: boolean } = {}) {
  const email = `person-${++people}@example.com`;
  const { id } = await test.tenant.control.users.create({ email, password, emailVerified });
  const { body } = await login(email);
  if (typeof body.access_token !== 'string') throw new Error(JSON.stringify(body));
  const token = body.access_token;
  const enroll = (wanted: object) => call('POST', '/authentication-methods', token, wanted);
  return {
    id,
    email,
    token,
    enroll,
    verify: (begun: Answer, proof: object = {}, method = String(begun.body.id)) =>
      call('POST', `/authentication-methods/${encodeURIComponent(method)}/verify`, token, {
        auth_session: begun.body.auth_session,
        ...proof,
      }),
    list: async (query = '') => {
      const { body } = await call('GET', `/authentication-methods${query}`, token);
      return body.authentication_methods as Record<string, unknown>[];
    },
    one: (id: unknown, method = 'GET', changes?: object) =>
      call(method, `/authentication-methods/${encodeURIComponent(String(id))}`, token, changes),
  };
}
const codeTo = async (to: string) => String((await test.tenant.control.outbox.lastMessage({ to })).code);
const wrong = (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
const totp = (secret: unknown) => currentTotp(test.tenant.context, String(secret));
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

function expectProblem(answer: Answer, status: number, detail: string | RegExp) {
  const titles: Record<number, string> = {
    400: 'Bad Request',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
  };
  expect(answer.body).toMatchObject({
    type: `https://auth0.com/api-errors#A0E-${status}-0001`,
    status,
    title: titles[status],
    detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
}

describe('an access token for it', () => {
  it('comes with a login that names the audience, and without a refresh token', async () => {
    const { email } = await someone();
    const { body } = await login(email, { scope: `openid offline_access ${allScopes.join(' ')} read:notes` });
    expect(claimsOf(String(body.access_token)).aud).toContain(audience);
    expect(body.scope).toBe(`openid ${allScopes.join(' ')}`);
    expect(body.refresh_token).toBeUndefined();
  });

  it('comes by the refresh token of another login, for the scopes of the client’s policy', async () => {
    const { email } = await someone();
    const { body } = await login(email, { audience: api, scope: 'openid offline_access read:notes' });
    const refresh = { client_id: 'app', audience, scope: 'openid read:me:factors delete:me:everything' };
    const renewed = await test.refresh(String(body.refresh_token), refresh);
    expect(claimsOf(String(renewed.body.access_token)).aud).toContain(audience);
    expect(renewed.body.scope).toBe('openid read:me:factors');
    expect((await call('GET', '/factors', String(renewed.body.access_token))).status).toBe(200);
  });

  it('does not come by a refresh token where the client has no policy for it', async () => {
    const { email } = await someone();
    const changes = { client_id: 'other', audience: api, scope: 'openid offline_access read:notes' };
    const { body } = await login(email, changes);
    const renewed = await test.refresh(String(body.refresh_token), { client_id: 'other', audience });
    expect(claimsOf(String(renewed.body.access_token)).aud).not.toContain(audience);
  });

  it('owes the second factor of who has one, also by a refresh token: it would be a way around it', async () => {
    expect((await login('known@example.com')).body.error).toBe('mfa_required');
    const tokens = await test.tenant.control.signIn({
      user: 'auth0|known',
      clientId: 'app',
      audience: api,
      scope: 'openid offline_access',
    });
    const renewed = await test.refresh(tokens.refresh_token, { client_id: 'app', audience });
    expect(renewed.body.error).toBe('mfa_required');
  });
});

describe('who may call', () => {
  const operations: [string, string, string, object?][] = [
    ['GET', '/factors', 'read:me:factors'],
    ['GET', '/authentication-methods', 'read:me:authentication_methods'],
    ['GET', '/authentication-methods/x', 'read:me:authentication_methods'],
    ['POST', '/authentication-methods', 'create:me:authentication_methods', { type: 'totp' }],
    ['POST', '/authentication-methods/x/verify', 'create:me:authentication_methods', { auth_session: 'x' }],
    ['PATCH', '/authentication-methods/x', 'update:me:authentication_methods', { name: 'x' }],
    ['DELETE', '/authentication-methods/x', 'delete:me:authentication_methods'],
  ];
  let without: Record<string, string>;
  let elsewhere: string;
  beforeAll(async () => {
    const { email } = await someone();
    without = {};
    for (const scope of new Set(operations.map(([, , name]) => name))) {
      const rest = allScopes.filter((one) => one !== scope).join(' ');
      without[scope] = String((await login(email, { scope: rest })).body.access_token);
    }
    elsewhere = String((await login(email, { audience: api, scope: 'openid read:notes' })).body.access_token);
  });

  it.each(operations)(
    '%s %s: 403 without the scope %s, 401 without a token and with others',
    async (method, path, scope, body) => {
      const lacking = await call(method, path, without[scope], body);
      expectProblem(lacking, 403, `Insufficient scope, expected: ${scope}`);
      expect(lacking.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      expectProblem(await call(method, path, undefined, body), 401, 'Invalid token');
      expectProblem(await call(method, path, 'none', body), 401, 'Invalid token');
      expectProblem(await call(method, path, elsewhere, body), 401, 'Invalid token');
    },
  );

  it('also where second factors are asked for only by apps: who has one owes it', async () => {
    const adaptive = await startBoundTest({
      mfa: { policy: 'adaptive' },
      clients: [{ ...client, clientId: 'app' }],
      apis: [{ identifier: api, scopes: ['read:notes'] }],
      connections: [{ name: database, strategy: 'auth0' }],
      users: [{ email: 'a@example.com', password, mfa: { totpSecret } }],
    });
    const form = { grant_type: realmGrant, client_id: 'app', username: 'a@example.com', password, realm: database };
    const other = await adaptive.post('/oauth/token', { ...form, audience: api });
    const own = await adaptive.post('/oauth/token', { ...form, audience: `${adaptive.issuer}me/` });
    expect([other.status, own.body.error]).toEqual([200, 'mfa_required']);
    await adaptive.close();
  });

  it('T28: not an ID token, nor who is blocked or deleted meanwhile', async () => {
    const person = await someone();
    const { body } = await login(person.email, { scope: `openid ${allScopes.join(' ')}` });
    expectProblem(await call('GET', '/factors', String(body.id_token)), 401, 'Invalid token');
    await test.tenant.control.users.block(person.id);
    expectProblem(await call('GET', '/factors', person.token), 401, 'Invalid token');
    await test.tenant.control.users.delete(person.id);
    expectProblem(await call('GET', '/factors', person.token), 401, 'Invalid token');
  });

  it('not with a token that has expired', async () => {
    const { token } = await someone();
    test.advance(86_401);
    expectProblem(await call('GET', '/factors', token), 401, 'Invalid token');
  });

  it('T15, T16: a bound token comes with a proof of its key and the nonce, and is no Bearer', async () => {
    const { email } = await someone();
    const key = await createProofKey();
    const form = {
      grant_type: realmGrant,
      client_id: 'app',
      username: email,
      password,
      realm: database,
      audience,
      scope: allScopes.join(' '),
    };
    const token = String((await test.postProved(key, form)).body.access_token);
    const plain = await call('GET', '/factors', token);
    expectProblem(plain, 401, 'Invalid token');
    expect(plain.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_token"/);

    const send = async (by: typeof key, claims: object) => {
      const htu = `${test.issuer}me/v1/authentication-methods/totp%7Cnone`;
      const dpop = await test.proof(by, { claims: { htm: 'GET', htu, ath: athOf(token), ...claims } });
      return call('GET', '/authentication-methods/totp%7Cnone', undefined, undefined, {
        authorization: `DPoP ${token}`,
        dpop,
      });
    };
    const demanded = await send(key, {});
    expect([demanded.status, demanded.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^DPoP error="use_dpop_nonce"/),
    ]);
    const nonce = demanded.headers.get('dpop-nonce');
    expectProblem(await send(key, { nonce }), 404, /not found/);
    expectProblem(await send(await createProofKey(), { nonce }), 401, 'Invalid token');
    expectProblem(await send(key, { nonce, htm: 'POST' }), 401, 'Invalid token');
    expectProblem(await send(key, { nonce, ath: athOf('another') }), 401, 'Invalid token');
  });

  it('T19: pages of the client’s web origins, which may read where the new method is', async () => {
    const { token } = await someone();
    const answer = await call('POST', '/authentication-methods', token, { type: 'totp' }, { origin: webOrigin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(webOrigin);
    expect(answer.headers.get('access-control-expose-headers')).toContain('location');
    const preflight = await fetch(`${audience}v1/authentication-methods`, {
      method: 'OPTIONS',
      headers: { origin: webOrigin, 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
  });
});

it('factors: what there is to set up, and what for', async () => {
  const { token } = await someone();
  expect((await call('GET', '/factors', token)).body).toEqual({
    factors: [
      { type: 'password', usage: ['primary'] },
      { type: 'passkey', usage: ['primary'] },
      { type: 'phone', usage: ['secondary'] },
      { type: 'email', usage: ['primary', 'secondary'] },
      { type: 'totp', usage: ['secondary'] },
      { type: 'push-notification', usage: ['secondary'] },
      { type: 'recovery-code', usage: ['secondary'] },
    ],
  });
});

describe('setting up', () => {
  it('an authenticator app: begun, proved, listed, and asked for at the next login', async () => {
    const person = await someone();
    const begun = await person.enroll({ type: 'totp' });
    expect(begun.status).toBe(202);
    expect(begun.body).toEqual({
      id: expect.stringMatching(/^totp\|dev_/),
      auth_session: expect.any(String),
      barcode_uri: expect.stringMatching(/^otpauth:\/\/totp\/.*secret=/),
      manual_input_code: expect.stringMatching(/^[A-Z2-7]{32}$/),
    });
    expect(begun.headers.get('location')).toBe(
      `${test.issuer}me/v1/authentication-methods/${encodeURIComponent(String(begun.body.id))}`,
    );
    expect((await person.one(begun.body.id)).body).toMatchObject({ confirmed: false });
    expect((await login(person.email)).status).toBe(200);
    const done = await person.verify(begun, { otp_code: totp(begun.body.manual_input_code) });
    expect(done.status).toBe(201);
    expect(done.body).toEqual({
      id: begun.body.id,
      type: 'totp',
      created_at: isoTime,
      last_auth_at: isoTime,
      usage: ['secondary'],
      confirmed: true,
    });
    expect((await person.list('?type=totp')).map(({ id }) => id)).toEqual([begun.body.id]);
    const preferred = await person.one(begun.body.id, 'PATCH', { preferred_authentication_method: 'sms' });
    expectProblem(preferred, 400, 'is for phones');
    expect((await login(person.email)).body).toMatchObject({ error: 'mfa_required' });
    const { authenticators } = test.tenant.context.store;
    expect((await authenticators.list(person.id)).map(({ factor }) => factor)).toEqual(['otp']);
  });

  it.each([
    [undefined, 'sms'],
    ['voice', 'voice'],
  ])('a phone, preferring %s', async (preferred, channel) => {
    const person = await someone();
    const number = `+1555010${1000 + people}`;
    const begun = await person.enroll({
      type: 'phone',
      phone_number: number,
      preferred_authentication_method: preferred,
    });
    expect(begun.body).toEqual({ id: expect.stringMatching(/^phone\|dev_/), auth_session: expect.any(String) });
    expect(await test.tenant.control.outbox.lastMessage({ to: number })).toMatchObject({
      channel,
      template: 'mfa_code',
    });
    const done = await person.verify(begun, { otp_code: await codeTo(number) });
    expect(done.body).toMatchObject({
      id: begun.body.id,
      type: 'phone',
      confirmed: true,
      phone_number: number,
      preferred_authentication_method: channel,
    });
    const changed = await person.one(begun.body.id, 'PATCH', {
      preferred_authentication_method: 'voice',
      name: 'Mine',
    });
    expect(changed.body).toMatchObject({
      preferred_authentication_method: 'voice',
      name: 'Mine',
      phone_number: number,
    });
    expectProblem(await person.enroll({ type: 'phone', phone_number: number }), 409, /enrolled already/);
    const owed = await login(person.email);
    const challenged = await fetch(`${test.issuer}mfa/challenge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: 'app', mfa_token: owed.body.mfa_token, challenge_type: 'oob' }),
    });
    expect(challenged.status).toBe(200);
    expect((await test.tenant.control.outbox.lastMessage({ to: number })).channel).toBe('voice');
  });

  it('an e-mail address', async () => {
    const person = await someone();
    const email = `second-${people}@example.com`;
    const begun = await person.enroll({ type: 'email', email });
    expect(begun.body).toEqual({ id: expect.stringMatching(/^email\|dev_/), auth_session: expect.any(String) });
    const done = await person.verify(begun, { otp_code: await codeTo(email) });
    expect(done.body).toMatchObject({ type: 'email', email, confirmed: true });
    expectProblem(await person.enroll({ type: 'email', email }), 409, /enrolled already/);
  });

  it('a device that is asked: pending until it says yes', async () => {
    const person = await someone();
    const begun = await person.enroll({ type: 'push-notification' });
    expect(begun.body).toEqual({
      id: expect.stringMatching(/^push-notification\|dev_/),
      auth_session: expect.any(String),
      barcode_uri: expect.stringContaining('enrollment_tx_id='),
    });
    expectProblem(await person.verify(begun), 400, /Authorization pending/);
    await test.tenant.control.mfa.approvePush(person.id);
    const done = await person.verify(begun);
    expect(done.body).toMatchObject({ type: 'push-notification', name: 'Simulated device', confirmed: true });
    expect((await person.list()).map(({ type }) => type)).toEqual(['password', 'push-notification']);
  });

  it('a recovery code: counts when it is confirmed, and replaces the one before', async () => {
    const person = await someone();
    const codes: string[] = [];
    for (let n = 0; n < 2; n++) {
      const begun = await person.enroll({ type: 'recovery-code' });
      expect(begun.body.recovery_code).toMatch(/^[A-Z0-9]{24}$/);
      codes.push(String(begun.body.recovery_code));
      expect((await person.one(begun.body.id)).status).toBe(404);
      const done = await person.verify(begun);
      expect(done.body).toMatchObject({ id: begun.body.id, type: 'recovery-code', confirmed: true });
      expectProblem(await person.verify(begun), 400, /Invalid or expired/);
    }
    expect(codes[0]).not.toBe(codes[1]);
    expect(await person.list('?type=recovery-code')).toHaveLength(1);
  });

  it('several side by side, each with its own auth_session', async () => {
    const person = await someone();
    const email = `side-${people}@example.com`;
    const [app, mail, code] = [
      await person.enroll({ type: 'totp' }),
      await person.enroll({ type: 'email', email }),
      await person.enroll({ type: 'recovery-code' }),
    ];
    expect((await person.verify(code)).status).toBe(201);
    expect((await person.verify(mail, { otp_code: await codeTo(email) })).status).toBe(201);
    expect((await person.verify(app, { otp_code: totp(app.body.manual_input_code) })).status).toBe(201);
    expect((await person.list()).map(({ type }) => type).toSorted()).toEqual([
      'email',
      'password',
      'recovery-code',
      'totp',
    ]);
  });

  it('a recovery code that somebody else was shown with the password alone does not come to count', async () => {
    const person = await someone();
    const begun = await person.enroll({ type: 'totp' });
    await test.tenant.context.store.authenticators.insert([
      {
        id: 'recovery-code|thief',
        userId: person.id,
        factor: 'recovery-code',
        groupId: 'thief',
        confirmed: false,
        codeHash: 'h',
        createdAt: 0,
      },
    ]);
    expect((await person.verify(begun, { otp_code: totp(begun.body.manual_input_code) })).status).toBe(201);
    const kept = await test.tenant.context.store.authenticators.list(person.id);
    expect(kept.map(({ factor }) => factor)).toEqual(['otp']);
  });
});

describe('T32: a proof', () => {
  it('that is wrong, used or late counts for nothing', async () => {
    const person = await someone();
    const email = `late-${people}@example.com`;
    const begun = await person.enroll({ type: 'email', email });
    const code = await codeTo(email);
    expectProblem(await person.verify(begun, { otp_code: wrong(code) }), 400, 'Invalid binding_code.');
    expectProblem(await person.verify(begun), 400, 'is required');
    test.advance(301);
    expectProblem(await person.verify(begun, { otp_code: code }), 400, /./);
    expect((await person.one(begun.body.id)).body).toMatchObject({ confirmed: false });
    const again = await person.enroll({ type: 'email', email });
    const next = await codeTo(email);
    expect((await person.verify(again, { otp_code: next })).status).toBe(201);
    expectProblem(await person.verify(again, { otp_code: next }), 400, /./);
  });

  it('belongs to its auth_session, method and person', async () => {
    const [one, other] = [await someone(), await someone()];
    const mine = await one.enroll({ type: 'totp' });
    const theirs = await other.enroll({ type: 'totp' });
    const proof = { otp_code: totp(mine.body.manual_input_code) };
    expectProblem(await other.verify(mine, proof), 404, /not found/);
    expectProblem(
      await one.verify({ ...mine, body: { ...mine.body, auth_session: theirs.body.auth_session } }, proof),
      400,
      /./,
    );
    expectProblem(await one.verify({ ...mine, body: { ...mine.body, auth_session: 'made-up' } }, proof), 400, /./);
    const mail = await one.enroll({ type: 'email', email: `x-${people}@example.com` });
    expectProblem(await one.verify(mine, proof, String(mail.body.id)), 400, /./);
    const code = await one.enroll({ type: 'recovery-code' });
    expectProblem(await other.verify(code), 400, /Invalid or expired/);
    expectProblem(await one.verify(code, {}, 'recovery-code|dev_else'), 400, /Invalid or expired/);
    expect((await one.verify(code)).status).toBe(201);
    expect((await one.verify(mine, proof)).status).toBe(201);
  });

  it('of another app of the person confirms nothing, nor does a second one of the same app', async () => {
    const person = await someone();
    const first = await person.enroll({ type: 'totp' });
    await person.verify(first, { otp_code: totp(first.body.manual_input_code) });
    test.advance(30);
    const second = await person.enroll({ type: 'totp' });
    const proof = { otp_code: totp(first.body.manual_input_code) };
    expectProblem(await person.verify(second, proof), 400, /Invalid or expired/);
    expectProblem(await person.verify(first, proof), 400, /Invalid or expired/);
    expect((await person.one(second.body.id)).body).toMatchObject({ confirmed: false });
  });

  it('that two calls bring at the same moment counts once', async () => {
    const person = await someone();
    const begun = await person.enroll({ type: 'totp' });
    const proof = { otp_code: totp(begun.body.manual_input_code) };
    let other: Answer | undefined;
    meanwhile(test.tenant.context.store.counters, 'takeFromBucket', async () => {
      other = await person.verify(begun, proof);
    });
    expectProblem(await person.verify(begun, proof), 400, /Invalid or expired/);
    expect(other?.status).toBe(201);
  });

  it('of a recovery code that a newer one replaced is worth nothing', async () => {
    const person = await someone();
    const [older, newer] = [
      await person.enroll({ type: 'recovery-code' }),
      await person.enroll({ type: 'recovery-code' }),
    ];
    expectProblem(await person.verify(older), 400, /Invalid or expired/);
    expect((await person.verify(newer)).status).toBe(201);
  });

  it('of guesses ten may be wrong: 429', async () => {
    const person = await someone();
    const begun = await person.enroll({ type: 'totp' });
    const right = totp(begun.body.manual_input_code);
    for (let n = 0; n < 10; n++) expect((await person.verify(begun, { otp_code: wrong(right) })).status).toBe(400);
    const answer = await person.verify(begun, { otp_code: right });
    expect([answer.status, answer.body.title]).toEqual([429, 'Too Many Requests']);
    const wait = Number(answer.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    test.advance(wait);
    const next = { otp_code: totp(begun.body.manual_input_code) };
    expect((await person.verify(begun, next)).status).toBe(201);
  });

  it('of messages ten go out within an hour: 429, and when the next may', async () => {
    const person = await someone();
    const send = (n: number) => person.enroll({ type: 'email', email: `many-${people}-${n}@example.com` });
    for (let n = 0; n < 10; n++) expect((await send(n)).status).toBe(202);
    const answer = await send(10);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3600']);
    test.advance(3_600);
    expect((await send(11)).status).toBe(202);
  });

  it('belongs to the client that began: another one with a token of the same person finishes nothing', async () => {
    const person = await someone();
    const { body } = await login(person.email, { client_id: 'other' });
    const made = (begun: Answer) =>
      createSoftAuthenticator(test.issuer.slice(0, -1)).create(begun.body.authn_params_public_key as CreationParams);
    const begin = async (wanted: object, proofOf: (begun: Answer) => object) => {
      const begun = await person.enroll(wanted);
      return { begun, proof: proofOf(begun), id: String(begun.body.id ?? 'passkey|new') };
    };
    const enrolments = [
      await begin({ type: 'totp' }, ({ body: { manual_input_code } }) => ({ otp_code: totp(manual_input_code) })),
      await begin({ type: 'recovery-code' }, () => ({})),
      await begin({ type: 'passkey' }, (begun) => ({ authn_response: made(begun) })),
    ];
    for (const { begun, proof, id } of enrolments) {
      const path = `/authentication-methods/${encodeURIComponent(id)}/verify`;
      const stolen = { auth_session: begun.body.auth_session, ...proof };
      expectProblem(await call('POST', path, String(body.access_token), stolen), 400, /./);
      expect((await person.verify(begun, proof, id)).status).toBe(201);
    }
  });
});

describe('a passkey', () => {
  const authenticator = () => createSoftAuthenticator(test.issuer.slice(0, -1));
  const optionsOf = (begun: Answer) =>
    begun.body.authn_params_public_key as CreationParams & { excludeCredentials?: { id: string }[] };

  it('is made, listed, renamed and deleted', async () => {
    const person = await someone();
    const begun = await person.enroll({ type: 'passkey' });
    expect(begun.status).toBe(202);
    expect(begun.headers.get('location')).toMatch(/\/me\/v1\/authentication-methods\/passkey%7Cnew$/);
    expect(begun.body).toEqual({
      auth_session: expect.any(String),
      authn_params_public_key: expect.objectContaining({
        challenge: expect.any(String),
        rp: { id: 'localhost', name: 'postern' },
        user: { id: expect.any(String), name: person.email, displayName: person.email },
      }),
    });
    const made = authenticator().create(optionsOf(begun));
    const done = await person.verify(begun, { authn_response: made }, 'passkey|new');
    expect(done.status).toBe(201);
    expect(done.body).toEqual({
      id: expect.stringMatching(/^passkey\|dev_/),
      type: 'passkey',
      created_at: isoTime,
      usage: ['primary'],
      identity_user_id: person.id.split('|')[1],
      key_id: made.id,
      public_key: expect.any(String),
      user_handle: optionsOf(begun).user.id,
      credential_device_type: 'multi_device',
      credential_backed_up: true,
      transports: ['internal'],
      relying_party_id: 'localhost',
      aaguid: '00000000-0000-0000-0000-000000000000',
      user_agent: expect.any(String),
    });
    expect((await person.one(done.body.id, 'PATCH', { name: 'Laptop' })).body).toMatchObject({ name: 'Laptop' });
    expect((await person.one(done.body.id, 'DELETE')).status).toBe(204);
    expect((await person.one(done.body.id)).status).toBe(404);
  });

  it('of the same person shares the handle; use_exclude_credentials names the ones there are', async () => {
    const person = await someone();
    const first = await person.enroll({
      type: 'passkey',
      connection: database,
      identity_user_id: person.id.split('|')[1],
    });
    const made = authenticator().create(optionsOf(first));
    await person.verify(first, { authn_response: made }, 'passkey|new');
    const second = await person.enroll({ type: 'passkey', use_exclude_credentials: true });
    expect(optionsOf(second).user.id).toBe(optionsOf(first).user.id);
    expect(optionsOf(second).excludeCredentials).toEqual([{ type: 'public-key', id: made.id }]);
    expect(optionsOf(first).excludeCredentials).toBeUndefined();
  });

  it('T33: counts only for its challenge, origin, person and once', async () => {
    const person = await someone();
    const lies: Lies[] = [{ challenge: 'AAAA' }, { origin: 'https://evil.example' }, { rpId: 'evil.example' }];
    for (const lie of lies) {
      const begun = await person.enroll({ type: 'passkey' });
      const authn_response = authenticator().create(optionsOf(begun), lie);
      expectProblem(
        await person.verify(begun, { authn_response }, 'passkey|new'),
        400,
        'The passkey could not be verified.',
      );
      const retry = { authn_response: authenticator().create(optionsOf(begun)) };
      expectProblem(await person.verify(begun, retry, 'passkey|new'), 400, /Invalid or expired/);
    }
    const begun = await person.enroll({ type: 'passkey' });
    const authn_response = authenticator().create(optionsOf(begun));
    const stranger = await someone();
    expectProblem(await stranger.verify(begun, { authn_response }, 'passkey|new'), 400, /Invalid or expired/);
    expectProblem(await person.verify(begun, { authn_response }, 'passkey|dev_1'), 404, /not found/);
    const late = await person.enroll({ type: 'passkey' });
    test.advance(60);
    expectProblem(
      await person.verify(late, { authn_response: authenticator().create(optionsOf(late)) }, 'passkey|new'),
      400,
      /./,
    );
    expect(await person.list('?type=passkey')).toEqual([]);
    expect((await person.verify(begun, { authn_response }, 'passkey|new')).status).toBe(400);
  });

  it('a stranger’s attempt, and one at another address, cost the person nothing', async () => {
    const [person, stranger] = [await someone(), await someone()];
    const begun = await person.enroll({ type: 'passkey' });
    const authn_response = authenticator().create(optionsOf(begun));
    await stranger.verify(begun, { authn_response }, 'passkey|new');
    await person.verify(begun, { authn_response }, 'passkey|else');
    expect((await person.verify(begun, { authn_response }, 'passkey|new')).status).toBe(201);
  });

  it('that is registered already is refused: 409', async () => {
    const [one, other] = [await someone(), await someone()];
    const begun = await one.enroll({ type: 'passkey' });
    const made = authenticator().create(optionsOf(begun));
    await one.verify(begun, { authn_response: made }, 'passkey|new');
    const [stored] = await test.tenant.context.store.passkeys.list(one.id);
    const again = await other.enroll({ type: 'passkey' });
    const copy = authenticator();
    const forged = copy.create(optionsOf(again));
    await test.tenant.context.store.passkeys.delete(String(stored?.id));
    await test.tenant.context.store.passkeys.add({ ...stored, credentialId: String(forged.id) } as NonNullable<
      typeof stored
    >);
    expectProblem(await other.verify(again, { authn_response: forged }, 'passkey|new'), 409, /registered already/);
  });

  it('needs a connection that has them', async () => {
    const { body } = await login('plain@example.com', { realm: 'Plain' });
    const answer = await call('POST', '/authentication-methods', String(body.access_token), { type: 'passkey' });
    expectProblem(answer, 400, /not enabled/);
  });
});

describe('bad requests', () => {
  let person: Awaited<ReturnType<typeof someone>>;
  beforeAll(async () => {
    person = await someone({ emailVerified: true });
  });

  it.each([
    ['no type', {}, 'type'],
    ['an unknown type', { type: 'sms' }, 'type'],
    ['a password', { type: 'password' }, 'type'],
    ['a phone without number', { type: 'phone' }, 'phone_number'],
    ['a phone number that is none', { type: 'phone', phone_number: '5' }, 'phone_number'],
    [
      'an unknown way of a phone',
      { type: 'phone', phone_number: '+15550123456', preferred_authentication_method: 'fax' },
      'preferred_authentication_method',
    ],
    ['an e-mail without address', { type: 'email' }, 'email'],
    ['an e-mail address that is none', { type: 'email', email: 'x' }, 'email'],
    ['a passkey of another connection', { type: 'passkey', connection: 'Plain' }, 'connection'],
    ['a passkey of another identity', { type: 'passkey', identity_user_id: 'else' }, 'identity_user_id'],
  ])('POST with %s', async (_name, body, field) => {
    const answer = await person.enroll(body);
    expectProblem(answer, 400, /./);
    expect(answer.body.validation_errors).toEqual([
      { detail: answer.body.detail, field, pointer: `/${field}`, source: 'body' },
    ]);
  });

  it.each([
    ['verify without auth_session', 'POST', '/authentication-methods/totp%7Cx/verify', {}, 400],
    [
      'verify of what is not there',
      'POST',
      '/authentication-methods/totp%7Cx/verify',
      { auth_session: 'x', otp_code: '1' },
      404,
    ],
    [
      'verify of a passkey without response',
      'POST',
      '/authentication-methods/passkey%7Cnew/verify',
      { auth_session: 'x' },
      400,
    ],
    ['PATCH without changes', 'PATCH', '/authentication-methods/totp%7Cx', {}, 400],
    ['PATCH of what nobody may change', 'PATCH', '/authentication-methods/totp%7Cx', { confirmed: true }, 400],
    ['PATCH with an empty name', 'PATCH', '/authentication-methods/totp%7Cx', { name: '' }, 400],
    ['PATCH of what is not there', 'PATCH', '/authentication-methods/totp%7Cx', { name: 'x' }, 404],
    ['DELETE of what is not there', 'DELETE', '/authentication-methods/totp%7Cx', undefined, 404],
    ['GET of what is not there', 'GET', '/authentication-methods/totp%7Cx', undefined, 404],
    ['GET of an unknown type', 'GET', '/authentication-methods?type=magic', undefined, 400],
    ['a path that is none', 'GET', '/consents', undefined, 404],
  ])('%s', async (_name, method, path, body, status) => {
    expectProblem(await call(method, path, person.token, body), status, /./);
  });

  it('T38: a body that is no JSON', async () => {
    const headers = { authorization: `Bearer ${person.token}`, 'content-type': 'text/plain' };
    const answer = await fetch(`${audience}v1/authentication-methods`, { method: 'POST', headers, body: 'x' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([415, 'application/problem+json']);
  });

  it('what belongs to the account itself stays: 409 for the password and the verified address', async () => {
    const methods = await person.list();
    expect(methods.map(({ type }) => type).toSorted()).toEqual(['email', 'password']);
    for (const { id } of methods) {
      expectProblem(await person.one(id, 'DELETE'), 409, /cannot be deleted/);
      expectProblem(await person.one(id, 'PATCH', { name: 'x' }), 409, /cannot be changed/);
    }
    expectProblem(await person.enroll({ type: 'email', email: person.email }), 409, /enrolled already/);
  });

  it('another person’s method is not there: 404', async () => {
    const stranger = await someone();
    const begun = await stranger.enroll({ type: 'totp' });
    for (const [method, changes] of [['GET'], ['DELETE'], ['PATCH', { name: 'x' }]] as const) {
      expectProblem(await person.one(begun.body.id, method, changes), 404, /not found/);
    }
  });
});

it('deleting a phone deletes both its ways; with the last factor the recovery code goes', async () => {
  const person = await someone();
  const number = `+1555020${1000 + people}`;
  const phone = await person.enroll({ type: 'phone', phone_number: number });
  await person.verify(phone, { otp_code: await codeTo(number) });
  await person.verify(await person.enroll({ type: 'recovery-code' }));
  expect((await person.one(phone.body.id, 'DELETE')).status).toBe(204);
  expect(await test.tenant.context.store.authenticators.list(person.id)).toEqual([]);
});

it('taking back what was begun leaves everything else: the recovery code, and what is under way beside it', async () => {
  const person = await someone();
  const email = `beside-${people}@example.com`;
  expect((await person.verify(await person.enroll({ type: 'recovery-code' }))).status).toBe(201);
  const mail = await person.enroll({ type: 'email', email });
  const app = await person.enroll({ type: 'totp' });
  expect((await person.one(app.body.id, 'DELETE')).status).toBe(204);
  expect(await person.list('?type=recovery-code')).toHaveLength(1);
  expect((await person.verify(mail, { otp_code: await codeTo(email) })).status).toBe(201);
});

it('a phone that is only called, where the tenant sends no text messages', async () => {
  const calling = await startBoundTest({
    mfa: { factors: ['voice'] },
    clients: [{ ...client, clientId: 'app' }],
    connections: [{ name: database, strategy: 'auth0' }],
    users: [{ email: 'a@example.com', password }],
  });
  const { body } = await calling.post('/oauth/token', {
    grant_type: realmGrant,
    client_id: 'app',
    username: 'a@example.com',
    password,
    realm: database,
    audience: `${calling.issuer}me/`,
  });
  const send = async (method: string, path: string, wanted: object) => {
    const answer = await fetch(`${calling.issuer}me/v1/authentication-methods${path}`, {
      method,
      headers: { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const begun = await send('POST', '', { type: 'phone', phone_number: '+15550101234' });
  expect(begun.status).toBe(202);
  expect((await calling.tenant.control.outbox.lastMessage({ to: '+15550101234' })).channel).toBe('voice');
  const path = `/${encodeURIComponent(String(begun.body.id))}`;
  const preferred = await send('PATCH', path, { preferred_authentication_method: 'sms' });
  expect([preferred.status, preferred.body.detail]).toEqual([400, 'the factor sms is not enabled']);
  const code = await send('POST', '', { type: 'recovery-code' });
  expect([code.status, code.body.detail]).toEqual([400, 'The factor recovery-code is not enabled.']);
  await calling.close();
});

it('no secret in the event log or the database: session, code, secret', async () => {
  const person = await someone();
  const email = `secret-${people}@example.com`;
  const mail = await person.enroll({ type: 'email', email });
  const code = await person.enroll({ type: 'recovery-code' });
  const app = await person.enroll({ type: 'totp' });
  await person.verify(app, { otp_code: '000000' });
  const secrets = [mail.body.auth_session, code.body.auth_session, code.body.recovery_code, app.body.auth_session];
  const log = JSON.stringify(await test.tenant.control.events.list({ limit: 10_000 }));
  const { outbox: _outbox, ...tables } = await test.tenant.context.store.dump();
  const kept = JSON.stringify(tables);
  for (const secret of [...secrets, app.body.manual_input_code]) expect(log).not.toContain(String(secret));
  for (const secret of secrets.flatMap((one) => String(one).split('.'))) expect(kept).not.toContain(secret);
});
