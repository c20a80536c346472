import type { ClientConfig, OrganizationConfig } from '../config/schema.ts';
import type { OAuthError } from '../errors.ts';
import type { RefreshFamily, Store, TransferOrigin, User } from '../store/store.ts';

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
  /** The organization the person signed in to. */
  readonly organization?: OrganizationConfig | undefined;
  /** Who acts for the person (RFC 8693 section 4.1). */
  readonly act?: Actor | undefined;
  /** RFC 8693: what kind of token the answer's `access_token` is, told by exchanges alone. */
  readonly issuedTokenType?: string | undefined;
  /** The login came from a session transfer, so nothing of it can be transferred again. */
  readonly origin?: TransferOrigin | undefined;
  /** A session transfer token is made in place of an access token, for a browser at this address. */
  readonly transferTo?: { readonly address: string } | undefined;
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

/** The `act` claim: an actor may itself act by another. */
export interface Actor {
  readonly sub: string;
  readonly iss?: string | undefined;
  readonly act?: Actor | undefined;
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
