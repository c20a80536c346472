import { AuthError } from '../errors/auth-error.ts';

/** One way to get tokens, as data: what it is called, what it needs, what it sends. */
export interface Grant<P> {
  readonly type: string;
  /** Parameters that must be given: null, undefined and nothing else count as missing. */
  readonly requires: readonly (keyof P & string)[];
  readonly body: (parameters: P) => Readonly<Record<string, string | undefined>>;
}

const grant = <P>(definition: Grant<P>): Grant<P> => definition;

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

/** The body of a token request. */
export function grantBody<P extends object>(definition: Grant<P>, parameters: P): Record<string, string> {
  requireParameters(parameters, definition.requires);
  return Object.fromEntries(
    Object.entries(definition.body(parameters)).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );
}

/** Rejects with `missing_parameters`, naming what is missing. */
export function requireParameters<P extends object>(parameters: P, names: readonly (keyof P & string)[]): void {
  const missing = names.filter((name) => parameters?.[name] === undefined || parameters[name] === null);
  if (missing.length > 0)
    throw new AuthError('MissingParameters', `Missing required parameters: ${missing.join(', ')}`, {
      code: 'missing_parameters',
      json: { missing },
    });
}
