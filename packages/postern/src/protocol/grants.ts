/** One way to get tokens, as data: what it is called, what it needs, what it sends. */
export interface Grant<P> {
  readonly type: string;
  /** Parameters an app must give; what calls from within this package gives, it has. */
  readonly requires: readonly (keyof P & string)[];
  /** Parameters of the grant's own that may be left out, but are text where they are given. */
  readonly optional?: readonly (keyof P & string)[];
  readonly body: (parameters: P) => Readonly<Record<string, string | undefined>>;
  /** Fields that hold JSON: a form cannot say so, and the request is JSON as a whole. */
  readonly json?: readonly string[];
}

export const grant = <P>(definition: Grant<P>): Grant<P> => definition;

export const grants = {
  authorizationCode: grant<{ code: string; verifier: string; redirectUri: string }>({
    type: 'authorization_code',
    requires: ['code', 'verifier', 'redirectUri'],
    body: ({ code, verifier, redirectUri }) => ({ code, code_verifier: verifier, redirect_uri: redirectUri }),
  }),
  // RFC 6749 section 6: without `scope` the new token has the scope of the grant.
  refreshToken: grant<{
    refreshToken: string;
    scope?: string | undefined;
    audience?: string | undefined;
    more?: object;
  }>({
    type: 'refresh_token',
    requires: ['refreshToken'],
    body: ({ refreshToken, scope, audience, more }) => ({ scope, audience, ...more, refresh_token: refreshToken }),
  }),
};
