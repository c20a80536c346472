import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Auth0, createFetch } from '../src/core.ts';
import { AuthError } from '../src/errors/auth-error.ts';
import { createMemoryDevice, createMemoryTab } from '../src/platform/memory/index.ts';
import { createStoredKeys } from '../src/platform/stored-keys.ts';
import { createTestServer, type TestServer } from './support/server.ts';

/** Engines quote what they could not read: JSON.parse a part of the text, `Headers` the value. */

const base64Url = fc.stringMatching(/^[A-Za-z0-9_-]{36}$/);
const toBase64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Every secret that an answer may have; also the ID token's claims, which nobody sees but by decoding. */
const secrets = fc.record({
  access_token: base64Url,
  refresh_token: base64Url,
  signature: base64Url,
  claim: base64Url,
  mfa_token: base64Url,
  auth_session: base64Url,
  device_code: base64Url,
  recovery_code: base64Url,
});
type Secrets = typeof secrets extends fc.Arbitrary<infer T> ? T : never;

const idTokenOf = ({ claim, signature }: Secrets) =>
  `${toBase64Url({ alg: 'RS256', typ: 'JWT' })}.${toBase64Url({ claim, sub: 's' })}.${signature}`;

/** One character changed, lost or too many, or a part of the whole: what proxies, disks and bugs do. */
const damage = fc.record({
  kind: fc.constantFrom('cut', 'replace', 'insert', 'lose', 'prefix'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  character: fc.constantFrom('"', '{', '}', ',', 'x', '\n', '\\', '\u0000', 'é'),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(text: string, { kind, at, character }: Damage): string {
  const index = Math.floor(at * text.length);
  const [before, after] = [text.slice(0, index), text.slice(index)];
  switch (kind) {
    case 'cut':
      return before;
    case 'replace':
      return before + character + after.slice(1);
    case 'insert':
      return before + character + after;
    case 'lose':
      return before + after.slice(1);
    default:
      return character + text;
  }
}

/** No six characters in a row of any secret are in anything that could be logged. */
function expectNoSecret(printed: string, secrets: readonly string[]): void {
  const found = secrets.flatMap((secret) =>
    Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6)).filter((piece) =>
      printed.includes(piece),
    ),
  );
  expect(found, printed).toEqual([]);
}

const print = (error: unknown) =>
  [inspect(error, { depth: 10 }), JSON.stringify(error), String(error), String((error as Error)?.stack)].join('\n');

const settle = (work: () => Promise<unknown>): Promise<unknown> =>
  new Promise((resolve) => {
    work().then(
      () => resolve(undefined),
      (error: unknown) => resolve(error),
    );
  });

/** Each call that reads an answer, by the name of what it does. */
const calls: Record<string, (auth0: Auth0) => Promise<unknown>> = {
  refreshToken: ({ auth }) => auth.refreshToken({ refreshToken: 'r' }),
  exchange: ({ auth }) => auth.exchange({ code: 'c', verifier: 'v', redirectUri: 'http://127.0.0.1/' }),
  passwordRealm: ({ auth }) => auth.passwordRealm({ username: 'u', password: 'p', realm: 'r' }),
  loginWithEmail: ({ auth }) => auth.loginWithEmail({ email: 'u@example.com', code: '1' }),
  loginWithSMS: ({ auth }) => auth.loginWithSMS({ phoneNumber: '+1', code: '1' }),
  'session.login': ({ auth, session }) => session.login(() => auth.refreshToken({ refreshToken: 'r' })),
  userInfo: ({ auth }) => auth.userInfo({ token: 't' }),
  deviceAuthorization: ({ auth }) => auth.deviceAuthorization({ onUserCode: () => undefined }),
  'mfa.verify': ({ mfa }) => mfa.verify({ mfaToken: 'm', otp: '1' }),
  'mfa.challenge': ({ mfa }) => mfa.challenge({ mfaToken: 'm', authenticatorId: 'a' }),
  'passwordless.challengeWithEmail': ({ passwordless }) =>
    passwordless.challengeWithEmail({ email: 'u@example.com', connection: 'c' }),
  'passwordless.loginWithOTP': ({ passwordless }) =>
    passwordless.loginWithOTP({ challenge: { authSession: 's' }, otp: '1' }),
  'myAccount.enrollTOTP': ({ myAccount }) => myAccount.enrollTOTP({ accessToken: 't' }),
  'users.getUser': ({ users }) => users('t').getUser({ id: 'auth0|1' }),
  passkeyLoginChallenge: (auth0) => auth0.passkeyLoginChallenge({}),
};

describe('S36: an answer that is damaged on its way', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await createTestServer();
  });
  afterAll(() => server.close());

  const client = () =>
    new Auth0({ domain: server.origin, clientId: 'c', useDPoP: false, platform: createMemoryTab(), timeout: 60_000 });

  it.each(Object.keys(calls))('%s: no piece of it is in the error', async (name) => {
    const printed = vi.spyOn(console, 'error');
    const auth0 = client();
    const answers = fc.record({
      status: fc.constantFrom(200, 200, 400, 403, 502),
      type: fc.constantFrom('application/json', 'application/problem+json', 'text/plain'),
    });
    await fc.assert(
      fc.asyncProperty(secrets, damage, answers, async (given, how, { status, type }) => {
        const { claim: _, signature, ...fields } = given;
        const whole = {
          ...(status === 200 ? { token_type: 'Bearer', expires_in: 60 } : { error: 'mfa_required' }),
          ...fields,
          id_token: idTokenOf(given),
          sub: 's',
        };
        server.answer = (request, response) => {
          if (request.url?.startsWith('/.well-known/')) response.writeHead(404).end('no');
          else response.writeHead(status, { 'content-type': type }).end(damaged(JSON.stringify(whole), how));
        };
        const error = await settle(() => calls[name]?.(auth0) ?? Promise.reject(new Error('no such call')));
        expectNoSecret(print(error), [...Object.values(fields), given.claim, signature, idTokenOf(given)]);
      }),
      { numRuns: 25 },
    );
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('S36: what cannot be read', () => {
  it('a damaged ID token is told of without its claims', async () => {
    const auth0 = new Auth0({ domain: 'http://localhost:9', clientId: 'c', platform: createMemoryTab() });
    await fc.assert(
      fc.asyncProperty(secrets, damage, fc.boolean(), async (given, how, isUnquoted) => {
        const claims = JSON.stringify({ claim: given.claim, sub: 's' });
        const payload = isUnquoted ? claims.replace(':"', ':') : damaged(claims, how);
        const idToken = `e30.${Buffer.from(payload).toString('base64url')}.${given.signature}`;
        const credentials = { accessToken: given.access_token, tokenType: 'Bearer' as const, idToken, expiresAt: 9e9 };
        const error = await settle(() => auth0.credentialsManager.saveCredentials(credentials));
        expectNoSecret(print(error), [given.claim, given.signature, given.access_token, idToken]);
      }),
      { numRuns: 60 },
    );
  });

  it('a damaged record, and a damaged key, are none, and no error quotes them', async () => {
    const namespace = 'postern/localhost%3A9/c';
    await fc.assert(
      fc.asyncProperty(secrets, damage, async (given, how) => {
        const device = createMemoryDevice();
        const credentials = {
          accessToken: given.access_token,
          refreshToken: given.refresh_token,
          tokenType: 'Bearer',
          idToken: idTokenOf(given),
          expiresAt: 1,
        };
        device.records.set(
          namespace,
          new Map([
            ['session', 'one'],
            ['credentials.one', damaged(JSON.stringify({ v: 1, credentials }), how)],
            ['key', damaged(JSON.stringify({ kty: 'EC', crv: 'P-256', d: given.claim }), how)],
          ]),
        );
        const tab = createMemoryTab(device, {
          fetch: async () => {
            throw new TypeError('offline');
          },
        });
        const keys = createStoredKeys(async () => tab.storage({ location: 'localstorage', namespace }));
        const auth0 = new Auth0({
          domain: 'http://localhost:9',
          clientId: 'c',
          platform: { ...tab, keys },
          cacheLocation: 'localstorage',
        });
        await auth0.session.start();
        const errors = [
          auth0.session.getSnapshot().error,
          await settle(() => auth0.credentialsManager.getCredentials()),
          await settle(() => keys.get(namespace)),
        ];
        for (const error of errors)
          expectNoSecret(print(error), [given.access_token, given.refresh_token, given.claim, given.signature]);
        auth0.session.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it.each(['\n', '\u0000', '\u2026'])(
    'a token with %j in it, which no header can have, is not quoted',
    async (character) => {
      const [secret] = fc.sample(base64Url, 1);
      const token = `${secret}${character}${secret}`;
      const server = await createTestServer();
      const auth0 = new Auth0({ domain: server.origin, clientId: 'c', platform: createMemoryTab() });
      const getCredentials = async () => ({ accessToken: token, tokenType: 'Bearer', idToken: '', expiresAt: 9e9 });
      const source = { getCredentials, getApiCredentials: getCredentials };
      const api = createFetch(
        { ...source, getDPoPHeaders: auth0.getDPoPHeaders },
        { apis: [{ origin: server.origin }] },
      );
      const headers = { 'x-key': token };
      const withHeader = new Auth0({ domain: server.origin, clientId: 'c', headers, platform: createMemoryTab() });
      const calls = [
        () => auth0.auth.userInfo({ token }),
        () => auth0.auth.refreshToken({ refreshToken: 'r', headers }),
        () => withHeader.auth.refreshToken({ refreshToken: 'r' }),
        () => api(`${server.origin}/notes`),
      ];
      for (const call of calls) {
        const error = await settle(call);
        expect(error).toMatchObject({ code: 'invalid_parameters', message: /^No header can have this value: / });
        expectNoSecret(print(error), [secret ?? '']);
      }
      await server.close();
    },
  );

  it('what an error takes over from its cause, however deep, quotes no JSON and no header', () => {
    const quote = attempt(() => JSON.parse('SECRET'));
    const header = attempt(() => new Headers({ authorization: 'Bearer SEC\nRET' }));
    for (const cause of [quote, header, new Error('outer', { cause: new Error('inner', { cause: quote }) })]) {
      const error = new AuthError('n', cause.message, { cause });
      expect(print(error)).not.toMatch(/SEC/);
      expect(error.cause).toMatchObject({ name: cause.name });
    }
  });
});

function attempt(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It worked.');
}
