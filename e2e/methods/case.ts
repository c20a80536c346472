import type { Auth0Options, AuthError, Credentials } from 'postern';
import { expectMatch, isText, type Pattern, rejectionOf } from './match.ts';
import type { App, DirectMethods, Stage } from './stage.ts';

/** One row of the table. */
export interface Case {
  /** The hook's name; the class's is tried under the same one. */
  readonly method: string;
  readonly name: string;
  /** Nothing reaches the tenant, so that nothing is left over for the next case. */
  readonly isLocal?: true;
  /** Where it is tried, if not everywhere: what a browser cannot do, and what only it refuses. */
  readonly place?: 'web' | 'native';
  run(stage: Stage): Promise<void>;
}

export const runsIn =
  (here: 'web' | 'native') =>
  ({ place = here }: Case): boolean =>
    place === here;

/** A call of a method whose arguments TypeScript would not allow. */
type Untyped = (parameters?: unknown) => Promise<unknown>;

/** How the method of a case is found. `mfa.verify` is one of the group's. */
export function findMethod(methods: DirectMethods, name: string): Untyped {
  const [first = '', second] = name.split('.');
  const found = (methods as unknown as Record<string, unknown>)[first];
  return (second === undefined ? found : (found as Record<string, unknown>)[second]) as Untyped;
}

/** Methods whose failures become the session's `error` by the class, too: logins, and what asks the stored credentials. */
const tellsSession = new Set([
  'getApiCredentials',
  'getSSOCredentials',
  'customTokenExchange',
  'authorizeWithExchangeNativeSocial',
  'loginWithPasswordRealm',
  'authorizeWithExchange',
  'authorizeWithEmail',
  'authorizeWithSMS',
  'authorizeWithOOB',
  'authorizeWithOTP',
  'authorizeWithRecoveryCode',
  'mfa.verify',
  'passwordless.loginWithOTP',
  'getTokenByPasskey',
]);

/** Whether a failure of the method becomes the state's `error`. Those of a challenge for a passkey, of My Account and of `users` never do. */
const isShownBy = ({ by }: App, method: string): boolean =>
  tellsSession.has(method) || (by === 'hook' && !/^(passkey(Signup|Login)Challenge$|(myAccount|users)\.)/.test(method));

/** A login that succeeds: `user` is set, and the credentials are stored, are renewed and go away. */
export function logsIn(
  method: string,
  name: string,
  sub: RegExp,
  act: (app: App, stage: Stage) => Promise<Credentials>,
  options?: Partial<Auth0Options>,
): Case {
  return {
    method,
    name,
    async run(stage) {
      const app = await stage.open(options);
      const credentials = await act(app, stage);
      await expectSession(stage, app, credentials, sub);
    },
  };
}

/** A call that sends something and changes nothing here. */
export function sends(method: string, name: string, act: (app: App, stage: Stage) => Promise<void>): Case {
  return {
    method,
    name,
    async run(stage) {
      const app = await stage.open();
      await act(app, stage);
      expectMatch(await app.state(), { user: null, error: null, isLoading: false }, 'the state');
    },
  };
}

/** A call that fails as documented. */
export function refuses(
  method: string,
  name: string,
  expected: Pattern,
  act: (app: App, stage: Stage) => Promise<unknown>,
  options?: Partial<Auth0Options>,
): Case {
  return refusesAfter(
    method,
    name,
    expected,
    async (_, stage) => stage,
    (app, stage) => act(app, stage),
    options,
  );
}

/** A call that fails as documented once `arrange` was done, whose result it is given. */
export function refusesAfter<T>(
  method: string,
  name: string,
  expected: Pattern,
  arrange: (app: App, stage: Stage) => Promise<T>,
  act: (app: App, arranged: T, stage: Stage) => Promise<unknown>,
  options?: Partial<Auth0Options>,
): Case {
  return {
    method,
    name,
    async run(stage) {
      const app = await stage.open(options);
      const arranged = await arrange(app, stage);
      const before = (await app.state()).error;
      const error = await rejectionOf(() => act(app, arranged, stage));
      expectMatch(error, expected, 'the error');
      await expectFailed(app, method, error, before);
    },
  };
}

/**
 * A call of somebody who is signed in that fails as documented: they stay so, with the token they had. The hook's `error`
 * tells it. A session that ends with it is `ends`.
 */
export function refusesSignedIn(
  method: string,
  name: string,
  expected: Pattern,
  signIn: (stage: Stage) => Promise<App>,
  act: (app: App, stage: Stage) => Promise<unknown>,
  ends = false,
): Case {
  return {
    method,
    name,
    async run(stage) {
      const app = await signIn(stage);
      const { accessToken } = await app.methods.getCredentials();
      const before = await app.state();
      const error = await rejectionOf(() => act(app, stage));
      expectMatch(error, expected, 'the error');
      const { user, error: shown, isLoading } = await app.state();
      expectMatch(isLoading, false, 'isLoading');
      expectMatch(user, (now) => now === (ends ? null : before.user), 'the user');
      expectMatch(shown, (now) => now === (isShownBy(app, method) ? error : before.error), 'the state’s error');
      if (!ends)
        expectMatch((await app.methods.getCredentials()).accessToken, accessToken, 'the access token after it');
    },
  };
}

