import { AuthError } from '../errors/auth-error.ts';

/** One call of Auth0's JSON API beside the token endpoint, as data. */
export interface ApiCall<P, R> {
  readonly path: string | ((parameters: P) => string);
  /** Default: `POST` where there is a body, else `GET`. */
  readonly method?: 'PATCH' | 'DELETE';
  /** Text, and neither missing nor null. */
  readonly requires: readonly (keyof P & string)[];
  /** Text where they are given. */
  readonly optional?: readonly (keyof P & string)[];
  /** The JSON that is sent, to which `client_id` is added unless a token says who calls. */
  readonly body?: (parameters: P) => Readonly<Record<string, unknown>>;
  /** The token that says who calls, where it is none of the tenant's access tokens. */
  readonly bearer?: (parameters: P) => string;
  /** The access token that says who calls, and its type; by default what the token says of itself. */
  readonly accessToken?: (parameters: P) => { readonly token: string; readonly type?: string | undefined };
  /** What the answer means. Absent: nothing, whatever it holds (plain text, or no body at all). */
  readonly read?: (json: unknown, parameters: P, headers: Headers) => R;
}

export const apiCall = <P, R = void>(definition: ApiCall<P, R>): ApiCall<P, R> => definition;

/**
 * Throws `missing_parameters` (null and undefined, nothing else) or `invalid_parameters`, naming the parameters. A number
 * passes for text: a code read from a form may well be one.
 */
export function checkParameters<P extends object>(
  parameters: P,
  required: readonly (keyof P & string)[],
  optional: readonly (keyof P & string)[] = [],
): void {
  const isGiven = (name: keyof P) => parameters?.[name] !== undefined && parameters[name] !== null;
  const missing = required.filter((name) => !isGiven(name));
  if (missing.length > 0) throw missingParameters(missing.join(', '), missing);
  const invalid = [...required, ...optional.filter(isGiven)].filter(
    (name) => !['string', 'number'].includes(typeof parameters[name]),
  );
  if (invalid.length > 0) throw invalidParameters(`Parameters of the wrong type: ${invalid.join(', ')}`, invalid);
}

export const missingParameters = (what: string, missing: readonly string[]) =>
  new AuthError('MissingParameters', `Missing required parameters: ${what}`, {
    code: 'missing_parameters',
    json: { missing },
  });

export const invalidParameters = (message: string, invalid: readonly string[]) =>
  new AuthError('InvalidParameters', message, { code: 'invalid_parameters', json: { invalid } });

export const asRecord = (json: unknown): Readonly<Record<string, unknown>> => {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw invalidAnswer();
};

export const invalidAnswer = () =>
  new AuthError('InvalidResponse', 'The answer is not what the server should send.', { code: 'invalid_response' });

/** `given_name` to `givenName`; only the names at the top, for what is below them may be the app's own data. */
export function camelCase(json: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(asRecord(json)).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
