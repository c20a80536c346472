import { encodeBase64Url } from '../encoding/base64url.ts';
import { AuthError } from '../errors/auth-error.ts';
import type { Configuration } from '../options.ts';
import type { Random } from '../platform/platform.ts';
import type { WebAuthorizeParameters } from '../types/parameters.ts';
import { digest } from './digest.ts';
import { joinScopes } from './scope.ts';
import { isAuth0, type Server } from './server.ts';
import { clientInformation } from './telemetry.ts';
import { withQuery } from './with-query.ts';

/** A login under way: all that its callback is checked against. Secret; never logged, never in a URL. */
export interface Transaction {
  readonly v: 1;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly server: Server;
  readonly clientId: string;
  readonly audience?: string;
  readonly scope: string;
  readonly organization?: string;
  readonly maxAge?: number;
  readonly leeway?: number;
  readonly appState?: unknown;
  /** Thumbprint of the key that the code will be bound to. */
  readonly jkt?: string;
  readonly mode: string;
  readonly createdAt: number;
  /** Its callback's URL, where no server has answered the token request: the code in it may be good yet. */
  readonly callback?: string;
}

export interface AuthorizeRequest {
  readonly parameters: WebAuthorizeParameters;
  readonly redirectUri: string;
  readonly mode: 'redirect' | 'popup' | 'silent';
  readonly leeway?: number | undefined;
  /** Sent after the mapped parameters, before `additionalParameters`: `prompt=none` of a silent login. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Thumbprint of the key to bind the code to (RFC 9449 section 10). */
  readonly jkt?: string | undefined;
  readonly now: number;
}

/** Begins a login: the URL to show (wire reference section 31) and the transaction its callback will be checked with. */
export async function beginLogin(
  request: AuthorizeRequest,
  server: Server,
  configuration: Configuration,
  random: Random,
): Promise<{ url: string; transaction: Transaction }> {
  const { parameters, redirectUri, mode } = request;
  const { authorization_endpoint: endpoint } = server;
  if (!endpoint)
    throw new AuthError('InvalidMetadata', 'The server names no authorization_endpoint.', {
      code: 'a0.invalid_configuration',
    });
  const secret = () => encodeBase64Url(random.bytes(32));
  const state = parameters.state || secret();
  const nonce = parameters.nonce || secret();
  const verifier = secret();
  const invitation = parameters.invitationUrl ? readInvitation(parameters.invitationUrl) : undefined;
  const organization = invitation?.organization ?? (parameters.organization || undefined);
  const audience = parameters.audience || configuration.audience;
  const scope = loginScope(parameters.scope || configuration.scope, configuration.useRefreshTokens);

  const query: Record<string, string | number | boolean | undefined> = {
    scope,
    audience,
    connection: parameters.connection,
    organization,
    invitation: invitation?.invitation,
    max_age: parameters.maxAge,
    ...(isAuth0(server, configuration) ? { auth0Client: clientInformation() } : {}),
    ...request.extra,
    ...parameters.additionalParameters,
    client_id: configuration.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state,
    nonce,
    code_challenge: await digest(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: request.jkt,
  };
  // What was sent is what the callback is held to, wherever it came from.
  const maxAge = query.max_age === undefined ? undefined : Number(query.max_age);
  const transaction = {
    v: 1,
    state,
    nonce,
    verifier,
    redirectUri,
    server,
    clientId: configuration.clientId,
    audience: text(query.audience),
    scope: text(query.scope) ?? scope,
    organization: text(query.organization),
    maxAge,
    leeway: request.leeway || undefined,
    appState: parameters.appState,
    jkt: request.jkt,
    mode,
    createdAt: request.now,
  } as Transaction;
  return { url: withQuery(endpoint, query), transaction };
}

/** `openid` always, so that there is a user; `offline_access` where a refresh token is wanted. */
export function loginScope(scope: string, offline: boolean): string {
  return joinScopes(scope.split(/\s+/).includes('openid') ? '' : 'openid', scope, offline ? 'offline_access' : '');
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);

function readInvitation(invitationUrl: string): { organization: string; invitation: string } {
  try {
    const { searchParams } = new URL(invitationUrl);
    const organization = searchParams.get('organization');
    const invitation = searchParams.get('invitation');
    if (organization && invitation) return { organization, invitation };
  } catch {
    // Not a URL: the same fault.
  }
  throw new AuthError('InvalidInvitationUrl', 'The invitation URL lacks its "invitation" or "organization".', {
    code: 'INVALID_INVITATION_URL',
  });
}
