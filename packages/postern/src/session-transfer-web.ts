import { withQuery } from './protocol/with-query.ts';

/** Where a session transfer token is taken to: see {@link sessionTransferUrl} and {@link sessionTransferCookie}. */
export interface SessionTransferTarget {
  sessionTransferToken: string;
}

/**
 * The URL that opens a web app signed in: its own login address, or the tenant's `/authorize` with that app's parameters.
 * The tenant must allow the client `query` as a way to bring the token.
 *
 * @param url Where the browser goes. Parameters it has already stay.
 * @example
 * const transfer = await auth0.credentialsManager.getSSOCredentials();
 * await openBrowser(sessionTransferUrl('https://app.example.com/login', transfer));
 */
export function sessionTransferUrl(url: string, { sessionTransferToken }: SessionTransferTarget): string {
  return withQuery(url, { session_transfer_token: sessionTransferToken });
}

/**
 * A `Set-Cookie` value that brings the token to the tenant (better than the URL, which ends up in histories and logs): set
 * it in the web view before it opens the app. The tenant must allow the client `cookie` as a way to bring the token.
 *
 * @param domain Of the tenant. Default: only the host the cookie is set for.
 * @example
 * sessionTransferCookie(transfer, { domain: 'login.example.com' });
 * // auth0_session_transfer_token=…; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax; Domain=login.example.com
 */
export function sessionTransferCookie(
  { sessionTransferToken, expiresIn = 60 }: SessionTransferTarget & { expiresIn?: number },
  { domain }: { domain?: string } = {},
): string {
  const attributes = ['Path=/', `Max-Age=${expiresIn}`, 'Secure', 'HttpOnly', 'SameSite=Lax'];
  return [
    `auth0_session_transfer_token=${encodeURIComponent(sessionTransferToken)}`,
    ...attributes,
    ...(domain ? [`Domain=${domain}`] : []),
  ].join('; ');
}
