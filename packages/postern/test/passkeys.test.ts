import {
  Auth0,
  addPasskey,
  canUsePasskeys,
  isPasskeyError,
  type PasskeyError,
  PasskeyErrorCodes,
  signInWithPasskey,
  signUpWithPasskey,
} from 'postern/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryTab } from '../src/platform/memory/index.ts';
import { rejection } from './support/rejection.ts';
import { createTestServer, type TestServer } from './support/server.ts';

let server: TestServer;
/** By path; what the server answers. */
let replies: Record<string, { status: number; body?: unknown }>;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  replies = {
    '/passkey/register': { status: 200, body: { auth_session: 'session-1', authn_params_public_key: creation } },
    '/passkey/challenge': { status: 200, body: { auth_session: 'session-2', authn_params_public_key: request } },
    '/oauth/token': { status: 200, body: { access_token: 'a', token_type: 'Bearer', expires_in: 60 } },
  };
  server.answer = ({ url }, response) => {
    const { status, body } = replies[url ?? ''] ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
});
afterEach(() => vi.unstubAllGlobals());

const open = () => new Auth0({ domain: server.origin, clientId: 'client', platform: createMemoryTab() });
const asked = () => server.requests.filter(({ url }) => !url.startsWith('/.well-known/'));
const sent = () => JSON.parse(asked().at(-1)?.body ?? 'null');

