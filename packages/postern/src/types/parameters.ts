import type { SafariViewControllerPresentationStyle } from './native.ts';

/** What to ask of the login page; see {@link WebAuth.authorize}. */
export interface WebAuthorizeParameters {
  /** Anti-forgery value. Default: 32 random bytes, which is best; yours is used as given. */
  state?: string;
  /** Binds the ID token to this login. Default: 32 random bytes. */
  nonce?: string;
  /** API the access token is for. Default: the client's `audience`. */
  audience?: string;
  /**
   * Scopes separated by spaces. Default: the client's `scope`, else `openid profile email`. `openid` is added when
   * missing, and `offline_access` where `useRefreshTokens` is on.
   */
  scope?: string;
  /** Name of a connection to go to at once, e.g. `google-oauth2`. */
  connection?: string;
  /** Oldest acceptable sign-in, in seconds; `0` always asks again. Checked in the ID token too. */
  maxAge?: number;
  /** Organization id (`org_…`) or name; checked in the ID token too. */
  organization?: string;
  /** The link of an organization invitation mail; its `invitation` and `organization` are sent. */
  invitationUrl?: string;
  /** Where the login page returns to. Default: the platform's (in a browser, the page's origin). */
  redirectUrl?: string;
  /**
   * More parameters, sent as they are and last: `prompt`, `screen_hint`, `login_hint`, `ui_locales`, `acr_values` … They
   * override what this package would send, save what protects the login (`state`, `nonce`, PKCE, `response_type`,
   * `client_id`, `redirect_uri`), which stays.
   */
  additionalParameters?: Record<string, string | number | boolean | undefined>;
  /** Handed to `onRedirectCallback` after the login; must survive JSON. `{ returnTo: '/path' }` is the usual use. */
  appState?: unknown;
}

/** How the login page is shown. Native options are accepted everywhere and used where they mean something. */
export interface WebAuthorizeOptions {
  /** `redirect` (default in a browser) or `popup`. Call `authorize` straight from the click for `popup`. */
  mode?: 'redirect' | 'popup';
  /** Tolerance for clock differences when the ID token is checked, in seconds. Default 60; 0 means the default. */
  leeway?: number;
  /** How long a popup may stay open, in milliseconds. Default 300 000; in React Native an hour. */
  timeoutMs?: number;
}

/** How the login page is shown on a phone, beside what is for everywhere: {@link WebAuth.authorize}. */
export interface NativeAuthorizeOptions extends WebAuthorizeOptions {
  /** Scheme of the callback URL. Default: `{bundle identifier}.auth0`, in lower case. iOS and Android. */
  customScheme?: string;
  /** Default scheme without its `.auth0`. Default false. iOS and Android. */
  useLegacyCallbackUrl?: boolean;
  /** Shares no cookies with Safari, and so asks nothing before. Default false. iOS. */
  ephemeralSession?: boolean;
  /** Shows the page in an `SFSafariViewController`. Default false. iOS. */
  useSFSafariViewController?: boolean | { presentationStyle?: SafariViewControllerPresentationStyle };
  /** Package names of browsers that may show the page. Default: any. Android. */
  allowedBrowserPackages?: string[];
  /** No effect: Custom Tabs are opened. Taken for react-native-auth0's sake. */
  useTrustedWebActivity?: boolean;
}

/** What to ask of a logout: {@link WebAuth.clearSession}. */
export interface ClearSessionParameters {
  /** Sign out of the identity provider (Google …) too. Default false. */
  federated?: boolean;
  /** Where the logout page returns to; must be registered. Default: the platform's (in a browser, the page's origin). */
  returnToUrl?: string;
}

/** Nothing as yet. */
export type WebClearSessionOptions = object;

/** As those of the login, whose callback URL the logout returns to; see {@link NativeAuthorizeOptions}. */
export interface NativeClearSessionOptions {
  /** As at the login. */
  customScheme?: string;
  /** As at the login. */
  useLegacyCallbackUrl?: boolean;
  /** As at the login. Android. */
  allowedBrowserPackages?: string[];
  /** No effect, as at the login. */
  useTrustedWebActivity?: boolean;
}

/** What a finished redirect login yields beside the tokens. */
export interface RedirectCallbackResult {
  /** As given to `authorize`. */
  appState: unknown;
}

/** What every request may have beside its parameters. */
export interface RequestHeaders {
  /** Headers of this call, over the client's own. */
  headers?: Record<string, string>;
}

/** {@link AuthenticationApi.exchange}. */
export interface ExchangeParameters extends RequestHeaders {
  /** The `code` of the callback. */
  code: string;
  /** The PKCE verifier whose challenge was sent to `/authorize`. */
  verifier: string;
  /** Exactly the `redirect_uri` that was sent to `/authorize`. */
  redirectUri: string;
}

/** {@link AuthenticationApi.refreshToken}. */
export interface RefreshTokenParameters extends RequestHeaders {
  refreshToken: string;
  /** Asks for less than was granted. Default: not sent, so the grant's own scope stands (RFC 6749 section 6). */
  scope?: string;
  audience?: string;
}

/** {@link AuthenticationApi.userInfo}. */
export interface UserInfoParameters extends RequestHeaders {
  /** An access token with the `openid` scope. */
  token: string;
  /** `Bearer` or `DPoP`. Default: what the token says of itself, or else what this client asks for. */
  tokenType?: string;
  /** When given, an answer about any other user is refused (OpenID Connect Core 5.3.2). */
  expectedSubject?: string;
}

/** {@link AuthenticationApi.revoke}. */
export interface RevokeOptions extends RequestHeaders {
  refreshToken: string;
}

/** {@link AuthenticationApi.authorizeUrl}: keys beyond these are added as they are. */
export interface AuthorizeUrlParameters {
  /** Default `code`. */
  responseType?: string;
  /** Must be registered. */
  redirectUri: string;
  /** A random text of this login, to compare with that of the callback. */
  state: string;
  [parameter: string]: string | number | boolean | undefined;
}

/** {@link AuthenticationApi.logoutUrl}. */
export interface LogoutUrlParameters {
  /** Sign out of the identity provider (Google …) too. Default false. */
  federated?: boolean;
  /** Default: the client's own. */
  clientId?: string;
  /** Must be registered. */
  returnTo?: string;
  /** The same; react-native-auth0 knows both names, and prefers this one. */
  returnToUrl?: string;
}
