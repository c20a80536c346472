import { Auth0, isMyAccountError, isPasskeyError, MyAccountErrorCodes } from 'postern/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuthError } from '../src/errors/index.ts';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';
import { createWorld } from './support/world.ts';

type Call = (parameters: object) => Promise<unknown>;

let server: TestServer;
let reply: { status: number; body?: unknown; headers?: Record<string, string> };
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.answer = (request, response) => {
    if (request.url?.startsWith('/.well-known/')) return response.writeHead(404).end();
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  };
});

const open = () => new Auth0({ domain: server.origin, clientId: 'client', platform: createMemoryTab() });
const find = (auth0: Auth0, method: string) => (auth0.myAccount as unknown as Record<string, Call>)[method] as Call;
const asked = () => {
  const { method, url, headers, body } = server.requests.at(-1) ?? { method: '', url: '', headers: {}, body: '' };
  return { method, url, authorization: headers.authorization, body: body ? JSON.parse(body) : undefined };
};

const accessToken = 'opaque-access-token';
const methods = '/me/v1/authentication-methods';
const base = { auth_session: 'session-1', id: 'phone|dev_1' };
const method = {
  id: 'phone|dev_1',
  type: 'phone',
  created_at: '2026-01-01T00:00:00.000Z',
  usage: ['secondary'],
  confirmed: true,
  phone_number: '+15550100',
  preferred_authentication_method: 'sms',
};
const readMethod = {
  id: 'phone|dev_1',
  type: 'phone',
  createdAt: '2026-01-01T00:00:00.000Z',
  usage: ['secondary'],
  confirmed: true,
  phoneNumber: '+15550100',
  preferredAuthenticationMethod: 'sms',
};
const options = {
  challenge: 'AAEC',
  rp: { id: 'tenant.example', name: 'T' },
  user: { id: 'AQ', name: 'a', displayName: 'A' },
};
const attestation = {
  id: 'AQID',
  rawId: 'AQID',
  type: 'public-key',
  response: { clientDataJSON: 'e30', attestationObject: 'o2M' },
  clientExtensionResults: {},
};
const otp = { id: 'phone|dev_1', authSession: 'session-1', otpCode: '123456' };
const byCode = { auth_session: 'session-1', otp_code: '123456' };

/** [parameters, request, answer, result] by method: wire reference sections 16 and 40. */
const rows: Record<
  string,
  [object, [string, string, object?], { status: number; body?: unknown; headers?: Record<string, string> }, unknown]
