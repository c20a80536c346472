import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { noStore, type OAuthError } from '../errors.ts';

/** What is wrong with one member of a request. */
export interface ValidationError {
  readonly detail: string;
  readonly field: string;
  /** JSON pointer (RFC 6901) into the body, or the name of a parameter. */
  readonly pointer: string;
  readonly source: 'body' | 'query' | 'path';
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
};

/** A refusal of the My Account API, in the form of RFC 9457 with Auth0's members. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ContentfulStatusCode;
  /** For the event log. */
  readonly explanation: string;
  readonly validationErrors: readonly ValidationError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    detail: string,
    {
      explanation = detail,
      validationErrors = [],
      headers = {},
      cause,
    }: {
      explanation?: string;
      validationErrors?: readonly ValidationError[];
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, cause === undefined ? {} : { cause });
    this.status = status;
    this.explanation = explanation;
    this.validationErrors = validationErrors;
    this.headers = headers;
  }
}

export function badMember(field: string, detail: string): Problem {
  return new Problem(400, detail, {
    explanation: `${field}: ${detail}`,
    validationErrors: [{ detail, field, pointer: `/${field}`, source: 'body' }],
  });
}

/** What the machinery of second factors refused: 429 stays, anything else is a bad request. */
export function toProblem(error: OAuthError): Problem {
  const { message, explanation, headers, status } = error;
  const kept = status === 429 || status === 415 ? status : 400;
  return new Problem(kept, message, { explanation, headers, cause: error });
}

export function respondWithProblem(c: Context, { status, message, validationErrors, headers }: Problem): Response {
  const body = {
    type: `https://auth0.com/api-errors#A0E-${status}-0001`,
    status,
    title: titles[status] ?? 'Error',
    detail: message,
    ...(validationErrors.length === 0 ? {} : { validation_errors: validationErrors }),
  };
  return c.json(body, status, { ...headers, ...noStore, 'Content-Type': 'application/problem+json' });
}

export function notFound(): Problem {
  return new Problem(404, 'The authentication method was not found.');
}

export function orNotFound<T>(method: T | undefined): T {
  if (method !== undefined) return method;
  throw notFound();
}

/** One answer for whatever is wrong with a session; the event log says what it is. */
export function invalidSession(explanation: string): Problem {
  return new Problem(400, 'Invalid or expired auth_session or proof.', { explanation });
}
