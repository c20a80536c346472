import { describe, expect, it } from 'vitest';
import { database, directConfig, otpGrant, startDirectTest } from './support/direct.ts';
import {
  ask,
  codeTo,
  expectRefused,
  op,
  open,
  redeem,
  session,
  test,
  useOtpTenant,
  wrong,
} from './support/otp-stage.ts';
import type { TokenAnswer } from './support/protocol.ts';

useOtpTenant();

describe('/otp/challenge refuses', () => {
  const fields = (answer: TokenAnswer) =>
    (answer.body.validation_errors as { field: string; message: string }[]).map(({ field }) => field);

  it.each([
    ['no address', { email: undefined }, 'email'],
    ['two addresses', { phone_number: '+15550001' }, 'email'],
    ['an e-mail that is none', { email: 'op' }, 'email'],
    ['an e-mail that is a number', { email: 7 }, 'email'],
    ['a phone number without +', { email: undefined, phone_number: '15550001' }, 'phone_number'],
    [
      'an unknown delivery_method',
      { email: undefined, phone_number: '+15550001', delivery_method: 'fax' },
      'delivery_method',
    ],
    ['an allow_signup that is a text', { allow_signup: 'yes' }, 'allow_signup'],
  ])('%s: invalid_request and validation_errors', async (_name, changes, field) => {
    const answer = await ask(changes);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('invalid_request');
    expect(fields(answer)).toEqual([field]);
  });

  it.each([
    ['no connection', { connection: undefined }],
    ['an unknown connection', { connection: 'Nowhere' }],
    ['a passwordless connection', { connection: 'email' }],
    ['a database without codes', { connection: 'Staff' }],
    ['an e-mail where only phones are on', { connection: 'Calls' }],
    ['a phone where only e-mail is on', { connection: database, email: undefined, phone_number: '+15550001' }],
  ])('%s: invalid_connection', async (_name, changes) => {
    const answer = await ask(changes);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_connection']);
  });

  it.each([
    ['a wrong secret', { client_id: 'server', client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['no client', { client_id: undefined }, 400, 'invalid_request'],
    ['a client without the grant', { client_id: 'plain' }, 403, 'unauthorized_client'],
    ['a number the provider refuses', { email: undefined, phone_number: '+15005550001' }, 400, 'sms_provider_error'],
  ])('%s', async (_name, changes, status, error) => {
    const answer = await ask(changes);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('T38: a form, and JSON that is none', async () => {
    const form = await test.post('/otp/challenge', { client_id: 'app', connection: open, email: op });
    expect([form.status, form.body.error]).toEqual([415, 'invalid_request']);
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${test.issuer}otp/challenge`, { method: 'POST', body: '[]', headers });
    expect(broken.status).toBe(400);
  });

  it('more than 50 from one address: 429 with Retry-After', async () => {
    const { counters } = test.tenant.context.store;
    const bucket = { capacity: 50, refillMs: 72_000 };
    const now = test.tenant.context.clock.now();
    for (let n = 0; n < 50; n++) await counters.takeFromBucket('rate:otpChallenge:127.0.0.1', bucket, now);
    const answer = await ask();
    expect([answer.status, answer.body.error]).toEqual([429, 'too_many_requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
  });
});

it('an address that guesses at many accounts is slowed down: 429 too_many_attempts', async () => {
  const strict = await startDirectTest({
    attackProtection: { suspiciousAddress: { login: { attempts: 2, refill: 600 } } },
    connections: [{ name: open, strategy: 'auth0', emailOtp: true }],
    clients: directConfig.clients.filter(({ clientId }) => clientId === 'app'),
    users: [],
  });
  const guess = () =>
    strict.json('/oauth/token', { grant_type: otpGrant, client_id: 'app', auth_session: 'x', otp: '1' });
  for (let n = 0; n < 2; n++) expectRefused(await guess());
  expect((await guess()).body.error).toBe('too_many_attempts');
  const browser = strict.browser();
  const url = strict.authorizeUrl({ client_id: 'app', audience: undefined, connection: open });
  const { search } = (await browser.open(url)).url;
  const form = await browser.open(new URL(`/u/passwordless/db/${open}/email${search}`, strict.issuer));
  const page = await browser.submit(form, { address: op }, 'code');
  const slowed = await browser.submit(page, { code: '123456' }, 'verify');
  expect([slowed.status, slowed.html]).toEqual([429, expect.stringContaining('suspicious login behavior')]);
  expect((await strict.lastEvent('login.throttled')).clientId).toBe('app');
  await strict.close();
});

it('an address that makes many accounts is slowed down; the answer is that for a wrong code', async () => {
  const strict = await startDirectTest({
    attackProtection: { suspiciousAddress: { signup: { attempts: 1, refill: 600 } } },
    connections: [{ name: open, strategy: 'auth0', emailOtp: true }],
    clients: directConfig.clients.filter(({ clientId }) => clientId === 'app'),
    users: [],
  });
  const signUp = async (email: string) => {
    const wanted = { client_id: 'app', connection: open, email, allow_signup: true };
    const { auth_session } = (await strict.json('/otp/challenge', wanted)).body;
    const otp = (await strict.newest(email)).code;
    return strict.json('/oauth/token', { grant_type: otpGrant, client_id: 'app', auth_session, otp });
  };
  expect((await signUp('first@example.com')).status).toBe(200);
  expectRefused(await signUp('second@example.com'));
  expect(await strict.tenant.context.store.users.findByEmail('second@example.com')).toEqual([]);
  await strict.close();
});

it('T19: pages of the client’s web origins may call it', async () => {
  const origin = 'https://app.example.test';
  const answer = await test.json('/otp/challenge', { client_id: 'app', connection: open, email: op }, { origin });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
});

it('no secret in the event log: neither code nor auth_session', async () => {
  const authSession = await session();
  const code = await codeTo(op);
  await redeem(authSession, wrong(code));
  await redeem(authSession, code);
  const log = JSON.stringify(await test.tenant.control.events.list({ limit: 1000 }));
  expect(log).not.toContain(authSession);
  expect(log).not.toMatch(new RegExp(`\\b${code}\\b`));
});

it('the database holds neither the code nor the auth_session', async () => {
  const authSession = await session();
  const code = await codeTo(op);
  const { artifacts = [] } = await test.tenant.context.store.dump();
  const rows = JSON.stringify(artifacts.filter(({ kind }) => kind === 'otp_session'));
  expect(rows).toContain('"otp_session"');
  expect(rows).not.toContain(authSession);
  expect(rows).not.toContain(`"${code}"`);
});
