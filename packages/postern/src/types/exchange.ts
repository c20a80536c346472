import type { DirectLoginParameters } from './direct.ts';
import type { RequestHeaders } from './parameters.ts';

/** {@link Auth0.customTokenExchange}. */
export interface CustomTokenExchangeParameters extends DirectLoginParameters {
  /** The other issuer's token. */
  subjectToken: string;
  /** What kind it is: an absolute URI that the tenant has a profile for, e.g. `urn:acme:legacy-session`. */
  subjectTokenType: string;
  /** Organization id (`org_…`) or name; checked in the ID token too. */
  organization?: string;
  /** Who acts for the user; with `actorTokenType`. The answer then has no refresh token. */
  actorToken?: string;
  actorTokenType?: string;
}

/** {@link AuthenticationApi.ssoExchange}. */
export interface SSOExchangeParameters extends RequestHeaders {
  refreshToken: string;
}

/** What signs a browser in without asking the person again. */
export interface SessionTransferCredentials {
  /** Good once, for about a minute. Secret: whoever has it is signed in. */
  sessionTransferToken: string;
  /** `urn:auth0:params:oauth:token-type:session_transfer_token`. */
  tokenType: string;
  /** Seconds. */
  expiresIn: number;
  idToken?: string;
  /** Where the tenant rotates refresh tokens: the one that counts now. */
  refreshToken?: string;
}
