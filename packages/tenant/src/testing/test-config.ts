import { DEFAULT_CONNECTION } from '../config/sample.ts';
import { type GrantType, grantTypes, type TenantConfigInput } from '../config/schema.ts';

export interface TestAppOptions {
  /** Of the app under test. Default `test-app`. */
  readonly clientId?: string;
  /** Identifier of its API. Default `https://api.test`. */
  readonly audience?: string;
  /** Scopes of that API. Default `read:things` and `write:things`. */
  readonly scopes?: readonly string[];
  /** Callbacks and logout addresses beside any loopback address. */
  readonly callbacks?: readonly string[];
  /**
   * Of its database: further ways in (`passkeys`, `emailOtp`, `phoneOtp`), sign-up, usernames, password policy. Default: e-mail
   * and password.
   */
  readonly database?: TestDatabaseOptions;
  /** Anything else of the configuration, second factors or organizations, say; a list named here replaces the kit's own. */
  readonly config?: Partial<TenantConfigInput>;
}

export type TestDatabaseOptions = Omit<
  NonNullable<TenantConfigInput['connections']>[number],
  'name' | 'strategy' | 'displayName'
>;

export const defaults = { clientId: 'test-app', audience: 'https://api.test', scopes: ['read:things', 'write:things'] };

/** Of a confidential client, which an app under test is not. */
const grants = grantTypes.filter((grant): grant is GrantType => grant !== 'client_credentials');

/** One app that may do all a public client can, one API, one database; e-mail and text messages; nobody in it. */
export function createTestConfig(options: TestAppOptions): TenantConfigInput {
  const {
    clientId = defaults.clientId,
    audience = defaults.audience,
    scopes = defaults.scopes,
    callbacks = [],
    database = {},
  } = options;
  return {
    name: 'Test tenant',
    clients: [
      {
        clientId,
        name: 'App under test',
        type: 'spa',
        allowLoopbackCallbacks: true,
        callbacks: [...callbacks],
        logoutUrls: [...callbacks],
        grantTypes: grants,
        // Enough for an answer that was lost and asked for again.
        refreshToken: { leeway: 30 },
      },
    ],
    apis: [{ identifier: audience, name: 'API under test', scopes: [...scopes], allowOfflineAccess: true }],
    connections: [
      { ...database, name: DEFAULT_CONNECTION, strategy: 'auth0', displayName: 'E-mail and password' },
      { name: 'email', strategy: 'email', displayName: 'A code or link by e-mail' },
      { name: 'sms', strategy: 'sms', displayName: 'A code by text message' },
    ],
    // Whoever has a second factor is asked for it.
    mfa: { policy: 'enrolled' },
    ...options.config,
  };
}
