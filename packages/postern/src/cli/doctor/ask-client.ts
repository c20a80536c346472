import { logoutUrl } from '../../protocol/logout.ts';
import type { Server } from '../../protocol/server.ts';
import { type Answer, ask, parseObject } from './ask-tenant.ts';
import { textOf } from './read-json.ts';

/** A client as a request names it. */
export interface ClientAddress {
  readonly origin: string;
  readonly clientId: string;
  readonly server: Server;
  readonly audience: string | undefined;
}

/** How the tenant took a request. */
export type Verdict =
  /** With the error that it tells the app, where there is one. */
  | { readonly kind: 'accepted'; readonly error?: string; readonly description?: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown-client' }
  | { readonly kind: 'unclear'; readonly why: string };

/** Registered nowhere (RFC 2606), so that a tenant that takes it takes anything. */
export const foreignCallback = 'https://postern-doctor.invalid/callback';
/** Of the right form; no token request follows that would prove to know what it was made of. */
const challenge = 'x'.repeat(43);

/**
 * A login without cookies and without pages (`prompt=none`), which signs nobody in: the tenant answers `login_required` to an
 * address it knows, and on a page of its own where it does not.
 *
 * @param responseMode `web_message` asks whether pages of that origin may be told.
 */
export async function tryCallback(
  { server, clientId, audience }: ClientAddress,
  redirectUri: string,
  responseMode?: 'web_message',
): Promise<Verdict> {
  const url = new URL(server.authorization_endpoint ?? '');
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    prompt: 'none',
    state: 'postern-doctor',
    nonce: 'postern-doctor',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(audience && { audience }),
    ...(responseMode && { response_mode: responseMode }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  // Without being asked for its page, a server answers a silent login by sending it back.
  return judge(await ask(url.href), redirectUri, responseMode !== undefined);
}

/** A logout without cookies, which ends no session. Undefined where the server has no logout. */
export async function tryLogoutUrl(client: ClientAddress, returnTo: string): Promise<Verdict | undefined> {
  const url = logoutUrl({ returnTo }, client.server, client);
  return url === undefined ? undefined : judge(await ask(url), returnTo, true);
}

function judge(answer: Answer, address: string, mayBePage: boolean): Verdict {
  if (answer.kind === 'failed') return { kind: 'unclear', why: answer.failure.message };
  const { status, headers, text } = answer;
  const location = headers.get('location');
  if (location && status >= 300 && status < 400) {
    if (leadsTo(location, address)) return { kind: 'accepted', ...errorIn(location) };
    // A tenant may show errors at an address of its own.
    const { error, description } = errorIn(location);
    return judgeText(`${error ?? ''} ${description ?? ''}`, status);
  }
  if (status === 200 && mayBePage) return { kind: 'accepted' };
  return judgeText(text, status);
}

/** Auth0's words, the local tenant's, and those that servers of other makes have in common. */
const refusal =
  /callback url mismatch|redirect[_ ]?ur[il]|returnto|registered origin|origin not allowed|invalid parameter: redirect/i;

function judgeText(text: string, status: number): Verdict {
  if (status === 429 || status >= 500) return { kind: 'unclear', why: `it has trouble (${status})` };
  if (/unknown client|client (was )?not found|invalid client/i.test(text)) return { kind: 'unknown-client' };
  if (refusal.test(text)) return { kind: 'refused' };
  return { kind: 'unclear', why: `it answers with ${status}` };
}

const leadsTo = (location: string, address: string): boolean =>
  location === address || ['?', '#', '/?', '/#'].some((mark) => location.startsWith(`${address}${mark}`));

function errorIn(location: string): { error?: string; description?: string } {
  const [, query = ''] = /[?#](.*)$/s.exec(location) ?? [];
  const parameters = new URLSearchParams(query);
  const [error, description] = [parameters.get('error'), parameters.get('error_description')];
  return { ...(error && { error }), ...(description && { description }) };
}

/** What a request of the token endpoint shows of the client. */
export interface TokenVerdict {
  /** `confidential`: the tenant wants a secret. `not-allowed`: it does not give the client this grant. */
  readonly kind: 'allowed' | 'not-allowed' | 'confidential' | 'unclear';
  /** Whether a page of the origin may read the answer. */
  readonly isReadable: boolean;
}

/**
 * A token request that cannot succeed, since what it redeems was never given out. It names the client, unlike a preflight,
 * so that its web origins decide who may read the answer.
 *
 * @param origin Of the page that would send it.
 */
export async function tryGrant(
  { server, clientId }: ClientAddress,
  grant: Readonly<Record<string, string>>,
  origin?: string,
): Promise<TokenVerdict> {
  const answer = await ask(server.token_endpoint ?? '', {
    method: 'POST',
    body: new URLSearchParams({ ...grant, client_id: clientId }),
    headers: { accept: 'application/json', ...(origin && { origin }) },
  });
  if (answer.kind === 'failed') return { kind: 'unclear', isReadable: false };
  const allowed = answer.headers.get('access-control-allow-origin');
  return { kind: judgeGrant(answer), isReadable: allowed === origin || allowed === '*' };
}

function judgeGrant({ status, text }: Extract<Answer, { kind: 'answered' }>): TokenVerdict['kind'] {
  const error = textOf(parseObject(text)?.error);
  if (error === 'unauthorized_client') return 'not-allowed';
  if (status === 401 || error === 'invalid_client') return 'confidential';
  // The grant was looked at, and what it brings refused.
  return error !== undefined && status < 500 && status !== 429 ? 'allowed' : 'unclear';
}
