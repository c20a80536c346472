/** What MFA asks of the person, as the server put it in an `mfa_required` error. */
export interface MfaRequiredErrorPayload {
  readonly error: 'mfa_required';
  readonly errorDescription: string;
  /** Opaque and short-lived: give it to the `mfa` methods. */
  readonly mfaToken: string;
  /** Factors to enrol or to be challenged with; absent where the tenant does not say. */
  readonly mfaRequirements?: MfaRequirements;
}

/** A factor, by its kind. */
export interface MfaFactor {
  readonly type: string;
}

/** What the tenant asks for. */
export interface MfaRequirements {
  readonly challenge?: MfaFactor[];
  readonly enroll?: MfaFactor[];
}

/** What an {@link AuthError} is made of, beside its name and message. */
export interface AuthErrorDetails {
  /** HTTP status; 0 when no response was had. Default 0. */
  readonly status?: number;
  /** Stable code to branch on. Default `unknown_error`. */
  readonly code?: string;
  /** The parsed body or callback parameters behind the error. */
  readonly json?: unknown;
  readonly cause?: unknown;
}

/** Not a symbol: a class with a computed key cannot be left out of a bundle that does not use it. */
const brand = '~postern';
/** Credentials that a server or callback might echo; `mfa_token` is not one: an app needs it to go on. */
const secretFields =
  /^(access_token|refresh_token|id_token|code|code_verifier|password|client_secret|otp|otp_code|auth_session|recovery_code|authorization|token)$/;

/**
 * The base of every error this package raises on purpose.
 *
 * `name`, `code` and `message` are the server's own where there was an answer (`error`, `error_description`), so an
 * Action's deny reason reaches the app word for word. No token, code or verifier is ever in any field.
 *
 * @example
 * try {
 *   await auth0.auth.userInfo({ token });
 * } catch (error) {
 *   if (isAuthError(error) && error.code === 'invalid_token') await auth0.webAuth.authorize();
 * }
 */
export class AuthError extends Error {
  /** Closed word to branch on; narrowed by each subclass. */
  declare readonly type?: string;
  readonly status: number;
  readonly code: string;
  /** The server's body or the callback's parameters, secrets removed. Not enumerable, so that loggers leave it out. */
  declare readonly json: unknown;

  constructor(name: string, message: string, details: AuthErrorDetails = {}) {
    const cause = safeCause(details.cause);
    // Word for word the cause's, it quotes what the cause did.
    super(cause !== details.cause && message === (details.cause as Error).message ? (cause as Error).message : message);
    this.name = name;
    this.status = details.status ?? 0;
    this.code = details.code ?? 'unknown_error';
    hide(this, 'json', withoutSecrets(details.json));
    if (cause !== undefined) hide(this, 'cause', cause);
  }

  /** Which class this is, readable across two loaded copies of the package (`instanceof` is not). */
  get '~postern'(): string {
    return 'AuthError';
  }

  /**
   * The MFA step the server asks for, when `code` is `mfa_required`, wherever that arose; else undefined.
   *
   * @example
   * if (isAuthError(error) && error.mfaRequired) await auth0.mfa.getAuthenticators(error.mfaRequired);
   */
  get mfaRequired(): MfaRequiredErrorPayload | undefined {
    const json = this.json as Record<string, unknown> | undefined;
    if (this.code !== 'mfa_required' || typeof json?.mfa_token !== 'string') return undefined;
    const mfaRequirements = readRequirements(json.mfa_requirements);
    return {
      error: 'mfa_required',
      errorDescription: this.message,
      mfaToken: json.mfa_token,
      ...(mfaRequirements ? { mfaRequirements } : {}),
    };
  }

  /** Seconds to wait before the next try, where a 429 or 503 said so (`Retry-After`). */
  get retryAfter(): number | undefined {
    return (this.json as { retry_after?: number } | undefined)?.retry_after;
  }

  /** For logs: never holds `json`, `cause` or anything secret. */
  toJSON(): Record<string, unknown> {
    const { name, message, status, code, type } = this;
    return { name, message, status, code, ...(type ? { type } : {}) };
  }
}

/** No answer within `timeout`. `code` is `timeout`, `status` 0. */
export class TimeoutError extends AuthError {
  constructor(ms: number) {
    super('TimeoutError', `Request timed out after ${ms}ms`, { code: 'timeout' });
  }
}

/** True for every error of this package, whichever copy of it made the error. */
export function isAuthError(error: unknown): error is AuthError {
  return brandOf(error) !== undefined;
}

export function brandOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? (error as { [brand]?: string })[brand] : undefined;
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: false, configurable: true, writable: true });
}

function withoutSecrets(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key, secretFields.test(key) ? '[redacted]' : value]),
  );
}

/**
 * oauth4webapi hangs whole token responses on `cause`; engines quote the JSON that they could not read, and the value of a
 * header that they refuse. What is left of those says enough; any other error stays the object that it is.
 */
function safeCause(cause: unknown): unknown {
  if (!(cause instanceof Error) || isAuthError(cause)) return cause;
  const { name, message, code, cause: inner } = cause as Error & { code?: unknown };
  const isQuote = /^(Syntax|Type)Error$/.test(name) && /JSON|header value/.test(message);
  const isBare = isQuote || /^(OAUTH|ERR_INVALID_ARG)_/.test(String(code));
  const deeper = isBare ? undefined : safeCause(inner);
  if (deeper === inner && !isBare) return cause;
  const safe = new Error(isQuote ? `Not fit for ${name === 'TypeError' ? 'a header' : 'JSON'}.` : message);
  return Object.assign(safe, { name }, code && { code }, deeper && { cause: deeper });
}

/** `{ challenge: [{ type }], enroll: [{ type }] }`, or the older `{ challenge_types: [type] }`. */
function readRequirements(requirements: unknown): MfaRequirements | undefined {
  if (typeof requirements !== 'object' || requirements === null) return undefined;
  const { challenge_types, ...rest } = requirements as { challenge_types?: readonly string[] };
  return Array.isArray(challenge_types) ? { challenge: challenge_types.map((type) => ({ type })), ...rest } : rest;
}
