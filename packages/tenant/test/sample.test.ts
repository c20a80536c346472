import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTenant, type Tenant } from '../src/tenant.ts';

/** What a tenant without configuration promises to who has read no more than its first lines. */

let tenant: Tenant;
let issuer: string;
beforeAll(async () => {
  tenant = await createTenant();
  ({ issuer } = await tenant.listen({ port: 0 }));
});
beforeEach(() => tenant.control.reset());
afterAll(() => tenant.close());

const password = 'Correct-Horse-42';
const realm = 'Username-Password-Authentication';
const grant = (name: string) => `http://auth0.com/oauth/grant-type/${name}`;

async function post(path: string, body: Record<string, string>) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(new URL(path, issuer), { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const token = (body: Record<string, string>) => post('/oauth/token', { scope: 'openid', ...body });

describe.each(['postern-spa', 'postern-native'])('%s may use every way in', (client_id) => {
  it('a password, with and without realm', async () => {
    const who = { client_id, username: 'user@example.com', password };
    expect((await token({ ...who, grant_type: grant('password-realm'), realm })).status).toBe(200);
    expect((await token({ ...who, grant_type: 'password' })).status).toBe(200);
  });

  it.each([
    { connection: 'email', email: 'new@example.com' },
    { connection: 'sms', phone_number: '+15550199' },
  ])('a code by $connection', async ({ connection, ...address }) => {
    const [to = ''] = Object.values(address);
    expect((await post('/passwordless/start', { client_id, connection, send: 'code', ...address })).status).toBe(200);
    const { code: otp = '' } = await tenant.control.outbox.lastMessage({ to });
    const login = { client_id, grant_type: grant('passwordless/otp'), realm: connection, username: to, otp };
    expect((await token(login)).status).toBe(200);
  });

  const owing = async () => {
    const who = { client_id, grant_type: grant('password-realm'), realm, username: 'mfa@example.com', password };
    const { status, body } = await token(who);
    expect([status, body.error]).toEqual([403, 'mfa_required']);
    return { client_id, mfa_token: String(body.mfa_token) };
  };

  it('the second factors of mfa@example.com, whose secret and recovery code are in the documentation', async () => {
    const otp = await tenant.control.mfa.totpCode('mfa@example.com');
    expect((await token({ ...(await owing()), grant_type: grant('mfa-otp'), otp })).status).toBe(200);
    const recovery = { grant_type: grant('mfa-recovery-code'), recovery_code: 'SAMPLERECOVERYCODE123456' };
    expect((await token({ ...(await owing()), ...recovery })).status).toBe(200);
    const oob = await token({ ...(await owing()), grant_type: grant('mfa-oob'), oob_code: 'none', binding_code: '1' });
    expect(oob.body.error).toBe('invalid_grant');
  });
});

it('no way in from an app’s own form for the client that did not opt in', async () => {
  const who = { client_id: 'postern-cli', username: 'user@example.com', password };
  expect((await token({ ...who, grant_type: 'password' })).body.error).toBe('unauthorized_client');
  expect((await token({ ...who, grant_type: grant('password-realm'), realm })).body.error).toBe('unauthorized_client');
});

it('refuses weak passwords at sign-up', async () => {
  const signUp = { client_id: 'postern-spa', connection: realm, email: 'weak@example.com' };
  const weak = await post('/dbconnections/signup', { ...signUp, password: 'abc' });
  expect([weak.status, weak.body.code, weak.body.name]).toEqual([400, 'invalid_password', 'PasswordStrengthError']);
  expect((await post('/dbconnections/signup', { ...signUp, password: 'Fresh-Horse-42' })).status).toBe(200);
});

it('blocks after ten wrong passwords in a row', async () => {
  const who = { client_id: 'postern-spa', grant_type: grant('password-realm'), realm, username: 'user@example.com' };
  for (let n = 0; n < 10; n++) {
    expect((await token({ ...who, password: 'Wrong-Horse-42' })).body.error).toBe('invalid_grant');
  }
  const blocked = await token({ ...who, password });
  expect([blocked.status, blocked.body.error]).toEqual([429, 'too_many_attempts']);
});
