import { beforeAll, describe, expect, it } from 'vitest';
import {
  audience,
  call,
  codeTo,
  expectProblem,
  people,
  someone,
  test,
  useAccountTenant,
} from './support/account-stage.ts';

useAccountTenant();

describe('bad requests', () => {
  let person: Awaited<ReturnType<typeof someone>>;
  beforeAll(async () => {
    person = await someone({ emailVerified: true });
  });

  it.each([
    ['no type', {}, 'type'],
    ['an unknown type', { type: 'sms' }, 'type'],
    ['a password of another connection', { type: 'password', connection: 'Plain' }, 'connection'],
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
