import type { ClientConfig } from '../config/schema.ts';
import type { OAuthError } from '../errors.ts';
import type { RefreshFamily, Store, User } from '../store/store.ts';

/** What a grant proved: who gets tokens, for what. `issue()` makes the tokens from it and knows nothing of grants. */
export interface Subject {
  readonly client: ClientConfig;
  /** Absent when the client acts for itself (`client_credentials`). */
  readonly user?: User | undefined;
  /** Identifier of the API; absent gives an opaque access token that only `/userinfo` takes. */
  readonly audience?: string | undefined;
  /** Already reduced to what client and API allow. */
  readonly scope: readonly string[];
  readonly sessionId?: string | undefined;
  /** Milliseconds: when the person proved who they are. */
  readonly authTime?: number | undefined;
  /** The request asked for `max_age` or `prompt=login`, so ID tokens carry `auth_time`. */
  readonly tellAuthTime?: boolean | undefined;
  readonly nonce?: string | undefined;
  /** Auth0's `gty` claim, for the grants that have one. */
  readonly gty?: 'client-credentials' | 'password' | 'refresh_token' | undefined;
  /** How the person proved who they are (RFC 8176); ID tokens tell it when `mfa` is among it. */
  readonly amr?: readonly string[] | undefined;
  /** The second factor was waived because the browser was remembered; renewals go on from that. */
  readonly rememberedBrowser?: boolean | undefined;
  /** Set by rules at login. They never replace a claim of the protocol. */
  readonly idTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  readonly accessTokenClaims?: Readonly<Record<string, unknown>> | undefined;
  /** A new recovery code, for the token response. */
  readonly recoveryCode?: string | undefined;
  /** RFC 7638 thumbprint of the DPoP key the tokens are bound to. */
  readonly dpopJkt?: string | undefined;
  /** The refresh-token family this call belongs to. Without one, `offline_access` begins a new family. */
  readonly family?: RefreshFamily | undefined;
  /**
   * Spends what the grant may be used once for. Runs in the transaction that stores the tokens, so that nothing is spent
   * without an answer and no answer is given twice. Answers with the refresh token of a rotation, if there is one;
   * rejects with `AlreadySpent` when another call was first.
   */
  readonly redeem?: ((store: Store, issued: Issued) => Promise<string | undefined>) | undefined;
}

/** Another call used the grant first; nothing of this one is kept. */
export class AlreadySpent extends Error {
  override readonly name = 'AlreadySpent';
  /** Outside of the transaction: does what reuse calls for, and says why the call is refused. */
  readonly refuse: () => Promise<OAuthError>;
  constructor(refuse: () => Promise<OAuthError>) {
    super('The grant was spent by another call.');
    this.refuse = refuse;
  }
}

/** What was made in a call, for finding it again when it must be revoked. */
export interface Issued {
  readonly accessTokenHash: string;
  readonly accessTokenExpiresAt: number;
  readonly familyId?: string | undefined;
}
