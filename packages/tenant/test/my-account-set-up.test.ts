import { describe, expect, it } from 'vitest';
import {
  call,
  client,
  codeTo,
  expectProblem,
  isoTime,
  login,
  password,
  people,
  someone,
  test,
  totp,
  useAccountTenant,
} from './support/account-stage.ts';
import { database, realmGrant, startBoundTest } from './support/bound.ts';

useAccountTenant();

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