/** Every call of the method that lacks a parameter, or has one of another type, rejects without asking the server. */
export function wrongArguments(method: string, good: Readonly<Record<string, unknown>>, required: string[]): Case[] {
  const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
  const missing: [string, unknown, string][] = [
    ['nothing', undefined, required.join(', ')],
    ['null', null, required.join(', ')],
    ['text in place of parameters', 'nonsense', required.join(', ')],
    ...required.flatMap((name): [string, unknown, string][] => [
      [`no ${name}`, without(name), name],
      [`${name} null`, { ...good, [name]: null }, name],
    ]),
  ];
  const wrong: [string, unknown][] = [{}, [], true].map((value) => [typeName(value), value]);
  return [
    ...missing.map(([what, parameters, names]) =>
      refusesHere(method, what, parameters, {
        name: 'MissingParameters',
        code: 'missing_parameters',
        status: 0,
        message: (text) => String(text).includes(names),
      }),
    ),
    ...required.flatMap((name) =>
      wrong.map(([type, value]) =>
        refusesHere(
          method,
          `${name} of type ${type}`,
          { ...good, [name]: value },
          {
            name: 'InvalidParameters',
            code: 'invalid_parameters',
            status: 0,
            message: (text) => String(text).includes(name),
          },
        ),
      ),
    ),
  ];
}

/** The optional parameter `name` of another type: an error of the package's, and no request. */
export function wrongOption(
  method: string,
  good: Readonly<Record<string, unknown>>,
  name: string,
  value: unknown,
): Case {
  return refusesHere(
    method,
    `${name} of type ${typeName(value)}`,
    { ...good, [name]: value },
    {
      name: 'InvalidParameters',
      code: 'invalid_parameters',
      message: (text) => String(text).includes(name),
    },
  );
}

/**
 * How the server's trouble is told, whatever the method: a broken connection, a failure, an answer that comes too late.
 * `act` must be of no effect on other cases: the server may still be at it when they run.
 */
export function serverTrouble(method: string, path: string, act: (app: App) => Promise<unknown>): Case[] {
  // A browser tries again by itself when a connection that it kept is closed.
  const fault = (add: object) => async (_: App, stage: Stage) => void (await stage.control('/faults', add));
  return [
    refusesAfter(
      method,
      'a broken connection',
      { code: 'network_error', status: 0 },
      fault({ kind: 'drop', path, times: 3 }),
      act,
    ),
    refusesAfter(
      method,
      'a server that fails',
      { code: 'http_error_503', status: 503, message: 'Try later.', retryAfter: 7 },
      fault({ kind: 'respond', path, status: 503, body: 'Try later.', headers: { 'retry-after': '7' } }),
      act,
    ),
    {
      method,
      name: 'a server that does not answer in time',
      async run(stage) {
        const app = await stage.open({ timeout: 150 });
        await stage.control('/faults', { kind: 'delay', path, ms: 2_000 });
        const error = await rejectionOf(() => act(app));
        expectMatch(error, { name: 'TimeoutError', code: 'timeout', status: 0 }, 'the error');
        await expectFailed(app, method, error);
      },
    },
  ];
}

function refusesHere(method: string, what: string, parameters: unknown, expected: Pattern): Case {
  return {
    method,
    name: `wrong arguments: ${what}`,
    isLocal: true,
    async run(stage) {
      const app = await stage.open();
      const before = stage.requests().length;
      const error = await rejectionOf(() => findMethod(app.methods, method)(parameters));
      expectMatch(error, expected, 'the error');
      expectMatch(stage.requests().slice(before), [], 'requests');
      await expectFailed(app, method, error);
    },
  };
}

/** A failure takes nobody's session away and becomes `error`; but the class's methods that are no logins change nothing. */
async function expectFailed(app: App, method: string, error: unknown, before: AuthError | null = null): Promise<void> {
  const state = await app.state();
  expectMatch(state, { user: null, isLoading: false }, 'the state');
  expectMatch(state.error, (shown) => shown === (isShownBy(app, method) ? error : before), 'the state’s error');
  expectMatch(await app.methods.hasValidCredentials(), false, 'hasValidCredentials()');
}

async function expectSession(stage: Stage, app: App, credentials: Credentials, sub: RegExp): Promise<void> {
  const { methods } = app;
  const now = Math.floor(Date.now() / 1000);
  const isSoon = (at: unknown) => Number.isInteger(at) && Number(at) > now + 60 && Number(at) < now + 100_000;
  const whole = { accessToken: isText, idToken: isText, refreshToken: isText, expiresAt: isSoon };
  expectMatch(credentials, { ...whole, tokenType: /^(Bearer|DPoP)$/, scope: /\bopenid\b/ }, 'the credentials');
  const loggedIn = await app.state();
  expectMatch(loggedIn, { user: { sub }, error: null, isLoading: false }, 'the state after the login');
  expectMatch(await methods.hasValidCredentials(), true, 'hasValidCredentials()');

  const before = stage.requests().length;
  const stored = await methods.getCredentials();
  const { accessToken, refreshToken = '' } = credentials;
  expectMatch(stored, { accessToken, refreshToken }, 'the stored credentials');
  expectMatch(stage.requests().slice(before), [], 'requests of a cache hit');

  const renewed = await methods.getCredentials(undefined, 0, {}, true);
  expectMatch(renewed, { ...whole, accessToken: (text) => text !== accessToken }, 'the renewed credentials');
  expectMatch(renewed.refreshToken, (text) => text !== refreshToken, 'the rotated refresh token');
  expectMatch(stage.requests().slice(before), ['POST /oauth/token'], 'requests of a renewal');
  expectMatch((await methods.getCredentials()).accessToken, renewed.accessToken, 'what the renewal stored');
  expectMatch((await app.state()).user, (user) => user === loggedIn.user, 'the user after a renewal');

  await (stage.hasBrowser ? methods.clearSession() : methods.clearCredentials());
  expectMatch(await app.state(), { user: null, error: null, isLoading: false }, 'the state after signing out');
  expectMatch(await methods.hasValidCredentials(), false, 'hasValidCredentials() after signing out');
  const gone = await rejectionOf(() => methods.getCredentials());
  expectMatch(gone, { type: 'NO_CREDENTIALS' }, 'getCredentials() after signing out');
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
