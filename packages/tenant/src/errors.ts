import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { TenantContext } from './context.ts';

export interface OAuthErrorOptions {
  /** HTTP status; 400 unless given. */
  readonly status?: ContentfulStatusCode;
  /** A whole sentence for the developer's event log: what came, what was expected, what to change. Never a secret. */
  readonly explanation?: string;
  /** Further members of the JSON body, e.g. `mfa_token`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A refusal in the words of OAuth: `error` is the code on the wire, `message` its `error_description`. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly error: string;
  readonly status: ContentfulStatusCode;
  readonly explanation: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: string, description: string, options: OAuthErrorOptions = {}) {
    super(description, options.cause === undefined ? {} : { cause: options.cause });
    this.error = error;
    this.status = options.status ?? 400;
    this.explanation = options.explanation ?? `${description.replace(/\.?$/, '.')}`;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }
}

/**
 * The refusals whose text clients compare, kept word for word in one place
 * (Auth0 answers most grant failures with 403, where RFC 6749 says 400).
 */
export const refuse = {
  missingParameter: (name: string) => new OAuthError('invalid_request', `Missing required parameter: ${name}`),

  duplicateParameter: (name: string) =>
    new OAuthError('invalid_request', `Duplicate parameter: ${name}`, {
      explanation: `The parameter ${name} was sent more than once; RFC 6749 section 3.1 allows each one once.`,
    }),

  client: (explanation: string) => new OAuthError('access_denied', 'Unauthorized', { status: 401, explanation }),

  /** For a client that used the Authorization header: RFC 6749 section 5.2 asks for a challenge. */
  clientByHeader: (explanation: string) =>
    new OAuthError('invalid_client', 'Unauthorized', {
      status: 401,
      explanation,
      headers: { 'WWW-Authenticate': 'Basic realm="Clients", charset="UTF-8"' },
    }),

  grantNotAllowed: (grantType: string, explanation: string) =>
    new OAuthError('unauthorized_client', `Grant type '${grantType}' not allowed for the client.`, {
      status: 403,
      explanation,
    }),

  unsupportedGrant: (grantType: string) =>
    new OAuthError('unsupported_grant_type', `Unsupported grant type: ${grantType}`, { status: 403 }),

  authorizationCode: (explanation: string) =>
    new OAuthError('invalid_grant', 'Invalid authorization code', { status: 403, explanation }),

  codeVerifier: (explanation: string) =>
    new OAuthError('invalid_grant', 'Failed to verify code verifier', { status: 403, explanation }),

  refreshToken: (explanation: string) =>
    new OAuthError('invalid_grant', 'Unknown or invalid refresh token.', { status: 403, explanation }),

  deletedUser: (explanation: string) =>
    new OAuthError('invalid_grant', "The refresh_token was generated for a user who doesn't exist anymore.", {
      status: 403,
      explanation,
    }),

  blockedUser: (explanation: string) => new OAuthError('unauthorized', 'user is blocked', { status: 401, explanation }),

  credentials: (explanation: string) =>
    new OAuthError('invalid_grant', 'Wrong email or password.', { status: 403, explanation }),

  realm: (realm: string, known: readonly string[]) =>
    new OAuthError('invalid_request', `unknown or invalid realm: ${realm}`, {
      explanation: `The realm ${realm} is no connection this grant can use for the client; those it can use: ${listOf(known)}.`,
    }),

  tooManyAttempts: (description: string, explanation: string) =>
    new OAuthError('too_many_attempts', description, { status: 429, explanation }),

  leakedPassword: (description: string, explanation: string) =>
    new OAuthError('password_leaked', description, { status: 401, explanation }),

  /** With `mfa_token` and `mfa_requirements`, from every grant alike. */
  mfaRequired: (extra: Readonly<Record<string, unknown>>, explanation: string) =>
    new OAuthError('mfa_required', mfaRequiredText, { status: 403, extra, explanation }),

  mfaToken: (explanation: string) =>
    new OAuthError('invalid_grant', 'Malformed mfa_token', { status: 403, explanation }),

  expiredMfaToken: (explanation: string) =>
    new OAuthError('expired_token', 'mfa_token is expired', { status: 401, explanation }),

  otpCode: (explanation: string) => new OAuthError('invalid_grant', 'Invalid otp_code.', { status: 403, explanation }),

  bindingCode: (explanation: string) =>
    new OAuthError('invalid_grant', 'Invalid binding_code.', { status: 403, explanation }),

  oobCode: (explanation: string) => new OAuthError('invalid_grant', 'Malformed oob_code', { status: 403, explanation }),

  mfaRejected: (explanation: string) =>
    new OAuthError('invalid_grant', 'MFA Authorization rejected.', { status: 403, explanation }),

  authorizationPending: () =>
    new OAuthError('authorization_pending', 'Authorization pending: please repeat the request in a few seconds.', {
      status: 403,
      explanation: 'The push was not answered yet; the client polls again.',
    }),

  /** `next` is how long to wait from now on, where it grew. */
  slowDown: (seconds: number, next = seconds) =>
    new OAuthError('slow_down', `You are polling faster than the specified interval of ${seconds} seconds.`, {
      status: 429,
      explanation: `The client asked again before ${seconds} s had passed; the next try may come after ${next} s.`,
      headers: { 'Retry-After': String(next) },
    }),

  tooManyRequests: (explanation: string, headers: Readonly<Record<string, string>> = {}) =>
    new OAuthError('too_many_requests', tooManyRequestsText, { status: 429, headers, explanation }),

  /** `wait`: seconds until there is a try again. */
  tooManyCodes: (explanation: string, wait: number) =>
    new OAuthError('too_many_attempts', 'Too many failed codes. Wait for some minutes before retrying.', {
      status: 429,
      explanation,
      headers: { 'Retry-After': String(wait) },
    }),

  tooManyMessages: (explanation: string, wait: number) =>
    new OAuthError(
      'too_many_attempts',
      'You have exceeded the maximum number of messages per hour. Wait a few minutes and try again.',
      { status: 429, explanation, headers: { 'Retry-After': String(wait) } },
    ),

  audience: (audience: string, known: readonly string[]) =>
    new OAuthError('access_denied', `Service not found: ${audience}`, {
      status: 403,
      explanation: `The audience ${audience} is no API of this tenant; configured: ${listOf(known)}.`,
    }),
} as const;

export const tooManyRequestsText =
  'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.';

export const mfaRequiredText = 'Multifactor authentication required';

/** Names for a sentence: `a, b`, or `none`. */
export function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

/** The OAuth envelope: `{ error, error_description, … }`, never cached. */
export function respondWithError(c: Context, error: OAuthError): Response {
  const body = { error: error.error, error_description: error.message, ...error.extra };
  return c.json(body, error.status, { ...error.headers, ...noStore });
}

export const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' } as const;

/** Answers with which a client that does all right goes on: it repeats with the nonce, asks for the code, asks again later. */
const nextSteps = new Set(['use_dpop_nonce', 'mfa_required', 'authorization_pending']);

/** Tells the developer why something was refused. */
export function recordRefusal(
  tenant: TenantContext,
  type: string,
  error: OAuthError,
  about: { clientId?: string | undefined; userId?: string | undefined; grantType?: string | undefined } = {},
): void {
  tenant.events.record({
    type: nextSteps.has(error.error) ? type.replace(/\.rejected$/, '.continued') : type,
    outcome: nextSteps.has(error.error) ? 'success' : 'failure',
    sentence: error.explanation,
    clientId: about.clientId,
    userId: about.userId,
    details: { error: error.error, ...(about.grantType === undefined ? {} : { grant_type: about.grantType }) },
  });
}
