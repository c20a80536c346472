import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Auth0 } from '../../src/core.ts';
import { createMemoryTab } from '../../src/platform/memory/index.ts';
import { calls } from './calls.ts';
import { requestDifferences, resultDifferences } from './differences.ts';
import { createRecorder, domain, type RecordedRequest, type Recorder } from './recorder.ts';

type Api = Readonly<Record<string, (parameters: unknown) => Promise<unknown>>>;
type Client = new (options: object) => { readonly auth: Api };

// Its CommonJS build, in Node's own loader: with React Native's stand-in next to this file, and nothing else replaced.
const require = createRequire(import.meta.url);
const Theirs = require('react-native-auth0').default as Client;

const clientId = 'client';
const success = { access_token: 'a', token_type: 'Bearer', expires_in: 60, sub: 'auth0|a', _id: 'a' };

let recorder: Recorder;
beforeAll(async () => {
  recorder = await createRecorder();
});
afterAll(() => recorder.close());
beforeEach(() => {
  recorder.answer(200, success);
  recorder.requests.length = 0;
  vi.stubGlobal('fetch', recorder.fetch);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const clients = (options: object = {}) => ({
  // Theirs sends no proofs from JavaScript; nor do we, then, for comparison.
  theirs: new Theirs({ domain, clientId, useDPoP: false, ...options }).auth,
  ours: new Auth0({
    domain,
    clientId,
    useDPoP: false,
    platform: createMemoryTab(undefined, { fetch: recorder.fetch }),
    ...options,
  }).auth as unknown as Api,
});

async function record(api: Api, call: string): Promise<RecordedRequest> {
  const [method, parameters] = calls[call] ?? ['', {}];
  recorder.requests.length = 0;
  await api[method]?.(parameters);
  expect(recorder.requests).toHaveLength(1);
  return recorder.requests[0] as RecordedRequest;
}

/** What is not the same in two requests, by part. */
function compare(theirs: RecordedRequest, ours: RecordedRequest) {
  const flat = ({ method, path, headers, fields }: RecordedRequest): Record<string, unknown> => ({
    method,
    path,
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`header ${name}`, value])),
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`field ${name}`, value])),
  });
  const [a, b] = [flat(theirs), flat(ours)];
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .filter((part) => JSON.stringify(a[part]) !== JSON.stringify(b[part]))
      .map((part) => [part, { theirs: a[part], ours: b[part] }]),
  );
}

const listed = (call: string) =>
  Object.fromEntries(
    requestDifferences
      .filter(({ calls: where }) => where.includes(call))
      .map(({ part, theirs, ours }) => [part, { theirs, ours }]),
  );

describe('requests are those of react-native-auth0 5.11.1, field by field, but for what is listed', () => {
  it.each(Object.keys(calls))('%s', async (call) => {
    const { theirs, ours } = clients();
    expect(compare(await record(theirs, call), await record(ours, call))).toEqual(listed(call));
  });

  it('with headers of the client, and the call’s over them', async () => {
    const { theirs, ours } = clients({ clientId: 'with-headers', headers: { 'X-App': '0', 'X-Client': '1' } });
    const call = 'createUser with metadata';
    const [theirRequest, ourRequest] = [await record(theirs, call), await record(ours, call)];
    expect(ourRequest.headers).toMatchObject({ 'x-app': '1', 'x-client': '1' });
    expect(compare(theirRequest, ourRequest)).toEqual(listed(call));
  });

  it.each(['passwordRealm', 'passwordRealm with a scope', 'loginWithEmail', 'loginWithSMS', 'exchangeNativeSocial'])(
    '%s: without useRefreshTokens the scope is the same, too',
    async (call) => {
      const { theirs, ours } = clients({ useRefreshTokens: false });
      const { 'field scope': _, ...rest } = listed(call);
      expect(compare(await record(theirs, call), await record(ours, call))).toEqual(rest);
    },
  );

  it('every method of both is in the list of calls', () => {
    const { theirs, ours } = clients();
    const covered = new Set(Object.values(calls).map(([method]) => method as string));
    const missing = Object.keys(ours).filter((method) => !covered.has(method));
    // Built, refused in a browser, and without a counterpart there (RFC 8628).
    const known = ['authorizeUrl', 'logoutUrl', 'ssoExchange', 'deviceAuthorization'];
    expect(missing.filter((method) => !known.includes(method))).toEqual([]);
    expect(theirs).not.toHaveProperty('deviceAuthorization');
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(theirs)).filter((name) => name !== 'constructor');
    expect(names.filter((name) => !(name in ours))).toEqual([]);
  });

  it('the result of a success is the same', async () => {
    vi.setSystemTime(Date.now());
    const { theirs, ours } = clients();
    const [method, parameters] = calls.passwordRealm ?? ['', {}];
    const ask = async (api: Api) => (await api[method]?.(parameters)) as { expiresAt: number };
    const [theirResult, ourResult] = [await ask(theirs), await ask(ours)];
    expect(ourResult).toMatchObject({ accessToken: 'a', tokenType: 'Bearer' });
    expect(theirResult).toMatchObject({ accessToken: 'a', tokenType: 'Bearer' });
    expect(theirResult.expiresAt).toBe(ourResult.expiresAt);
    vi.useRealTimers();
  });
});

describe('errors are the same', () => {
  it.each([
    [403, { error: 'invalid_grant', error_description: 'Wrong email or password.' }],
    [403, { error: 'mfa_required', error_description: 'MFA', mfa_token: 'm', mfa_requirements: {} }],
    [429, { error: 'too_many_attempts', error_description: 'Blocked.' }],
    [401, { error: 'requires_verification', error_description: 'Robot?' }],
    [500, { error: 'server_error', error_description: 'Ouch.' }],
    [400, { error: 'public signup is disabled' }],
    [502, '<html>'],
  ])('%i %j', async (status, answer) => {
    recorder.answer(status, answer);
    const { theirs, ours } = clients();
    const [method, parameters] = calls.passwordRealm ?? ['', {}];
    const tell = async (api: Api) => {
      const error = await api[method]?.(parameters).then(Promise.reject, (reason: unknown) => reason);
      const { name, code, status: seen, message, json } = error as Record<string, unknown>;
      return { name, code, status: seen, message: message === 'Unknown error' ? undefined : message, json };
    };
    const [theirError, ourError] = [await tell(theirs), await tell(ours)];
    expect(ourError).toMatchObject(
      theirError.message === undefined ? { ...theirError, message: ourError.message } : theirError,
    );
  });
});

describe('results differ only where listed', () => {
  it.each(resultDifferences.map((difference) => [difference.call, difference] as const))(
    '%s',
    async (call, { status, answer, theirs: theirResult, ours: ourResult }) => {
      recorder.answer(status, answer);
      const { theirs, ours } = clients();
      const [method, parameters] = calls[call] ?? ['resetPassword', { email: 'a@b.example' }];
      const outcome = (api: Api) => api[method]?.(parameters).catch((error: unknown) => error);
      const [theirOutcome, ourOutcome] = [await outcome(theirs), await outcome(ours)];
      if (theirResult === undefined) expect(theirOutcome).toBeUndefined();
      else expect(theirOutcome).toMatchObject(theirResult as object);
      expect(ourOutcome).toMatchObject(ourResult as object);
      expect(ourOutcome).not.toMatchObject((theirResult ?? { nothing: 'at all' }) as object);
    },
  );
});

it('docs/differences.md lists every difference', async () => {
  const page = await readFile(new URL('../../../../docs/differences.md', import.meta.url), 'utf8');
  for (const { why } of [...requestDifferences, ...resultDifferences]) expect(page).toContain(why);
});
