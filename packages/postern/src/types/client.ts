import type { Credentials } from './credentials.ts';
import type {
  AuthorizeUrlParameters,
  ClearSessionParameters,
  ExchangeParameters,
  LogoutUrlParameters,
  NativeAuthorizeOptions,
  NativeClearSessionOptions,
  RedirectCallbackResult,
  RefreshTokenParameters,
  RevokeOptions,
  UserInfoParameters,
  WebAuthorizeParameters,
} from './parameters.ts';
import type { User } from './user.ts';

/** Signing in and out through the login page: `auth0.webAuth`. Failures are `WebAuthError`s. */
export interface WebAuth {
  /**
   * Signs in on the login page, stores the credentials and sets the session's user.
   *
   * Where the page itself navigates away (`mode: 'redirect'`) the promise stays pending: the login goes on after the
   * reload, in `session.start()` or `handleRedirectCallback()`. Should the person come back by the Back button to the kept
   * page, it rejects with `USER_CANCELLED`. For `mode: 'popup'` call it straight from the click, before any `await`.
   *
   * @throws `USER_CANCELLED` closed or denied by closing; `ACCESS_DENIED` refused, with the server's text;
   * `NETWORK_ERROR`; `TIMEOUT_ERROR` a popup open for too long; `INVALID_STATE`, `ID_TOKEN_VALIDATION_FAILED` the
   * answer does not belong to this login; `BROWSER_NOT_AVAILABLE` nothing to show the page in (a blocked popup, Node).
   * @example
   * const credentials = await auth0.webAuth.authorize({ audience: 'https://api.example.com' }, { mode: 'popup' });
   */
  authorize: (parameters?: WebAuthorizeParameters, options?: NativeAuthorizeOptions) => Promise<Credentials>;
  /**
   * Signs out at the tenant and here. A cancelled or failed browser step leaves the session as it was; for signing out
   * here alone, or offline, use `credentialsManager.clearCredentials()`.
   */
  clearSession: (parameters?: ClearSessionParameters, options?: NativeClearSessionOptions) => Promise<void>;
  /**
   * Finishes a login from its callback URL. `session.start()` does this by itself; call it when a router owns the URL.
   *
   * @param url Default: the URL the page or app was opened with.
   * @throws `INVALID_STATE` the URL belongs to no login of this client (or was used before); see also `authorize`.
   */
  handleRedirectCallback: (url?: string) => Promise<RedirectCallbackResult>;
  /** Asks the tenant, without showing anything, whether a session is open there, and joins it. Never asks the person. */
  checkWebSession: () => Promise<void>;
  /** The user of the stored session, all claims included, or null. No network. */
  getWebUser: () => Promise<User | null>;
  /** Ends a login on screen, whose `authorize` rejects with `USER_CANCELLED`. Does nothing where none can be ended. */
  cancelWebAuth: () => Promise<void>;
  /**
   * Finishes a login whose process was ended while the browser was open (Android): its credentials, once; else null.
   */
  resumeSession: () => Promise<Credentials | null>;
}

/** The stored credentials: `auth0.credentialsManager`. Failures are `CredentialsManagerError`s. */
export interface CredentialsManager {
  /**
   * Stores credentials of a login made by other means. Does not set the session's user. A missing `refreshToken` keeps
   * the one stored for the same user.
   *
   * @throws `INVALID_CREDENTIALS` no access token or no expiry; `STORE_FAILED`.
   */
  saveCredentials: (credentials: Credentials) => Promise<void>;
  /**
   * The stored credentials, renewed first where they are due. However many callers, tabs and clients ask at once, one
   * request is made.
   *
   * @param scope Scopes the token must have. A subset of what is granted costs nothing; others are asked for.
   * @param minTtl Seconds the access token must still live. Default 0.
   * @param parameters Sent with the renewal request.
   * @param forceRefresh Renews in any case (after a change at the tenant, such as a verified e-mail). Default false.
   * @throws `NO_CREDENTIALS` nobody is signed in; `NO_REFRESH_TOKEN`; `RENEW_FAILED` the grant has ended, the session is
   * over; `NO_NETWORK` and `API_ERROR` try again later, the session stays; `LARGE_MIN_TTL` the tenant's tokens do not
   * live that long (the renewed token is kept); `SESSION_EXPIRED`; `STORE_FAILED`.
   * @example
   * const { accessToken } = await auth0.credentialsManager.getCredentials('read:notes', 60);
   */
  getCredentials: (
    scope?: string,
    minTtl?: number,
    parameters?: Record<string, unknown>,
    forceRefresh?: boolean,
  ) => Promise<Credentials>;
  /** Whether `getCredentials` has something to work with: a live access token or a refresh token. No network. */
  hasValidCredentials: (minTtl?: number) => Promise<boolean>;
  /** Forgets the credentials, in every tab; the session at the tenant stays. Works offline. */
  clearCredentials: () => Promise<void>;
}

/** The tenant's authentication API, without touching what is stored: `auth0.auth`. Failures are `AuthError`s. */
export interface AuthenticationApi {
  /** Exchanges a code that you obtained yourself. */
  exchange: (parameters: ExchangeParameters) => Promise<Credentials>;
  /**
   * Renews with a refresh token that you keep yourself. For stored credentials use `credentialsManager.getCredentials`,
   * which alone knows how to share one renewal. Without a new refresh token in the answer, the given one is returned.
   */
  refreshToken: (parameters: RefreshTokenParameters) => Promise<Credentials>;
  /** The profile as the tenant knows it now; standard claims camelCase, others under their own name. */
  userInfo: (parameters: UserInfoParameters) => Promise<User>;
  /** Revokes a refresh token. An unknown one is no error. */
  revoke: (parameters: RevokeOptions) => Promise<void>;
  /** The authorization URL for a flow that you run yourself. No network. */
  authorizeUrl: (parameters: AuthorizeUrlParameters) => string;
  /** The logout URL. No network. */
  logoutUrl: (parameters?: LogoutUrlParameters) => string;
}
