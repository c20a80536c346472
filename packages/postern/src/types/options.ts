import type { Platform } from '../platform/platform.ts';
import type { LocalAuthenticationOptions } from './native.ts';

/** Options of {@link Auth0}. */
export interface Auth0Options {
  /**
   * Host name of the tenant (`example.eu.auth0.com`), reached by https; or the whole origin of a tenant on this machine
   * (`http://localhost:4455`).
   */
  domain: string;
  clientId: string;
  /** API that logins ask an access token for. Default: none (the tenant decides). */
  audience?: string;
  /** Scopes that logins ask for. Default `openid profile email`. */
  scope?: string;
  /**
   * Where tokens are kept. Default `memory`: lost on reload (the session then comes back by a silent check, where the
   * browser allows it) but out of reach of anything that reads storage.
   *
   * `localstorage` and `indexeddb` survive reloads and are shared by tabs. **The risk:** any script that gets to run on
   * the page (a compromised dependency, an injection) can read what is stored there, refresh token included. Use them
   * with a strict Content-Security-Policy and rotating refresh tokens.
   *
   * In React Native the secure store of the system is the default, whatever this says, unless it says `memory`.
   *
   * In Node tokens stay in memory whatever this says, unless `platform` is a `createNodePlatform()` of `postern/node`.
   */
  cacheLocation?: 'memory' | 'localstorage' | 'indexeddb';
  /**
   * Ask for a refresh token (`offline_access`) at login. Default **true**: silent iframes no longer work in browsers that
   * block third-party cookies. A tenant or API that allows none simply sends none.
   */
  useRefreshTokens?: boolean;
  /** Try a silent iframe when a renewal is due and there is no refresh token. Default true; browsers only. */
  useRefreshTokensFallback?: boolean;
  /**
   * In a browser: the tenant lets this client's refresh token serve several APIs (multi-resource refresh tokens), so
   * `getApiCredentials` renews with it. Default false: it asks the session at the tenant by a silent iframe, where
   * `useRefreshTokensFallback` allows that. Elsewhere the refresh token is always used. Implies `useRefreshTokens`.
   */
  useMrrt?: boolean;
  /** How long one HTTP exchange may take, headers and body, in milliseconds. Default 10 000. */
  timeout?: number;
  /** Headers of every request to the tenant. */
  headers?: Record<string, string>;
  /**
   * Further attempts of a renewal after a network failure, 429 or 5xx, each after a longer pause (0.5 s, 1 s, 2 s …).
   * Default 0. Apart from this, a renewal whose answer was lost on the way is always tried once more.
   */
  maxRetries?: number;
  /** Keeps the credentials of two clients with the same `domain` and `clientId` apart. */
  credentialsManagerStorageKey?: string;
  /**
   * Binds tokens to a key that stays on the device (DPoP, RFC 9449), so that a stolen token is worthless. Default true,
   * with every server that announces it; others get plain Bearer requests. Tokens bound once can only be renewed with it:
   * switching it off asks for a new login.
   */
  useDPoP?: boolean;
  /** Take a Bearer token from a server that announces DPoP, and was sent a proof, all the same. Default false. */
  allowBearerDowngrade?: boolean;
  /** Tolerance for clock differences when ID tokens are checked, in seconds. Default 60; 0 means the default. */
  leeway?: number;
  /**
   * Allows a `domain` of plain http on another machine (a phone reaching a tenant on the LAN). Everything sent, tokens and
   * passwords, can be read on the way. Never ship it; it warns once.
   */
  dangerouslyAllowInsecureDomain?: boolean;
  /** React Native: the prompt of the system (face, finger, passcode) before stored credentials are handed out. Default: none. */
  localAuthenticationOptions?: LocalAuthenticationOptions;
  /**
   * React Native: the bundle identifier or application id, for the callback URL. Default: what expo-application or the app's
   * configuration says.
   */
  bundleIdentifier?: string;
  /**
   * React Native: a whole WebCrypto for the keys that tokens are bound to and the signatures of ID tokens, such as
   * `react-native-quick-crypto`, for the whole app. Default: ES256, RS256 and PS256 in JavaScript.
   */
  crypto?: { readonly subtle: object };
  /** Ports to use instead of this platform's own: tests and unusual hosts. */
  platform?: Platform;
}

/** The options under their react-native-auth0 names; one set serves every platform here. */
export type NativeAuth0Options = Auth0Options;
export type WebAuth0Options = Auth0Options;
