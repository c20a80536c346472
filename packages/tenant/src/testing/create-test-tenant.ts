import type { ApiConfig, ClientConfig } from '../config/schema.ts';
import type { TenantControl } from '../control/control.ts';
import type { SignInOptions, StorageState } from '../control/sign-in.ts';
import type { ListenOptions } from '../listen.ts';
import { createTenant, type TenantOptions } from '../tenant.ts';
import type { TokenResponse } from '../tokens/issue.ts';
import { type AskedCode, answerCodes } from './answer-codes.ts';
import { sharedKeys } from './shared-keys.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { createTestConfig, defaults, type TestAppOptions } from './test-config.ts';
import { createTestFaults, type TestFaults } from './test-faults.ts';
import { createTestOutbox, type TestOutbox } from './test-outbox.ts';
import { createTestUsers, type TestUser, type TestUserInput, type TestUsers } from './test-users.ts';

export interface TestTenantOptions extends TestAppOptions, Pick<TenantOptions, 'actions' | 'onError'>, ListenOptions {
  /** People who exist at the start, and after each `reset`. */
  readonly users?: readonly TestUserInput[];
  /** Where the clock stands still from the start. Default: it runs, at the machine's time. */
  readonly now?: Date;
}

/** A tenant of one test, file or worker: its own port, data and time. */
export interface TestTenant extends AsyncDisposable {
  /** `http://localhost:PORT`, for the `domain` of a client. */
  readonly origin: string;
  /** With a trailing slash: the `iss` of tokens. */
  readonly issuer: string;
  /** Of the app under test. */
  readonly clientId: string;
  /** Of its API. */
  readonly audience: string;
  /** The database users sign in with: the `realm` of password logins. */
  readonly connection: string;
  readonly users: TestUsers;
  /** Of the options `users`, in their order. */
  readonly people: readonly TestUser[];
  readonly clients: {
    /** @throws ControlError `invalid_request`, `conflict` */
    create(client: Parameters<TenantControl['addClient']>[0]): ClientConfig;
  };
  readonly apis: {
    /** @throws ControlError `invalid_request`, `conflict` */
    create(api: Parameters<TenantControl['addApi']>[0]): ApiConfig;
  };
  readonly clock: TestClock;
  readonly faults: TestFaults;
  readonly outbox: TestOutbox;
  readonly events: TenantControl['events'];
  readonly mfa: TenantControl['mfa'];
  /** Makes the next signing key current. */
  rotateKeys(): Promise<void>;
  /** Answers whatever code a page asks this user for; for `code` of a scripted user agent. */
  codesFor(user: Pick<TestUser, 'id' | 'email' | 'recoveryCode'>): (asked: AskedCode) => Promise<string>;
  /** Tokens of a user without any page, as the app would get them; an API under test can be called with them. */
  signIn(user: string | { readonly id: string }, options?: Omit<SignInOptions, 'user'>): Promise<TokenResponse>;
  /** Cookies of a browser in which a user is signed in at the tenant, in Playwright's form. */
  storageState(user: string | { readonly id: string }, options?: { readonly mfa?: boolean }): Promise<StorageState>;
  /** Everything else a test may do. */
  readonly control: TenantControl;
  /** Back to the start: users, clock, faults, messages. Clients and APIs made meanwhile stay. Fast enough for each test. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a tenant for tests: in memory, on a free port of this machine, with password hashing that protects nothing. Any
 * number run side by side.
 *
 * @throws ConfigError when `config` cannot be used.
 * @example
 * const tenant = await createTestTenant();
 * const ann = await tenant.users.create({ name: 'Ann', mfa: true });
 * tenant.faults.dropNext('/oauth/token');
 * tenant.clock.advance(3600);
 * await tenant.close();
 */
export async function createTestTenant(options: TestTenantOptions = {}): Promise<TestTenant> {
  const { actions, onError, host, port = 0, now } = options;
  const configuration = createTestConfig(options);
  const tenant = await createTenant(configuration, {
    passwordHashing: 'fast-for-tests',
    actions,
    onError,
    ...(configuration.signingKeys === undefined ? { signingKeys: sharedKeys() } : {}),
  });
  const { control, context } = tenant;
  const { issuer, url } = await tenant.listen({ host, port });
  const [client] = context.registry.config.clients;
  const [api] = context.registry.config.apis;
  const connection = context.registry.defaultDatabase()?.name ?? '';
  const outbox = createTestOutbox(control);
  const clock = createTestClock(control);
  const users = createTestUsers(control, connection);

  const populate = async () => {
    if (now !== undefined) clock.stop(now);
    const created: TestUser[] = [];
    for (const user of options.users ?? []) created.push(await users.create(user));
    return created;
  };
  let people = await populate().catch(async (error: unknown) => {
    await tenant.close();
    throw error;
  });
  const idOf = (user: string | { readonly id: string }) => (typeof user === 'string' ? user : user.id);

  return {
    origin: new URL(url).origin,
    issuer,
    clientId: client?.clientId ?? defaults.clientId,
    audience: api?.identifier ?? defaults.audience,
    connection,
    users,
    get people() {
      return people;
    },
    clients: { create: (input) => control.addClient(input) },
    apis: { create: (input) => control.addApi(input) },
    clock,
    faults: createTestFaults(control),
    outbox,
    events: control.events,
    mfa: control.mfa,
    rotateKeys: () => control.rotateKeys(),
    codesFor: (user) => answerCodes(control, outbox, user),
    signIn: (user, given = {}) =>
      control.signIn({
        user: idOf(user),
        ...(client === undefined ? {} : { clientId: client.clientId }),
        ...(api === undefined ? {} : { audience: api.identifier }),
        ...given,
      }),
    storageState: (user, { mfa = false } = {}) => control.sessionState({ user: idOf(user), mfa }),
    control,
    async reset() {
      await control.reset();
      outbox.forget();
      users.forget();
      clock.reset();
      people = await populate();
    },
    close: () => tenant.close(),
    [Symbol.asyncDispose]: () => tenant.close(),
  };
}
