import type { ApiConfig, ClientConfig } from '../config/schema.ts';
import type { TenantControl } from '../control/control.ts';
import type { SignInOptions, StorageState } from '../control/sign-in.ts';
import type { ListenOptions } from '../listen.ts';
import type { TenantOptions } from '../tenant.ts';
import type { TokenResponse } from '../tokens/issue.ts';
import type { AskedCode } from './answer-codes.ts';
import type { TestClock } from './test-clock.ts';
import type { TestAppOptions } from './test-config.ts';
import type { TestFaults } from './test-faults.ts';
import type { TestOutbox } from './test-outbox.ts';
import type { TestUser, TestUserInput, TestUsers } from './test-users.ts';

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
  /** Whether a browser with these cookies is still signed in: after a reset, say, it is not. */
  isSignedIn(state: {
    readonly cookies: readonly { readonly name: string; readonly value: string }[];
  }): Promise<boolean>;
  /** Everything else a test may do. */
  readonly control: TenantControl;
  /** Back to the start: users, clock, faults, messages. Clients and APIs made meanwhile stay. Fast enough for each test. */
  reset(): Promise<void>;
  close(): Promise<void>;
}
