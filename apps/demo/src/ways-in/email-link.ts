import { config } from '../config.ts';

/**
 * A link ends as a redirect with a code, which is spent with `authorizeWithExchange`: so the app makes the PKCE pair
 * (RFC 7636) and the state itself. Kept in local storage, because the link opens in a tab of its own.
 */
interface PendingLink {
  readonly state: string;
  readonly verifier: string;
}

const key = 'demo.email-link';
export const linkPath = '/ways-in/link';
const redirectUri = () => `${window.location.origin}${linkPath}`;

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Begins a login that a link will finish: what to send along with `sendEmailCode`. */
export async function beginLink(): Promise<Record<string, string>> {
  const pending: PendingLink = { state: randomText(), verifier: randomText() };
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  localStorage.setItem(key, JSON.stringify(pending));
  return {
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: config.scope,
    audience: config.audience,
    state: pending.state,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: 'S256',
  };
}

/**
 * The parameters for `authorizeWithExchange`, once, from the query the link came back with.
 *
 * @throws Error with the tenant's words, or when the link was not asked for in this browser
 */
export function finishLink(query: URLSearchParams): { code: string; verifier: string; redirectUri: string } {
  const kept = localStorage.getItem(key);
  const pending = kept === null ? undefined : (JSON.parse(kept) as PendingLink);
  if (pending === undefined || pending.state !== query.get('state')) {
    throw new Error('This link was not asked for in this browser, or it was opened before. Ask for a new one.');
  }
  localStorage.removeItem(key);
  const code = query.get('code');
  if (!code) throw new Error(query.get('error_description') ?? query.get('error') ?? 'The link brought no code.');
  return { code, verifier: pending.verifier, redirectUri: redirectUri() };
}
