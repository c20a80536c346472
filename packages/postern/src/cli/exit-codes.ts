import { isAuthError } from '../errors/auth-error.ts';

/** What the command ends with; documented in its help, for scripts to branch on. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notSignedIn: 3,
  refused: 4,
  unreachable: 5,
} as const;

/** The command line is wrong, or something it needs is not configured. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** The command whose help says more. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}

const notSignedIn = new Set([
  'NO_CREDENTIALS',
  'NO_REFRESH_TOKEN',
  'SESSION_EXPIRED',
  'DPOP_KEY_MISSING',
  'DPOP_KEY_MISMATCH',
  'DPOP_NOT_CONFIGURED',
]);
const refused = new Set(['USER_CANCELLED', 'ACCESS_DENIED', 'TIMEOUT_ERROR']);
const refusedCodes = new Set(['access_denied', 'expired_token', 'a0.session.user_cancelled', 'unauthorized']);
const unreachable = new Set(['NETWORK_ERROR', 'NO_NETWORK']);
const unreachableCodes = new Set(['network_error', 'timeout']);

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (!isAuthError(error)) return exitCodes.failure;
  const { type = '', code, status } = error;
  if (notSignedIn.has(type) || notSignedIn.has(code) || (type === 'RENEW_FAILED' && code === 'invalid_grant'))
    return exitCodes.notSignedIn;
  if (refused.has(type) || refusedCodes.has(code)) return exitCodes.refused;
  if (unreachable.has(type) || unreachableCodes.has(code) || status === 429 || status >= 500)
    return exitCodes.unreachable;
  return error.name === 'InitializationError' ? exitCodes.usage : exitCodes.failure;
}

export function messageOf(error: unknown): string {
  const { message } = error as Error;
  if (exitCodeOf(error) !== exitCodes.unreachable) return message;
  // `fetch` says no more than that it failed; why is with the cause of its causes.
  const reason = deepest(error);
  const detail = reason && !message.includes(reason) ? `${message} (${reason})` : message;
  return `The tenant cannot be reached, or has trouble: ${detail}`;
}

function deepest(error: unknown): string {
  const { cause, message = '' } = error as Error;
  return cause instanceof Error ? deepest(cause) : message || ((error as NodeJS.ErrnoException).code ?? '');
}

/** What to do next, for the errors a person can do something about. */
export function adviceFor(error: unknown): string | undefined {
  if (error instanceof UsageError) return `Try: postern ${error.command ? `${error.command} ` : ''}--help`;
  switch (exitCodeOf(error)) {
    case exitCodes.notSignedIn:
      return 'Sign in with: postern login';
    case exitCodes.unreachable:
      return 'Try again later. Nothing that is stored here was lost.';
    case exitCodes.refused:
      // With 401 this is about the client; a person who refuses, or is refused, is another status or code.
      return isAuthError(error) && error.code === 'access_denied' && error.status === 401
        ? 'The tenant knows no such client, or it may not do this: look at --client-id, or ask postern doctor.'
        : undefined;
    default:
      return isAuthError(error) && error.code === 'a0.browser_not_available'
        ? 'Sign in on another device with: postern login --device'
        : undefined;
  }
}