> = {
  passkeyEnrollmentChallenge: [
    { userIdentity: 'auth0|1', connection: 'db' },
    ['POST', methods, { type: 'passkey', identity_user_id: 'auth0|1', connection: 'db' }],
    {
      status: 202,
      body: { auth_session: 'session-1', authn_params_public_key: options },
      headers: { location: `https://tenant.example${methods}/passkey%7Cnew` },
    },
    { authenticationMethodId: 'passkey|new', authSession: 'session-1', authParamsPublicKey: options },
  ],
  enrollPasskey: [
    {
      authenticationMethodId: 'passkey|new',
      authSession: 'session-1',
      authParamsPublicKey: options,
      authResponse: JSON.stringify(attestation),
    },
    ['POST', `${methods}/passkey%7Cnew/verify`, { auth_session: 'session-1', authn_response: attestation }],
    {
      status: 201,
      body: {
        id: 'passkey|dev_1',
        type: 'passkey',
        identity_user_id: 'auth0|1',
        key_id: 'AQID',
        credential_backed_up: false,
      },
    },
    { id: 'passkey|dev_1', type: 'passkey', userIdentityId: 'auth0|1', keyId: 'AQID', credentialBackedUp: false },
  ],
  enrollPhone: [
    { phoneNumber: '+15550100', preferredAuthenticationMethod: 'voice' },
    ['POST', methods, { type: 'phone', phone_number: '+15550100', preferred_authentication_method: 'voice' }],
    { status: 202, body: base },
    { id: 'phone|dev_1', authSession: 'session-1' },
  ],
  enrollEmail: [
    { emailAddress: 'a@b.example' },
    ['POST', methods, { type: 'email', email: 'a@b.example' }],
    { status: 202, body: base },
    { id: 'phone|dev_1', authSession: 'session-1' },
  ],
  enrollTOTP: [
    {},
    ['POST', methods, { type: 'totp' }],
    { status: 202, body: { ...base, barcode_uri: 'otpauth://totp/x', manual_input_code: 'JBSW' } },
    { id: 'phone|dev_1', authSession: 'session-1', barcodeUri: 'otpauth://totp/x', manualInputCode: 'JBSW' },
  ],
  enrollPushNotification: [
    {},
    ['POST', methods, { type: 'push-notification' }],
    { status: 202, body: { ...base, barcode_uri: 'otpauth://totp/x' } },
    { id: 'phone|dev_1', authSession: 'session-1', barcodeUri: 'otpauth://totp/x' },
  ],
  enrollRecoveryCode: [
    {},
    ['POST', methods, { type: 'recovery-code' }],
    { status: 202, body: { ...base, recovery_code: 'R' } },
    { id: 'phone|dev_1', authSession: 'session-1', recoveryCode: 'R' },
  ],
  confirmPhoneEnrollment: [
    otp,
    ['POST', `${methods}/phone%7Cdev_1/verify`, byCode],
    { status: 201, body: method },
    readMethod,
  ],
  confirmEmailEnrollment: [
    otp,
    ['POST', `${methods}/phone%7Cdev_1/verify`, byCode],
    { status: 201, body: method },
    readMethod,
  ],
  confirmTOTPEnrollment: [
    otp,
    ['POST', `${methods}/phone%7Cdev_1/verify`, byCode],
    { status: 201, body: method },
    readMethod,
  ],
  confirmPushNotificationEnrollment: [
    { id: 'a', authSession: 'session-1' },
    ['POST', `${methods}/a/verify`, { auth_session: 'session-1' }],
    { status: 201, body: method },
    readMethod,
  ],
  confirmRecoveryCodeEnrollment: [
    { id: 'a', authSession: 'session-1' },
    ['POST', `${methods}/a/verify`, { auth_session: 'session-1' }],
    { status: 201, body: method },
    readMethod,
  ],
  getAuthenticationMethods: [
    { type: 'push-notification' },
    ['GET', `${methods}?type=push-notification`],
    { status: 200, body: { authentication_methods: [method] } },
    [readMethod],
  ],
  getAuthenticationMethodById: [
    { id: 'a/../b' },
    ['GET', `${methods}/a%2F..%2Fb`],
    { status: 200, body: method },
    readMethod,
  ],
  updateAuthenticationMethodById: [
    { id: 'a', name: 'Mine', preferredAuthenticationMethod: 'sms' },
    ['PATCH', `${methods}/a`, { name: 'Mine', preferred_authentication_method: 'sms' }],
    { status: 200, body: method },
    readMethod,
  ],
  deleteAuthenticationMethodById: [{ id: 'a' }, ['DELETE', `${methods}/a`], { status: 204 }, undefined],
  getFactors: [
    {},
    ['GET', '/me/v1/factors'],
    { status: 200, body: { factors: [{ type: 'phone', usage: ['secondary'] }] } },
    [{ type: 'phone', usage: ['secondary'] }],
  ],
};
const names = Object.keys(rows);
const row = (name: string) => rows[name] ?? fail(name);
const fail = (name: string): never => {
  throw new Error(name);
};
const isPasskey = (name: string) => name.toLowerCase().includes('passkey');

