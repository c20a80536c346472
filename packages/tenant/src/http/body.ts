import type { Context } from 'hono';
import { OAuthError, refuse } from '../errors.ts';

/** A request's parameters by name. A parameter without a value counts as not sent (RFC 6749 section 3.1). */
export type Parameters = Readonly<Record<string, string | undefined>>;

/**
 * The body of a POST as one flat record, whether JSON or a form. The query string is not looked at, so credentials in an address, where they would reach logs, do nothing.
 */
export async function readBody(c: Context): Promise<Parameters> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return parseJson(await c.req.text());
  if (type === 'application/x-www-form-urlencoded') return toParameters(new URLSearchParams(await c.req.text()));
  throw new OAuthError('invalid_request', 'Unsupported content type', {
    status: 415,
    explanation: `The body was sent as ${type === '' ? 'no content type' : type}; use application/json or application/x-www-form-urlencoded.`,
  });
}

/** A query string or form as a record; a name that comes twice is refused. */
export function toParameters(search: URLSearchParams): Parameters {
  const parameters: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of search) {
    if (name in parameters) throw refuse.duplicateParameter(name);
    parameters[name] = value === '' ? undefined : value;
  }
  return parameters;
}

/** The parameter's value, or `invalid_request` "Missing required parameter: …". */
export function requireParameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw refuse.missingParameter(name);
  return value;
}

/** The body of a POST that takes JSON alone, with its own types: a text where a number belongs is told apart. */
export async function readJson(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return parseObject(await c.req.text());
  throw new OAuthError('invalid_request', 'Unsupported content type', {
    status: 415,
    explanation: `The body was sent as ${type === '' ? 'no content type' : type}; use application/json.`,
  });
}

function parseJson(text: string): Parameters {
  const parameters: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(parseObject(text))) parameters[name] = flatten(name, value);
  return parameters;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new OAuthError('invalid_request', 'Invalid JSON body', {
      explanation: 'The body is announced as application/json but is no valid JSON.',
      cause,
    });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new OAuthError('invalid_request', 'The JSON body must be an object');
  }
  return Object.assign(Object.create(null), body);
}

/** JSON clients may send a scope as an array and a passkey's answer as an object. */
function flatten(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (name === 'scope') {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(' ');
    throw new OAuthError('invalid_scope', 'Scope must be an array or a string');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
