import type { ApiCredentials, Credentials } from './credentials.ts';
import type {
  CreatedUser,
  CreateUserParameters,
  DeviceAuthorizationParameters,
  ExchangeNativeSocialParameters,
  LoginEmailParameters,
  LoginSmsParameters,
  PasswordlessEmailParameters,
  PasswordlessSmsParameters,
  PasswordRealmParameters,
  ResetPasswordParameters,
} from './direct.ts';
import type { SessionTransferCredentials, SSOExchangeParameters } from './exchange.ts';
import type {
  LoginOobParameters,
  LoginOtpParameters,
  LoginRecoveryCodeParameters,
  MfaChallengeParameters,
  MfaChallengeResponse,
} from './mfa.ts';
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
   * here alone, or offline, use `credentialsManager.clearCredentials()`. In a browser the page leaves for the tenant's logout.
   *
   * @throws `USER_CANCELLED` the logout page was closed (React Native); `BROWSER_NOT_AVAILABLE` nothing to show it in;
   * `INVALID_CONFIGURATION`.
   * @example
   * await auth0.webAuth.clearSession({ returnToUrl: 'https://app.example.com/goodbye' });
   */
  clearSession: (parameters?: ClearSessionParameters, options?: NativeClearSessionOptions) => Promise<void>;
  /**
   * Finishes a login from its callback URL. `session.start()` does this by itself; call it when a router owns the URL.
   *
   * @param url Default: the URL the page or app was opened with.
   * @throws `INVALID_STATE` the URL belongs to no login of this client (or was used before); see also `authorize`.
   * @example
   * const { appState } = await auth0.webAuth.handleRedirectCallback(url);
   * const { returnTo } = (appState ?? {}) as { returnTo?: string };
   * router.replace(safeReturnTo(returnTo) ?? '/');
   */
  handleRedirectCallback: (url?: string) => Promise<RedirectCallbackResult>;
  /**
   * Asks the tenant, without showing anything, whether a session is open there, and joins it. Never asks the person. In a
   * browser alone: elsewhere it does nothing.
   *
   * @throws `NETWORK_ERROR`, `TIMEOUT_ERROR`, `ID_TOKEN_VALIDATION_FAILED`. That nobody is signed in there is no error.
   * @example
   * await auth0.webAuth.checkWebSession();
   * if ((await auth0.webAuth.getWebUser()) === null) await auth0.webAuth.authorize();
   */
  checkWebSession: () => Promise<void>;
  /**
   * The user of the stored session, all claims included, or null. No network.
   *
   * @example
   * const name = (await auth0.webAuth.getWebUser())?.name ?? 'Nobody';
   */
  getWebUser: () => Promise<User | null>;
  /**
   * Ends a login on screen, whose `authorize` rejects with `USER_CANCELLED`: a popup, the system's browser,
   * the wait for it in Node. Does nothing where none can be ended. Never rejects.
   *
   * @example
   * setTimeout(() => auth0.webAuth.cancelWebAuth(), 60_000);
   * await auth0.webAuth.authorize({}, { mode: 'popup' });
   */
  cancelWebAuth: () => Promise<void>;
  /**
   * Finishes a login whose process was ended while the browser was open (Android): its credentials, once; else null. In a
   * browser the same for a login that waits in the address. In Node always null.
   *
   * @throws As `authorize`.
   * @example
   * const resumed = await auth0.webAuth.resumeSession();
   * if (resumed) console.log('Welcome back', (await auth0.webAuth.getWebUser())?.name);
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
   * @example
   * await auth0.credentialsManager.saveCredentials(await auth0.auth.exchange({ code, verifier, redirectUri }));
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
   * @throws `NO_CREDENTIALS` nobody is signed in; `NO_REFRESH_TOKEN`; `RENEW_FAILED` the grant has ended (code
   * `invalid_grant`: the session is over), wants a second factor (`mfa_required`) or brought a wrong ID token; `NO_NETWORK`
   * and `API_ERROR` try again later, the session stays; `LARGE_MIN_TTL` the tenant's tokens do not live that long
   * (the renewed token is kept); `SESSION_EXPIRED`; `STORE_FAILED`.
   * @example
   * const { accessToken } = await auth0.credentialsManager.getCredentials('read:notes', 60);
   */
  getCredentials: (
    scope?: string,
    minTtl?: number,
    parameters?: Record<string, unknown>,
    forceRefresh?: boolean,
  ) => Promise<Credentials>;
  /**
   * Whether `getCredentials` has something to work with: an access token that is live, or a refresh token. No network, so that
   * a grant that the tenant has ended is not noticed.
   *
   * @param minTtl Seconds the access token must still live, where there is no refresh token. Default 0.
   * @example
   * if (!(await auth0.credentialsManager.hasValidCredentials(60))) await auth0.webAuth.authorize();
   */
  hasValidCredentials: (minTtl?: number) => Promise<boolean>;
  /**
   * Forgets the credentials and their key, in every tab; the session at the tenant stays. Works offline.
   *
   * @throws `STORE_FAILED` something may be left in the store; the next start removes it.
   * @example
   * await auth0.credentialsManager.clearCredentials();
   */
  clearCredentials: () => Promise<void>;
  /**
   * An access token for another API than the login's, kept and renewed like the stored credentials, whose refresh token it
   * is got with (multi-resource refresh tokens). In a browser that wants `useMrrt`; without it a silent iframe is tried.
   *
   * @param audience Identifier of the API.
   * @param scope Scopes the token must have. A subset of what was asked for before costs nothing; others are added to it.
   * The tenant may grant less: see the answer's `scope`. Default: all that the tenant allows.
   * @param minTtl Seconds the token must still live. Default 0.
   * @param parameters Sent with the request.
   * @throws As `getCredentials`; `API_EXCHANGE_FAILED` the tenant gives this client no token for that API; code
   * `missing_parameters` no audience. A failure keeps nothing and ends nothing but a session whose grant has ended.
   * @example
   * const { accessToken } = await auth0.credentialsManager.getApiCredentials('https://files.example.com', 'read:files');
   */
  getApiCredentials: (
    audience: string,
    scope?: string,
    minTtl?: number,
    parameters?: Record<string, unknown>,
  ) => Promise<ApiCredentials>;
  /**
   * Forgets the token for one API.
   *
   * @param scope Only if the token was asked for with these scopes. Default: in any case.
   * @throws `STORE_FAILED`.
   * @example
   * await auth0.credentialsManager.clearApiCredentials('https://files.example.com');
   */
  clearApiCredentials: (audience: string, scope?: string) => Promise<void>;
  /**
   * Exchanges the stored refresh token for a token that signs a browser in (Native to Web SSO); what the tenant renews with
   * that is stored. Native apps and Node only. See `sessionTransferUrl` and `sessionTransferCookie`.
   *
   * @param parameters Sent with the request.
   * @param headers Of this request.
   * @throws As `getCredentials`; code `unsupported_operation` in a browser; `unauthorized_client` the client may not.
   * @example
   * const transfer = await auth0.credentialsManager.getSSOCredentials();
   * await openBrowser(sessionTransferUrl('https://app.example.com/login', transfer));
   */
  getSSOCredentials: (
    parameters?: Record<string, unknown>,
    headers?: Record<string, string>,
  ) => Promise<SessionTransferCredentials>;
}

