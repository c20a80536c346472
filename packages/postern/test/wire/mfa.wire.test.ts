import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Auth0 } from '../../src/core.ts';
import { createMemoryTab } from '../../src/platform/memory/index.ts';
import { createRecorder, domain, type RecordedRequest, type Recorder } from './recorder.ts';

type Api = Readonly<Record<string, (parameters: unknown) => Promise<unknown>>>;

// Its `mfa` is one of two: native code, or this, which is JavaScript over auth0-spa-js.
const require = createRequire(import.meta.url);
const { WebMfaClient } = require('react-native-auth0/lib/commonjs/platforms/web/adapters/WebMfaClient.js') as {
  WebMfaClient: new (mfa: unknown, tokenType: string) => Api;
};
const spa = createRequire(require.resolve('react-native-auth0'))('@auth0/auth0-spa-js') as {
  Auth0Client: new (options: object) => { readonly mfa: unknown };
};

let recorder: Recorder;
beforeAll(async () => {
  recorder = await createRecorder();
});
afterAll(() => recorder.close());
beforeEach(() => {
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('fetch', recorder.fetch);
});
afterEach(() => vi.unstubAllGlobals());

async function record(api: Api, method: string, parameters: object): Promise<Partial<RecordedRequest>> {
  recorder.requests.length = 0;
  // Theirs rejects answers without an ID token; it is the request that is looked at.
  await api[method]?.(parameters).catch(() => undefined);
  const [{ method: verb, path, headers, fields } = { method: '', path: '', headers: {}, fields: {} }] =
    recorder.requests;
  const { authorization } = headers as { authorization?: string };
  // Some of theirs go out as text/plain: JSON all the same.
  const [only, ...others] = Object.keys(fields);
  const isJsonText = only?.startsWith('{') && others.length === 0;
  return {
    method: verb,
    path,
    fields: isJsonText ? JSON.parse(only ?? '') : fields,
    headers: authorization ? { authorization } : {},
  };
}

/** Where theirs lacks a field, and why. */
const added: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Theirs puts them aside and sends them nowhere.
  'verify with a scope': { scope: 'openid read:notes offline_access', audience: 'https://api.example' },
};

const mfaToken = 'm';
const calls: Readonly<Record<string, readonly [string, object]>> = {
  getAuthenticators: ['getAuthenticators', { mfaToken }],
  'enroll otp': ['enroll', { mfaToken, factorType: 'otp' }],
  'enroll sms': ['enroll', { mfaToken, factorType: 'sms', phoneNumber: '+15550100' }],
  'enroll voice': ['enroll', { mfaToken, factorType: 'voice', phoneNumber: '+15550100' }],
  'enroll email': ['enroll', { mfaToken, factorType: 'email', email: 'a@b.example' }],
  'enroll push': ['enroll', { mfaToken, factorType: 'push' }],
  'challenge otp': ['challenge', { mfaToken, authenticatorId: 'totp|1' }],
  'challenge sms': ['challenge', { mfaToken, authenticatorId: 'sms|1' }],
  'verify otp': ['verify', { mfaToken, otp: '123456' }],
  'verify oob': ['verify', { mfaToken, oobCode: 'o', bindingCode: 'b' }],
  'verify push': ['verify', { mfaToken, oobCode: 'o' }],
  'verify recovery code': ['verify', { mfaToken, recoveryCode: 'r' }],
  'verify with a scope': [
    'verify',
    { mfaToken, otp: '1', scope: 'openid read:notes', audience: 'https://api.example' },
  ],
};

it.each(Object.entries(calls))(
  'mfa.%s: method, path, token and fields are those of their client for the web',
  async (call, [method, parameters]) => {
    recorder.answer(
      200,
      method === 'getAuthenticators'
        ? []
        : {
            access_token: 'a',
            token_type: 'Bearer',
            expires_in: 60,
            challenge_type: 'otp',
            oob_code: 'o',
            barcode_uri: 'otpauth://x',
          },
    );
    const theirs = new WebMfaClient(new spa.Auth0Client({ domain, clientId: 'client', useDpop: false }).mfa, 'Bearer');
    // Theirs refuses an mfa_token that it did not see begin.
    if (method === 'verify')
      (theirs as unknown as { spaMfa: { setMFAAuthDetails: (token: string) => void } }).spaMfa.setMFAAuthDetails(
        mfaToken,
      );
    const ours = new Auth0({
      domain,
      clientId: 'client',
      useDPoP: false,
      platform: createMemoryTab(undefined, { fetch: recorder.fetch }),
    });
    const theirRequest = await record(theirs, method, parameters);
    expect(theirRequest.path).toMatch(/^\/(mfa|oauth)\//);
    expect(await record(ours.mfa as unknown as Api, method, parameters)).toEqual({
      ...theirRequest,
      fields: { ...theirRequest.fields, ...added[call] },
    });
  },
);
