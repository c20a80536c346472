/** How an access token is presented to an API. */
export const TokenType = { bearer: 'Bearer', dpop: 'DPoP' } as const;
export type TokenType = (typeof TokenType)[keyof typeof TokenType];

/** What a login or renewal yields. */
export interface Credentials {
  /** JWT about the user; empty when the server sent none (a grant without `openid`). */
  idToken: string;
  accessToken: string;
  /** `Bearer` or `DPoP`. */
  tokenType: string;
  /** When the access token ends, in Unix seconds: time of receipt plus the server's `expires_in`. */
  expiresAt: number;
  /** Present when `offline_access` was granted. */
  refreshToken?: string;
  /** What was granted, separated by spaces. */
  scope?: string;
  /** When the whole session ends whatever is renewed (the ID token's `session_expiry`), in Unix seconds. */
  sessionExpiresAt?: number;
  /**
   * After a login with a recovery code: the one that replaces it, to be shown once. Not enumerable, so that it is never
   * stored or copied along with the tokens.
   */
  readonly recoveryCode?: string;
}

/** An access token for one API. */
export interface ApiCredentials {
  accessToken: string;
  tokenType: string;
  /** Unix seconds. */
  expiresAt: number;
  scope?: string;
}
