import type { ClientConfig } from '../../config/schema.ts';
import type { TenantContext } from '../../context.ts';
import { OAuthError, type OAuthErrorOptions } from '../../errors.ts';
import type { Parameters } from '../../http/body.ts';
import type { AuthorizeParams } from '../../sessions/interactions.ts';

/** Refused before it is known where an answer may go: the person sees an error page, and nobody is redirected. */
export class PageError extends OAuthError {}

/** Refused after client and redirect URI were found good: the application receives `error` and `error_description`. */
export class RedirectError extends OAuthError {
  constructor(error: string, description: string, options: Pick<OAuthErrorOptions, 'explanation'> = {}) {
    super(error, description, options);
  }
}

/** A request whose client and redirect URI are good. */
export interface AuthorizeRequest {
  readonly tenant: TenantContext;
  readonly client: ClientConfig;
  readonly redirectUri: string;
  /** What was sent. */
  readonly sent: Parameters;
}

/** One check: throws a `RedirectError`, or answers with the parameters it found good. */
export type Check = (request: AuthorizeRequest) => Partial<AuthorizeParams>;