/**
 * The tenant's authentication API, without touching what is stored: `auth0.auth`. Failures are `AuthError`s with the
 * server's `code` and `message`; each method also rejects with `missing_parameters` or `invalid_parameters`,
 * `network_error` and `timeout`. Run a login inside `auth0.session.login` to store it; the hook's methods do so.
 *
 * Any login may reject with code `mfa_required`: `error.mfaRequired` then holds what the `mfa` methods need.
 */
export interface AuthenticationApi {
  /**
   * Signs in with a password. Wants the password-realm grant enabled for the client.
   *
   * @throws code `invalid_grant` wrong username or password; `mfa_required`; `too_many_attempts` (429) blocked for now;
   * `password_leaked` the password is known from a breach; `requires_verification` the tenant takes the caller for a
   * robot: send the person to `webAuth.authorize` with `connection` and `login_hint`; `unauthorized` blocked user;
   * `access_denied` refused by the tenant's rules, with their text.
   * @example
   * const realm = 'Username-Password-Authentication';
   * await auth0.session.login(() => auth0.auth.passwordRealm({ username: 'user@example.com', password, realm }));
   */
  passwordRealm: (parameters: PasswordRealmParameters) => Promise<Credentials>;
  /**
   * Signs in with what the SDK of Apple, Facebook or Google gave to the app.
   *
   * @throws code `invalid_grant` or `access_denied` refused by the provider; `invalid_request` unknown token type;
   * `mfa_required`.
   * @example
   * const subjectTokenType = 'http://auth0.com/oauth/token-type/apple-authz-code';
   * await auth0.session.login(() => auth0.auth.exchangeNativeSocial({ subjectToken, subjectTokenType }));
   */
  exchangeNativeSocial: (parameters: ExchangeNativeSocialParameters) => Promise<Credentials>;
  /**
   * Signs a new user up in a database. Nobody is signed in by that.
   *
   * @throws code `invalid_password` too weak: `passwordRulesOf(error)` tells which rules are unmet; `invalid_signup`,
   * `user_exists` or `username_exists` taken; `public signup is disabled`; `requires_verification`; `too_many_requests`.
   * @example
   * const connection = 'Username-Password-Authentication';
   * const { id } = await auth0.auth.createUser({ email: 'new@example.com', password, connection });
   */
  createUser: (parameters: CreateUserParameters) => Promise<CreatedUser>;
  /**
   * Has a mail sent with a link to choose a new password. The same answer for people the tenant does not know.
   *
   * @throws code `too_many_requests` (429) many mails to one address; a connection that is no database (400).
   * @example
   * await auth0.auth.resetPassword({ email: 'user@example.com', connection: 'Username-Password-Authentication' });
   */
  resetPassword: (parameters: ResetPasswordParameters) => Promise<void>;
  /**
   * Has a code or link sent by mail. A code is then given to `loginWithEmail`; a link finishes by itself.
   *
   * @throws code `bad.email`, `bad.connection`, `bad.send`, `bad.authParams`; `too_many_requests` (429).
   * @example
   * await auth0.auth.passwordlessWithEmail({ email: 'user@example.com', send: 'code' });
   */
  passwordlessWithEmail: (parameters: PasswordlessEmailParameters) => Promise<void>;
  /**
   * Has a code sent by SMS, to be given to `loginWithSMS`.
   *
   * @throws code `bad.phone_number`, `bad.connection`, `bad.send`; `sms_provider_error`; `too_many_requests` (429).
   * @example
   * await auth0.auth.passwordlessWithSMS({ phoneNumber: '+15550100', send: 'code' });
   */
  passwordlessWithSMS: (parameters: PasswordlessSmsParameters) => Promise<void>;
  /**
   * Signs in with the code of the newest mail. It works once, for a few minutes, and dies of three wrong tries.
   *
   * @throws code `invalid_grant` wrong, old or used code; `mfa_required`; `too_many_attempts` (429).
   * @example
   * await auth0.session.login(() => auth0.auth.loginWithEmail({ email: 'user@example.com', code }));
   */
  loginWithEmail: (parameters: LoginEmailParameters) => Promise<Credentials>;
  /**
   * Signs in with the code of the newest message; see `loginWithEmail`.
   *
   * @throws As `loginWithEmail`.
   * @example
   * await auth0.session.login(() => auth0.auth.loginWithSMS({ phoneNumber: '+15550100', code }));
   */
  loginWithSMS: (parameters: LoginSmsParameters) => Promise<Credentials>;
  /**
   * Signs in on another device (RFC 8628): for terminals, TVs, and wherever no browser can be shown. The person opens
   * `verificationUri` there and enters `userCode`. Resolves once they have allowed it. Run it inside `session.login` to store
   * the credentials.
   *
   * @throws code `access_denied` they did not allow it; `expired_token` nobody did in time; `unauthorized_client` the client
   * lacks the grant; `unsupported_operation` the server knows no device flow; `a0.session.user_cancelled` `signal` ended it.
   * @example
   * await auth0.session.login(() =>
   *   auth0.auth.deviceAuthorization({
   *     onUserCode: ({ userCode, verificationUri }) => console.log(`Open ${verificationUri} and enter ${userCode}`),
   *   }),
   * );
   */
  deviceAuthorization: (parameters: DeviceAuthorizationParameters) => Promise<Credentials>;
  /** @deprecated Gone in react-native-auth0 6: use `mfa.verify({ mfaToken, otp })`. */
  loginWithOTP: (parameters: LoginOtpParameters) => Promise<Credentials>;
  /** @deprecated Gone in react-native-auth0 6: use `mfa.verify({ mfaToken, oobCode, bindingCode })`. */
  loginWithOOB: (parameters: LoginOobParameters) => Promise<Credentials>;
  /** @deprecated Gone in react-native-auth0 6: use `mfa.verify({ mfaToken, recoveryCode })`. */
  loginWithRecoveryCode: (parameters: LoginRecoveryCodeParameters) => Promise<Credentials>;
  /** @deprecated Gone in react-native-auth0 6: use `mfa.challenge({ mfaToken, authenticatorId })`. */
  multifactorChallenge: (parameters: MfaChallengeParameters) => Promise<MfaChallengeResponse>;
  /**
   * Exchanges a code that you obtained yourself; see `authorizeUrl`.
   *
   * @throws code `invalid_grant` a code that is wrong, old or used, or another verifier or `redirectUri` than the login's;
   * `mfa_required`.
   * @example
   * await auth0.session.login(() => auth0.auth.exchange({ code, verifier, redirectUri }));
   */
  exchange: (parameters: ExchangeParameters) => Promise<Credentials>;
  /**
   * Renews with a refresh token that you keep yourself. For stored credentials use `credentialsManager.getCredentials`,
   * which alone knows how to share one renewal. Without a new refresh token in the answer, the given one is returned.
   *
   * @throws code `invalid_grant` the grant has ended: begin a new login; `mfa_required`; `access_denied` by the tenant's rules.
   * @example
   * const { accessToken, refreshToken } = await auth0.auth.refreshToken({ refreshToken: token });
   */
  refreshToken: (parameters: RefreshTokenParameters) => Promise<Credentials>;
  /**
   * The profile as the tenant knows it now; standard claims camelCase, others under their own name.
   *
   * @throws code `invalid_token` the token is too old, or not for this; `invalid_response` it is about another than
   * `expectedSubject`.
   * @example
   * const { accessToken: token, tokenType } = credentials;
   * const { name, emailVerified } = await auth0.auth.userInfo({ token, tokenType });
   */
  userInfo: (parameters: UserInfoParameters) => Promise<User>;
  /**
   * As `credentialsManager.getSSOCredentials`, with a refresh token that you keep yourself.
   *
   * @throws code `unsupported_operation` in a browser; `invalid_grant`; `unauthorized_client`, `access_denied`.
   * @example
   * const transfer = await auth0.auth.ssoExchange({ refreshToken: token });
   * await openBrowser(sessionTransferUrl('https://app.example.com/login', transfer));
   */
  ssoExchange: (parameters: SSOExchangeParameters) => Promise<SessionTransferCredentials>;
  /**
   * Revokes a refresh token, and with it its whole grant. An unknown one is no error.
   *
   * @throws code `network_error`, `timeout`: it may be good still.
   * @example
   * await auth0.auth.revoke({ refreshToken: token });
   */
  revoke: (parameters: RevokeOptions) => Promise<void>;
  /**
   * The authorization URL for a flow that you run yourself: `exchange` takes what comes back. Keep `state` and compare it.
   * No network.
   *
   * @example
   * const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
   * openBrowser(auth0.auth.authorizeUrl({ redirectUri, state: crypto.randomUUID(), scope: 'openid', ...challenge }));
   */
  authorizeUrl: (parameters: AuthorizeUrlParameters) => string;
  /**
   * The logout URL, for a sign-out that you run yourself. No network.
   *
   * @example
   * openBrowser(auth0.auth.logoutUrl({ returnTo: 'https://app.example.com/' }));
   */
  logoutUrl: (parameters?: LogoutUrlParameters) => string;
}
