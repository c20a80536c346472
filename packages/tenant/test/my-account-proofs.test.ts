import { describe, expect, it } from 'vitest';
import {
  type Answer,
  call,
  codeTo,
  expectProblem,
  isoTime,
  login,
  people,
  someone,
  test,
  totp,
  useAccountTenant,
  wrong,
} from './support/account-stage.ts';
import { type CreationParams, createSoftAuthenticator, type Lies } from './support/authenticator.ts';
import { database } from './support/bound.ts';
import { meanwhile } from './support/meanwhile.ts';

useAccountTenant();

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
    const { clock } = test.tenant.control;
    clock.set(clock.get().now);
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