const creation = {
  challenge: 'AAEC',
  timeout: 60_000,
  rp: { id: 'tenant.example', name: 'Tenant' },
  user: { id: '-_8', name: 'a@b.example', displayName: 'A B' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  excludeCredentials: [{ type: 'public-key', id: 'AQID' }],
};
const request = {
  challenge: '__79',
  timeout: 60_000,
  rpId: 'tenant.example',
  allowCredentials: [{ type: 'public-key', id: 'AQID' }],
};
const attestation = {
  id: 'AQID',
  rawId: 'AQID',
  type: 'public-key',
  authenticatorAttachment: 'platform',
  response: { clientDataJSON: 'e30', attestationObject: 'o2M' },
  clientExtensionResults: { credProps: { rk: true } },
};
const assertion = {
  id: 'AQID',
  rawId: 'AQID',
  type: 'public-key',
  response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AQ', userHandle: 'Ag' },
  clientExtensionResults: {},
};
const bytes = (base64url: string): ArrayBuffer => Uint8Array.from(Buffer.from(base64url, 'base64url')).buffer;

/** As a browser's: getters on a prototype, bytes, and methods that want their object. */
function browserCredential(json: typeof attestation | typeof assertion): object {
  class Response {
    constructor() {
      for (const [name, value] of Object.entries(json.response))
        Object.defineProperty(this, name, { value: bytes(value), enumerable: false });
    }
  }
  return new (class {
    readonly #extensions = json.clientExtensionResults;
    get id() {
      return json.id;
    }
    get rawId() {
      return bytes(json.rawId);
    }
    get type() {
      return json.type;
    }
    get authenticatorAttachment() {
      return 'authenticatorAttachment' in json ? json.authenticatorAttachment : null;
    }
    get response() {
      return new Response();
    }
    getClientExtensionResults() {
      return this.#extensions;
    }
  })();
}

describe('passkeySignupChallenge and passkeyLoginChallenge', () => {
  it('ask by the names of section 37, and leave out what says nothing', async () => {
    const challenge = await open().passkeySignupChallenge({
      email: 'a@b.example',
      phoneNumber: '+15550100',
      username: '',
      givenName: 'A',
      userMetadata: { favourite_colour: 'teal' },
      realm: 'db',
      organization: '',
    });
    expect(challenge).toEqual({ authSession: 'session-1', authParamsPublicKey: creation });
    expect(asked()).toMatchObject([{ method: 'POST', url: '/passkey/register' }]);
    expect(sent()).toEqual({
      client_id: 'client',
      user_profile: { email: 'a@b.example', phone_number: '+15550100', given_name: 'A' },
      user_metadata: { favourite_colour: 'teal' },
      realm: 'db',
    });
    expect(await open().passkeyLoginChallenge({ organization: 'org_1' })).toEqual({
      authSession: 'session-2',
      authParamsPublicKey: request,
    });
    expect(sent()).toEqual({ client_id: 'client', organization: 'org_1' });
    expect(await open().passkeyLoginChallenge(undefined as never)).toMatchObject({ authSession: 'session-2' });
  });

  it.each([
    ['by the browser itself', true],
    ['where it is too old for that', false],
  ])('give bytes in a browser, parsed %s, and the JSON back when turned into such', async (_, isNew) => {
    const parse = vi.fn((options: object) => ({ ...options, parsed: true }));
    vi.stubGlobal(
      'PublicKeyCredential',
      isNew ? { parseCreationOptionsFromJSON: parse, parseRequestOptionsFromJSON: parse } : {},
    );
    const { authParamsPublicKey: made } = await open().passkeySignupChallenge({ email: 'a@b.example' });
    const { authParamsPublicKey: used } = await open().passkeyLoginChallenge({});
    expect(JSON.parse(JSON.stringify(made))).toEqual(creation);
    expect(JSON.parse(JSON.stringify(used))).toEqual(request);
    if (isNew) expect([made.parsed, used.parsed]).toEqual([true, true]);
    else {
      expect(new Uint8Array(made.challenge)).toEqual(new Uint8Array([0, 1, 2]));
      expect(new Uint8Array(made.user.id)).toEqual(new Uint8Array([0xfb, 0xff]));
      expect(new Uint8Array(made.excludeCredentials[0].id)).toEqual(new Uint8Array([1, 2, 3]));
      expect(made.rp).toEqual(creation.rp);
      expect(new Uint8Array(used.challenge)).toEqual(new Uint8Array([0xff, 0xfe, 0xfd]));
      expect(new Uint8Array(used.allowCredentials[0].id)).toEqual(new Uint8Array([1, 2, 3]));
    }
  });

  it.each([[{}], [{ auth_session: 's' }], [{ auth_session: 's', authn_params_public_key: {} }], [[]], ['text']])(
    'refuse the answer %j',
    async (body) => {
      vi.stubGlobal('PublicKeyCredential', {});
      replies['/passkey/challenge'] = { status: 200, body };
      expect(await rejection(open().passkeyLoginChallenge({}))).toMatchObject({
        type: 'PASSKEY_CHALLENGE_FAILED',
        code: 'invalid_response',
      });
    },
  );

  it.each([
    [400, 'invalid_request', 'PASSKEY_CHALLENGE_FAILED'],
    [401, 'invalid_client', 'PASSKEY_CHALLENGE_FAILED'],
    [403, 'unauthorized_client', 'PASSKEY_CHALLENGE_FAILED'],
    [403, 'access_denied', 'PASSKEY_CHALLENGE_FAILED'],
    [404, 'endpoint_disabled', 'PASSKEY_CHALLENGE_FAILED'],
    [429, 'too_many_requests', 'PASSKEY_CHALLENGE_FAILED'],
    [400, 'passkey_not_supported', 'PASSKEY_NOT_AVAILABLE'],
  ])('tell %i %s as %s, in the server’s words', async (status, error, type) => {
    for (const path of ['/passkey/register', '/passkey/challenge'])
      replies[path] = { status, body: { error, error_description: 'Why.' } };
    const auth0 = open();
    const errors = await Promise.all([
      rejection(auth0.passkeySignupChallenge({ email: 'a' })),
      rejection(auth0.passkeyLoginChallenge({})),
    ]);
    for (const failure of errors)
      expect(failure).toMatchObject({
        '~postern': 'PasskeyError',
        type,
        code: error,
        status,
        message: 'Why.',
      });
    expect(auth0.session.getSnapshot().error).toBeNull();
  });
});

describe('getTokenByPasskey', () => {
  it.each([
    ['a browser’s new credential', browserCredential(attestation), attestation],
    ['a browser’s used credential', browserCredential(assertion), assertion],
    ['the JSON text of a new one', JSON.stringify(attestation), attestation],
    ['the JSON text of a used one', JSON.stringify(assertion), assertion],
    ['an object of JSON', assertion, assertion],
  ])('takes %s, and sends JSON', async (_, authResponse, expected) => {
    const credentials = await open().getTokenByPasskey({
      authSession: 'session-1',
      authResponse: authResponse as string,
      realm: 'db',
      audience: 'https://api.example',
      scope: 'read:notes',
    });
    expect(credentials).toMatchObject({ accessToken: 'a', tokenType: 'Bearer' });
    expect(asked().at(-1)?.headers['content-type']).toBe('application/json');
    expect(sent()).toEqual({
      grant_type: 'urn:okta:params:oauth:grant-type:webauthn',
      client_id: 'client',
      auth_session: 'session-1',
      authn_response: expected,
      realm: 'db',
      audience: 'https://api.example',
      scope: 'openid read:notes offline_access',
    });
  });

  it('inside session.login stores the credentials', async () => {
    const auth0 = open();
    await auth0.session.login(() => auth0.getTokenByPasskey({ authSession: 's', authResponse: assertion }));
    expect(await auth0.credentialsManager.getCredentials()).toMatchObject({ accessToken: 'a' });
  });

  it.each([
    ['text that is no JSON', 'nonsense'],
    ['JSON that is none', '[]'],
    ['a credential without a response', { id: 'a', type: 'public-key' }],
    ['a response that is neither', { id: 'a', type: 'public-key', response: { clientDataJSON: 'e30' } }],
    ['one without an id', { type: 'public-key', response: assertion.response }],
    ['a number', 7],
  ])('S18: rejects %s as PASSKEY_INVALID_CREDENTIAL, without asking or repeating it', async (_, authResponse) => {
    const error = await rejection(open().getTokenByPasskey({ authSession: 's', authResponse } as never));
    expect(error).toMatchObject({ type: PasskeyErrorCodes.INVALID_CREDENTIAL, code: 'passkey_invalid_credential' });
    expect(String(error)).not.toContain('nonsense');
    expect(asked()).toEqual([]);
  });

  it.each([
    [undefined, 'missing_parameters'],
    [null, 'missing_parameters'],
    [{ authResponse: assertion }, 'missing_parameters'],
    [{ authSession: 's' }, 'missing_parameters'],
    [{ authSession: {}, authResponse: assertion }, 'invalid_parameters'],
    [{ authSession: 's', authResponse: assertion, scope: [] }, 'invalid_parameters'],
    [{ authSession: 's', authResponse: assertion, realm: 7n }, 'invalid_parameters'],
  ])('rejects %o as PASSKEY_INVALID_PARAMETER without asking', async (parameters, code) => {
    const error = await rejection(open().getTokenByPasskey(parameters as never));
    expect(error).toMatchObject({ type: 'PASSKEY_INVALID_PARAMETER', code });
    expect(asked()).toEqual([]);
  });

  it.each([
    [403, 'invalid_grant', 'PASSKEY_EXCHANGE_FAILED'],
    [403, 'access_denied', 'PASSKEY_EXCHANGE_FAILED'],
    [400, 'invalid_request', 'PASSKEY_EXCHANGE_FAILED'],
    [400, 'use_dpop_nonce', 'PASSKEY_EXCHANGE_FAILED'],
    [500, 'server_error', 'PASSKEY_EXCHANGE_FAILED'],
    [418, 'something_new', 'PASSKEY_EXCHANGE_FAILED'],
  ])('tells %i %s as %s; S18: with no secret', async (status, error, type) => {
    replies['/oauth/token'] = { status, body: { error, error_description: 'Why.', auth_session: 'session-1' } };
    const failure = await rejection(open().getTokenByPasskey({ authSession: 'session-1', authResponse: assertion }));
    expect(failure).toMatchObject({ '~postern': 'PasskeyError', type, code: error, status, message: 'Why.' });
    expect(JSON.stringify([failure, (failure as unknown as { json: unknown }).json])).not.toContain('session-1');
    expect((failure as unknown as PasskeyError).getMfaRequiredPayload()).toBeNull();
  });

  it('says what a second factor needs', async () => {
    const body = {
      error: 'mfa_required',
      error_description: 'MFA',
      mfa_token: 'm',
      mfa_requirements: { challenge: [] },
    };
    replies['/oauth/token'] = { status: 403, body };
    const error = await rejection(open().getTokenByPasskey({ authSession: 's', authResponse: assertion }));
    expect(isPasskeyError(error) && error.type).toBe('PASSKEY_MFA_REQUIRED');
    expect((error as unknown as PasskeyError).getMfaRequiredPayload()).toEqual({
      error: 'mfa_required',
      errorDescription: 'MFA',
      mfaToken: 'm',
      mfaRequirements: { challenge: [] },
    });
  });

  it('says that nothing answers', async () => {
    server.answer = (incoming, response) => {
      if (incoming.url?.startsWith('/.well-known/')) response.writeHead(404).end();
      else incoming.socket.destroy();
    };
    const error = await rejection(open().getTokenByPasskey({ authSession: 's', authResponse: assertion }));
    expect(error).toMatchObject({ code: 'network_error', type: 'PASSKEY_EXCHANGE_FAILED' });
  });
});

describe('the whole of it in a browser', () => {
  const create = vi.fn();
  const get = vi.fn();
  beforeEach(() => {
    create.mockReset().mockResolvedValue(browserCredential(attestation));
    get.mockReset().mockResolvedValue(browserCredential(assertion));
    vi.stubGlobal('PublicKeyCredential', {});
    vi.stubGlobal('navigator', { credentials: { create, get } });
  });

  it('signUpWithPasskey makes one and signs in with it', async () => {
    const parameters = { email: 'a@b.example', realm: 'db', scope: 'openid', audience: 'https://api.example' };
    const { signal } = new AbortController();
    expect(await signUpWithPasskey(open(), parameters, { signal })).toMatchObject({ accessToken: 'a' });
    expect(create.mock.calls[0]?.[0]).toMatchObject({ publicKey: { challenge: expect.any(ArrayBuffer) }, signal });
    expect(sent()).toMatchObject({ auth_session: 'session-1', authn_response: attestation, realm: 'db' });
    expect(sent()).toMatchObject({ scope: 'openid offline_access', audience: 'https://api.example' });
    expect(JSON.parse(asked()[0]?.body ?? '')).toEqual({
      client_id: 'client',
      realm: 'db',
      user_profile: { email: 'a@b.example' },
    });
  });

  it('signInWithPasskey uses one', async () => {
    await signInWithPasskey(open(), undefined, { mediation: 'conditional' });
    expect(get.mock.calls[0]?.[0]).toMatchObject({ mediation: 'conditional', publicKey: { rpId: 'tenant.example' } });
    expect(sent()).toMatchObject({ auth_session: 'session-2', authn_response: assertion });
  });

  it('addPasskey makes one and adds it', async () => {
    const path = '/me/v1/authentication-methods';
    replies[path] = { status: 202, body: { auth_session: 'session-3', authn_params_public_key: creation } };
    replies[`${path}/passkey%7Cnew/verify`] = { status: 201, body: { id: 'passkey|1', identity_user_id: 'auth0|1' } };
    const added = await addPasskey(open(), { accessToken: 'opaque' });
    expect(added).toMatchObject({ id: 'passkey|1', userIdentityId: 'auth0|1' });
    expect(create.mock.calls[0]?.[0].publicKey.challenge).toBeInstanceOf(ArrayBuffer);
    expect(sent()).toEqual({ auth_session: 'session-3', authn_response: attestation });
  });

  it.each([
    ['NotAllowedError', 'PASSKEY_UNKNOWN_ERROR', 'passkey_cancelled'],
    ['AbortError', 'PASSKEY_UNKNOWN_ERROR', 'passkey_cancelled'],
    ['InvalidStateError', 'PASSKEY_UNKNOWN_ERROR', 'passkey_exists'],
    ['NotSupportedError', 'PASSKEY_NOT_AVAILABLE', 'passkey_not_supported'],
    ['SecurityError', 'PASSKEY_UNKNOWN_ERROR', 'passkey_failed'],
  ])('tells the browser’s %s as %s, code %s', async (name, type, code) => {
    const cause = new DOMException('In the browser’s words.', name);
    create.mockRejectedValue(cause);
    const error = await rejection(signUpWithPasskey(open(), { email: 'a@b.example' }));
    expect(error).toMatchObject({ '~postern': 'PasskeyError', type, code, cause });
    expect(asked().map(({ url }) => url)).toEqual(['/passkey/register']);
  });

  it.each([
    ['a timeout', () => AbortSignal.timeout(0)],
    ['the app, for a reason of its own', () => AbortSignal.abort(new Error('Enough.'))],
    ['the app, for no reason', () => AbortSignal.abort(null)],
  ])('takes a prompt ended by %s for one that was cancelled', async (_, end) => {
    const signal = end();
    create.mockImplementation(async () => {
      if (!signal.aborted) await new Promise((ended) => signal.addEventListener('abort', ended));
      throw signal.reason;
    });
    const error = await rejection(signUpWithPasskey(open(), { email: 'a@b.example' }, { signal }));
    expect(error).toMatchObject({ '~postern': 'PasskeyError', code: 'passkey_cancelled' });
    expect((error as { cause?: unknown }).cause).toBe(signal.reason);
  });

  it('takes a browser that has nothing to give, asked silently, for a prompt that was cancelled', async () => {
    get.mockResolvedValue(null);
    create.mockResolvedValue(null);
    const silent = { mediation: 'silent' } as const;
    const signIn = () => signInWithPasskey(open(), {}, silent);
    const signUp = () => signUpWithPasskey(open(), { email: 'a' }, silent);
    for (const ask of [signIn, signUp])
      expect(await rejection(ask())).toMatchObject({ '~postern': 'PasskeyError', code: 'passkey_cancelled' });
    expect(asked().map(({ url }) => url)).not.toContain('/oauth/token');
  });

  it('asks nothing of the tenant where there are no passkeys', async () => {
    vi.stubGlobal('PublicKeyCredential', undefined);
    expect(canUsePasskeys()).toBe(false);
    const auth0 = open();
    const errors = await Promise.all([
      rejection(signUpWithPasskey(auth0, { email: 'a' })),
      rejection(signInWithPasskey(auth0)),
      rejection(addPasskey(auth0, { accessToken: 'a' })),
    ]);
    for (const error of errors)
      expect(error).toMatchObject({ type: 'PASSKEY_NOT_AVAILABLE', code: 'passkey_not_supported' });
    expect(asked()).toEqual([]);
  });

  it('knows where there are', () => {
    expect(canUsePasskeys()).toBe(true);
    vi.stubGlobal('navigator', undefined);
    expect(canUsePasskeys()).toBe(false);
  });
});
