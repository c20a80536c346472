import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Auth0 } from '../../src/core.ts';
import { createMemoryTab } from '../../src/platform/memory/index.ts';
import { createRecorder, domain, type RecordedRequest, type Recorder } from './recorder.ts';

type Api = Readonly<Record<string, (parameters: unknown) => Promise<unknown>>>;
type SpaClient = object;

// Its clients for the web are JavaScript over auth0-spa-js; those for phones are native code.
const require = createRequire(import.meta.url);
const adapter = (name: string) => require(`react-native-auth0/lib/commonjs/platforms/web/adapters/${name}.js`);
const { WebMyAccountClient } = adapter('WebMyAccountClient') as {
  WebMyAccountClient: new (spa: SpaClient, domain: string, useDPoP: boolean) => Api;
};
const { WebAuth0Client } = adapter('WebAuth0Client') as { WebAuth0Client: { readonly prototype: Api } };
const { default: Theirs } = require('react-native-auth0') as {
  default: new (options: object) => { users(token: string, tokenType?: string): Api };
};
const { Auth0Client } = createRequire(require.resolve('react-native-auth0'))('@auth0/auth0-spa-js') as {
  Auth0Client: new (options: object) => SpaClient;
};

let recorder: Recorder;
beforeAll(async () => {
  recorder = await createRecorder();
});
afterAll(() => recorder.close());
beforeEach(() => {
  vi.stubGlobal('window', globalThis);
  // Theirs hands over whole requests; the recorder knows addresses.
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    if (!(input instanceof Request)) return recorder.fetch(input, init);
    const { method, headers, url } = input;
    const body = await input.text();
    return recorder.fetch(url, { method, headers, ...(body ? { body } : {}) });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const clientId = 'client';
const spa = () => new Auth0Client({ domain, clientId, useDpop: false });
const ours = () =>
  new Auth0({ domain, clientId, useDPoP: false, platform: createMemoryTab(undefined, { fetch: recorder.fetch }) });

async function record(api: Api, method: string, parameters: object) {
  recorder.requests.length = 0;
  const result = await api[method]?.(parameters).catch((error: unknown) => ({ error }));
  const [request] = recorder.requests;
  return { request: request && essence(request), result };
}

/** What the server acts on; theirs goes out as text at times, though it is JSON. */
function essence({ method, path, headers, fields }: RecordedRequest) {
  const [only, ...others] = Object.keys(fields);
  const isJsonText = only?.startsWith('{') && others.length === 0;
  return {
    method,
    path,
    authorization: headers.authorization,
    fields: isJsonText ? JSON.parse(only ?? '') : fields,
  };
}

const accessToken = 'opaque';
const method = {
  id: 'phone|1',
  type: 'phone',
  created_at: '2026-01-01T00:00:00.000Z',
  usage: ['secondary'],
  confirmed: true,
  phone_number: '+15550100',
  preferred_authentication_method: 'sms',
};
const challenge = {
  auth_session: 's',
  barcode_uri: 'otpauth://x',
  manual_input_code: 'J',
  recovery_code: 'R',
};
const attestation = {
  id: 'AQID',
  rawId: 'AQID',
  type: 'public-key',
  response: { clientDataJSON: 'e30', attestationObject: 'o2M' },
  clientExtensionResults: {},
};
const confirmation = { accessToken, id: 'a|1', authSession: 's' };

/** [parameters, answer] by call; the method's name is its first word. */
const calls: Readonly<Record<string, readonly [object, unknown]>> = {
  enrollPhone: [{ accessToken, phoneNumber: '+15550100' }, challenge],
  'enrollPhone by voice': [
    { accessToken, phoneNumber: '+15550100', preferredAuthenticationMethod: 'voice' },
    challenge,
  ],
  enrollEmail: [{ accessToken, emailAddress: 'a@b.example' }, challenge],
  enrollTOTP: [{ accessToken }, challenge],
  enrollPushNotification: [{ accessToken }, challenge],
  enrollRecoveryCode: [{ accessToken }, challenge],
  confirmPhoneEnrollment: [{ ...confirmation, otpCode: '123456' }, method],
  confirmEmailEnrollment: [{ ...confirmation, otpCode: '123456' }, method],
  confirmTOTPEnrollment: [{ ...confirmation, otpCode: '123456' }, method],
  confirmPushNotificationEnrollment: [confirmation, method],
  confirmRecoveryCodeEnrollment: [confirmation, method],
  getAuthenticationMethods: [{ accessToken }, { authentication_methods: [method] }],
  'getAuthenticationMethods of a type': [
    { accessToken, type: 'push-notification' },
    { authentication_methods: [method] },
  ],
  getAuthenticationMethodById: [{ accessToken, id: 'phone|1' }, method],
  updateAuthenticationMethodById: [
    { accessToken, id: 'phone|1', name: 'Mine', preferredAuthenticationMethod: 'voice' },
    method,
  ],
  deleteAuthenticationMethodById: [{ accessToken, id: 'phone|1' }, undefined],
  getFactors: [{ accessToken }, { factors: [{ type: 'phone', usage: ['secondary'] }] }],
  passkeyEnrollmentChallenge: [
    { accessToken, userIdentity: 'auth0|1', connection: 'db' },
    { auth_session: 's', authn_params_public_key: { challenge: 'AA' } },
  ],
  enrollPasskey: [
    {
      accessToken,
      authenticationMethodId: 'passkey|new',
      authSession: 's',
      authParamsPublicKey: {},
      authResponse: JSON.stringify(attestation),
    },
    { id: 'passkey|1', type: 'passkey', identity_user_id: 'auth0|1', key_id: 'AQID' },
  ],
};

describe('myAccount', () => {
  it.each(Object.entries(calls))(
    '%s: method, path, token and fields are those of their client for the web, and so is the result',
    async (call, [parameters, answer]) => {
      recorder.answer(200, answer ?? '', { location: `https://${domain}/me/v1/authentication-methods/a%7C1` });
      const [name = ''] = call.split(' ');
      const theirs = await record(new WebMyAccountClient(spa(), domain, false), name, parameters);
      const mine = await record(ours().myAccount as unknown as Api, name, parameters);
      expect(theirs.request).toMatchObject({ authorization: `Bearer ${accessToken}` });
      expect(mine.request).toEqual({
        ...theirs.request,
        // They repeat the type that the method has anyway.
        fields: withoutType(theirs.request?.fields ?? {}, name),
      });
      // What is undefined is absent here.
      expect(mine.result).toEqual(theirs.result === undefined ? undefined : JSON.parse(JSON.stringify(theirs.result)));
    },
  );

  it('has every method of theirs', () => {
    const own = ['constructor', 'makeClient', 'locationFor', 'run', 'mapAuthenticationMethod', 'mapChallenge'];
    const names = Object.getOwnPropertyNames(WebMyAccountClient.prototype).filter((name) => !own.includes(name));
    expect(Object.keys(ours().myAccount).sort()).toEqual(names.sort());
    expect([...new Set(Object.keys(calls).map((call) => call.split(' ')[0]))].sort()).toEqual(names.sort());
  });

  it('tells an error by the same type, title, detail and status', async () => {
    const body = {
      type: 'https://auth0.com/api-errors#A0E-401-0001',
      status: 401,
      title: 'Unauthorized',
      detail: 'No.',
    };
    recorder.answer(401, body);
    const { result: theirs } = await record(new WebMyAccountClient(spa(), domain, false), 'getFactors', {
      accessToken,
    });
    const { result: mine } = await record(ours().myAccount as unknown as Api, 'getFactors', { accessToken });
    const { type, title, detail, statusCode, status, code } = (theirs as { error: Record<string, unknown> }).error;
    expect(mine).toMatchObject({ error: { type, title, detail, statusCode, status, code } });
    expect(type).toBe(body.type);
  });
});

const withoutType = ({ type, ...fields }: Record<string, unknown>, name: string) =>
  name.startsWith('confirm') || name === 'enrollPasskey' ? fields : type === undefined ? fields : { type, ...fields };

describe('passkeys', () => {
  const profile = { email: 'a@b.example', phoneNumber: '+15550100', username: 'u', name: 'n', givenName: 'g' };
  const more = { familyName: 'f', nickname: 'k', picture: 'https://p.example', userMetadata: { a: 'b' }, realm: 'db' };
  const creation = { challenge: 'AAEC', rp: { id: domain }, user: { id: 'AQ', name: 'n', displayName: 'n' } };
  const theirs = (): Api =>
    Object.fromEntries(
      ['passkeySignupChallenge', 'passkeyLoginChallenge', 'getTokenByPasskey'].map((name) => [
        name,
        (parameters) =>
          WebAuth0Client.prototype[name]?.call({ client: spa(), tokenType: 'Bearer' }, parameters) as never,
      ]),
    );
  class PublicKeyCredential {}
  beforeEach(() => {
    vi.stubGlobal('PublicKeyCredential', PublicKeyCredential);
    vi.stubGlobal('AuthenticatorAttestationResponse', class {});
    vi.stubGlobal('AuthenticatorAssertionResponse', class {});
    vi.stubGlobal('navigator', { credentials: { create: () => undefined, get: () => undefined } });
  });

  it.each([
    ['passkeySignupChallenge', { ...profile, ...more, organization: 'org_1' }, creation],
    ['passkeySignupChallenge', { email: 'a@b.example' }, creation],
    ['passkeyLoginChallenge', { realm: 'db', organization: 'org_1' }, { challenge: 'AAEC', rpId: domain }],
    ['passkeyLoginChallenge', {}, { challenge: 'AAEC', rpId: domain }],
  ])('%s(%j) sends and gives what theirs does', async (name, parameters, authn_params_public_key) => {
    recorder.answer(200, { auth_session: 's', authn_params_public_key });
    const [a, b] = [await record(theirs(), name, parameters), await record(ours() as unknown as Api, name, parameters)];
    expect(a.request?.path).toMatch(/^\/passkey\//);
    expect(b.request).toEqual(a.request);
    expect(a.result).toMatchObject({ authSession: 's', authParamsPublicKey: { challenge: expect.any(ArrayBuffer) } });
    expect(b.result).toEqual(a.result);
  });

  it.each([
    ['a new one', { clientDataJSON: [123, 125], attestationObject: [1, 2] }],
    ['a used one', { clientDataJSON: [123, 125], authenticatorData: [3], signature: [4], userHandle: [5] }],
  ])('getTokenByPasskey sends %s as theirs does', async (_, response) => {
    recorder.answer(200, { access_token: 'a', token_type: 'Bearer', expires_in: 60 });
    const kind =
      'attestationObject' in response ? 'AuthenticatorAttestationResponse' : 'AuthenticatorAssertionResponse';
    const bytes = Object.entries(response).map(([name, list]) => [name, Uint8Array.from(list).buffer]);
    const prototype = (globalThis as unknown as Record<string, { prototype: object }>)[kind]?.prototype ?? null;
    const authResponse = Object.assign(new PublicKeyCredential(), {
      id: 'AQID',
      rawId: Uint8Array.from([1, 2, 3]).buffer,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      response: Object.assign(Object.create(prototype), Object.fromEntries(bytes)),
      getClientExtensionResults: () => ({}),
    });
    const parameters = {
      authSession: 's',
      authResponse,
      realm: 'db',
      audience: 'https://api.example',
      scope: 'openid',
    };
    const a = await record(theirs(), 'getTokenByPasskey', parameters);
    const b = await record(ours() as unknown as Api, 'getTokenByPasskey', parameters);
    expect(a.request?.path).toBe('/oauth/token');
    expect(b.request).toEqual({ ...a.request, fields: { ...a.request?.fields, scope: 'openid offline_access' } });
  });
});

describe('users(token)', () => {
  it.each([
    ['getUser', { id: 'auth0|1' }],
    ['patchUser', { id: 'auth0|1', metadata: { favourite_colour: 'teal' } }],
  ])('%s sends and gives what theirs does', async (name, parameters) => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    recorder.answer(200, { user_id: 'auth0|1', given_name: 'A', email_verified: true });
    const a = await record(new Theirs({ domain, clientId }).users('opaque', 'Bearer'), name, parameters);
    const b = await record(ours().users('opaque', 'Bearer') as unknown as Api, name, parameters);
    expect(a.request?.path).toBe('/api/v2/users/auth0%7C1');
    expect(b.request).toEqual(a.request);
    expect(b.result).toMatchObject({ ...(a.result as object) });
  });
});
