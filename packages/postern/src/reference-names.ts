import type { Auth0 } from './auth0.ts';
import type {
  CredentialsManagerErrorType,
  DPoPErrorType,
  MfaErrorType,
  PasskeyErrorType,
  WebAuthErrorType,
} from './errors/index.ts';
import type {
  AuthenticationApi,
  CredentialsManager,
  DPoPHeadersParams,
  IMfaClient,
  IMyAccountClient,
  IPasswordlessClient,
  WebAuth,
} from './types/index.ts';

/**
 * Names that react-native-auth0 has for types of this package: those of version 5 for answers as they come from the server,
 * and those that version 6 makes public, with and without their prefix. They are types alone and cost nothing.
 */

/** The token endpoint's answer. {@link Credentials} is what becomes of it. */
export interface NativeCredentialsResponse {
  id_token: string;
  access_token: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
  refresh_token: string | undefined;
  scope: string | undefined;
  [key: string]: unknown;
}

/** The token endpoint's answer to an exchange for a session transfer token. */
export interface SSOCredentialsResponse {
  access_token: string;
  issued_token_type: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
  id_token?: string;
  refresh_token?: string;
}

export type Auth0Client = Omit<Auth0, 'session'>;
export type IAuth0Client = Auth0Client;
export type WebAuthProvider = WebAuth;
export type IWebAuthProvider = WebAuth;
export type ICredentialsManager = CredentialsManager;
export type AuthenticationProvider = AuthenticationApi;
export type IAuthenticationProvider = AuthenticationApi;
export type MfaClient = IMfaClient;
export type MyAccountClient = IMyAccountClient;
export type PasswordlessClient = IPasswordlessClient;
export type DPoPHeadersParameters = DPoPHeadersParams;

export type WebAuthErrorCode = WebAuthErrorType;
export type CredentialsManagerErrorCode = CredentialsManagerErrorType;
export type DPoPErrorCode = DPoPErrorType;
export type MfaErrorCode = MfaErrorType;
export type PasskeyErrorCode = PasskeyErrorType;
/** Every `type` of an error with a closed list of such. */
export type Auth0ErrorCode =
  | WebAuthErrorCode
  | CredentialsManagerErrorCode
  | DPoPErrorCode
  | MfaErrorCode
  | PasskeyErrorCode;