describe('auth0.myAccount', () => {
  it('has these methods and no others, each stable, and free of its object', () => {
    const { myAccount } = open();
    expect(Object.keys(myAccount).sort()).toEqual([...names].sort());
    const { getFactors } = myAccount;
    expect(getFactors).toBe(myAccount.getFactors);
  });

  describe.each(names)('%s', (name) => {
    it('sends what section 16 says, and answers in camelCase', async () => {
      const [parameters, [verb, url, body], answer, result] = row(name);
      reply = answer;
      expect(await find(open(), name)({ accessToken, ...parameters })).toEqual(result);
      expect(asked()).toEqual({ method: verb, url, authorization: `Bearer ${accessToken}`, body });
    });

    it('takes headers of its own', async () => {
      const [parameters, , answer] = row(name);
      reply = answer;
      await find(open(), name)({ accessToken, ...parameters, headers: { 'x-app': '1', authorization: 'no' } });
      expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-app': '1', authorization: `Bearer ${accessToken}` });
    });

    it('rejects what lacks a parameter without asking', async () => {
      const [parameters] = row(name);
      const call = find(open(), name);
      const required = Object.keys(parameters).filter(
        (key) => !/^(userIdentity|connection|authParamsPublicKey|preferred.*|type|name)$/.test(key),
      );
      for (const key of ['accessToken', ...required]) {
        const error = await rejection(call({ accessToken, ...parameters, [key]: undefined }));
        const isCredential = key === 'authResponse';
        expect(error).toMatchObject({ code: isCredential ? 'passkey_invalid_credential' : 'missing_parameters' });
        if (!isCredential) expect((error as AuthError).message).toContain(key);
        expect(isPasskey(name) ? isPasskeyError(error) : isMyAccountError(error)).toBe(true);
      }
      expect(await rejection(call(undefined as never))).toMatchObject({ code: 'missing_parameters' });
      expect(await rejection(call(null as never))).toMatchObject({ code: 'missing_parameters' });
      expect(await rejection(call({ accessToken: {}, ...parameters }))).toMatchObject({ code: 'invalid_parameters' });
      expect(server.requests.filter(({ url }) => url.startsWith('/me/'))).toEqual([]);
    });

    it('refuses an answer that is none', async () => {
      const [parameters] = row(name);
      if (name === 'deleteAuthenticationMethodById') return;
      for (const body of [undefined, [], {}, 'text', { id: 7 }]) {
        reply = { status: 200, body };
        const error = await rejection(find(open(), name)({ accessToken, ...parameters }));
        expect(error).toMatchObject({ code: 'invalid_response' });
      }
    });

    it.each([
      [400, 'INVALID_REQUEST'],
      [401, 'UNAUTHORIZED'],
      [403, 'FORBIDDEN'],
      [404, 'NOT_FOUND'],
      [409, 'CONFLICT'],
      [415, 'UNKNOWN_ERROR'],
      [429, 'TOO_MANY_REQUESTS'],
      [503, 'SERVER_ERROR'],
    ] as const)('S18: tells %i as %s, in the server’s words, and with no secret', async (status, reason) => {
      const type = `https://auth0.com/api-errors#A0E-${status}-0001`;
      const validation_errors = [{ detail: 'must be six digits', pointer: '/otp_code', source: 'body' }];
      reply = { status, body: { type, status, title: 'Title', detail: 'Detail.', validation_errors } };
      const [parameters] = row(name);
      const error = (await rejection(find(open(), name)({ accessToken, ...parameters }))) as AuthError;
      if (isPasskey(name))
        expect(error).toMatchObject({
          '~postern': 'PasskeyError',
          type: name === 'enrollPasskey' ? 'PASSKEY_EXCHANGE_FAILED' : 'PASSKEY_CHALLENGE_FAILED',
          code: type,
          status,
        });
      else
        expect(error).toMatchObject({
          '~postern': 'MyAccountError',
          type,
          reason,
          title: 'Title',
          detail: 'Detail.',
          statusCode: status,
          message: 'Detail.',
          validationErrors: validation_errors,
        });
      expect(`${error.message}${JSON.stringify(error)}${JSON.stringify(error.json)}`).not.toContain(accessToken);
    });
  });

  it('says no network where there is none', async () => {
    server.answer = (request, response) => {
      if (request.url?.startsWith('/.well-known/')) response.writeHead(404).end();
      else request.socket.destroy();
    };
    const error = await rejection(open().myAccount.getFactors({ accessToken }));
    expect(error).toMatchObject({ type: 'network_error', reason: 'NO_NETWORK', statusCode: 0, title: '' });
  });

  it('proves possession of the key of a bound token', async () => {
    const world = await createWorld();
    const asked: Request[] = [];
    const watched: typeof fetch = (input, init) => {
      asked.push(new Request(input, init));
      return world.fetch(input, init);
    };
    const { auth0 } = world.open({}, createMemoryTab(world.device, { fetch: watched }));
    await auth0.webAuth.authorize();
    const { accessToken: bound, tokenType } = await auth0.credentialsManager.getCredentials();
    expect(tokenType).toBe('DPoP');
    // A token for another API: the tenant refuses it, whatever the proof.
    await rejection(auth0.myAccount.getFactors({ accessToken: bound }));
    const { headers, url } = asked.at(-1) ?? new Request('http://none.invalid');
    expect(new URL(url).pathname).toBe('/me/v1/factors');
    expect(headers.get('authorization')).toBe(`DPoP ${bound}`);
    const claims = JSON.parse(Buffer.from(headers.get('dpop')?.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ htm: 'GET', htu: `${world.origin}/me/v1/factors`, ath: expect.any(String) });
    await world.close();
  });

  it('has a reason for every code', () => {
    expect(Object.keys(MyAccountErrorCodes)).toContain('UNKNOWN_ERROR');
    expect(MyAccountErrorCodes.NOT_FOUND).toBe('NOT_FOUND');
  });

  it.each(['/%', '/%E0%A4%A'])('refuses the address %s for a new method, in words of its own', async (location) => {
    reply = { status: 202, body: { auth_session: 's' }, headers: { location } };
    const error = await rejection(open().myAccount.enrollPhone({ accessToken, phoneNumber: '+15550100' }));
    expect(error).toMatchObject({ '~postern': 'MyAccountError', code: 'invalid_response' });
  });

  it('takes a method whose id the page may not read for the one to be', async () => {
    reply = { status: 202, body: { auth_session: 's', authn_params_public_key: options } };
    const { authenticationMethodId } = await open().myAccount.passkeyEnrollmentChallenge({ accessToken });
    expect(authenticationMethodId).toBe('passkey|new');
    expect(asked().body).toEqual({ type: 'passkey' });
  });
});
