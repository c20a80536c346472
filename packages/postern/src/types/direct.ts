import type { RequestHeaders } from './parameters.ts';
import type { User } from './user.ts';

/** What every login from the app's own form may ask for. */
export interface DirectLoginParameters extends RequestHeaders {
  /** API the access token is for. Default: the client's `audience`. */
  audience?: string;
  /**
   * Scopes separated by spaces. Default: the client's `scope`, else `openid profile email`. `openid` is added when
   * missing, and `offline_access` where `useRefreshTokens` is on, just as in `authorize`.
   */
  scope?: string;
}

/** {@link AuthenticationApi.passwordRealm}. */
export interface PasswordRealmParameters extends DirectLoginParameters {
  /** The e-mail address, or the username where the connection has such. */
  username: string;
  password: string;
  /** Name of the database connection, e.g. `Username-Password-Authentication`. */
  realm: string;
}

/** {@link AuthenticationApi.exchangeNativeSocial}. */
export interface ExchangeNativeSocialParameters extends DirectLoginParameters {
  /** What the provider's own SDK gave to the app. */
  subjectToken: string;
  /** What kind it is, e.g. `http://auth0.com/oauth/token-type/apple-authz-code`. */
  subjectTokenType: string;
  /** The profile as JSON text, where the provider tells it to the app alone (Facebook; Apple's first login). */
  userProfile?: string;
}

/** {@link AuthenticationApi.createUser}. */
export interface CreateUserParameters extends RequestHeaders {
  email: string;
  password: string;
  /** Name of the database connection. */
  connection: string;
  username?: string;
  phone_number?: string;
  given_name?: string;
  family_name?: string;
  name?: string;
  nickname?: string;
  picture?: string;
  /** Kept at the user as `user_metadata`: at most 10 properties, text of at most 500 characters each. */
  metadata?: object;
}

/** A user who has just signed up. Nobody is signed in by that. */
export interface CreatedUser extends Partial<User> {
  /** Without the connection's prefix: `sub` will be `auth0|<id>`. */
  id: string;
  /** As given: its property names are the app's own. */
  userMetadata?: Record<string, unknown>;
}

/** {@link AuthenticationApi.resetPassword}. */
export interface ResetPasswordParameters extends RequestHeaders {
  email: string;
  /** Name of the database connection. */
  connection: string;
  /** Organization id (`org_…`) for the template of the mail. */
  organization?: string;
}

interface PasswordlessParameters extends RequestHeaders {
  /** A `code` to type in, or a `link` to open. Default: the tenant's, which is `link` for e-mail and `code` for SMS. */
  send?: 'link' | 'code';
  /** For links: parameters of the login that the link finishes, such as `redirect_uri`, `scope` and `state`. */
  authParams?: object;
}

/** {@link AuthenticationApi.passwordlessWithEmail}. */
export interface PasswordlessEmailParameters extends PasswordlessParameters {
  email: string;
}

/** {@link AuthenticationApi.passwordlessWithSMS}. */
export interface PasswordlessSmsParameters extends PasswordlessParameters {
  /** With `+` and country code (E.164). */
  phoneNumber: string;
}

/** {@link AuthenticationApi.loginWithEmail}. */
export interface LoginEmailParameters extends DirectLoginParameters {
  /** Where the code was sent. */
  email: string;
  code: string;
}

/** {@link AuthenticationApi.loginWithSMS}. */
export interface LoginSmsParameters extends DirectLoginParameters {
  /** Where the code was sent. */
  phoneNumber: string;
  code: string;
}

/** What to tell the person. */
export interface DeviceUserCode {
  /** To be entered at `verificationUri`, or compared with what `verificationUriComplete` shows. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** With the code in it, for a QR code or a link; absent where the server gives none. */
  readonly verificationUriComplete?: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** {@link AuthenticationApi.deviceAuthorization}. */
export interface DeviceAuthorizationParameters extends DirectLoginParameters {
  /** Called once, as soon as there is a code. */
  onUserCode: (code: DeviceUserCode) => void;
  /** Ends the waiting. */
  signal?: AbortSignal;
}
