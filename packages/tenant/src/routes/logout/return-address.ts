import type { ClientConfig } from '../../config/schema.ts';
import { listOf, OAuthError } from '../../errors.ts';
import { anyLoopback, isLoopback, parseUrl } from '../../http/loopback.ts';

/** `/v2/logout` compares without query and hash, as Auth0 does; scheme and host in any case, the path exactly. */
export function checkReturnTo(client: ClientConfig, returnTo: string): string {
  const wanted = withoutQuery(returnTo);
  const isRegistered = client.logoutUrls.some((registered) => withoutQuery(registered) === wanted);
  if (wanted !== undefined && isRegistered) return returnTo;
  return allowLoopback(client, returnTo, 'returnTo');
}

/** `/oidc/logout` compares the whole string (OIDC RP-Initiated Logout section 3). */
export function checkPostLogoutRedirectUri(client: ClientConfig, uri: string): string {
  if (client.logoutUrls.includes(uri)) return uri;
  return allowLoopback(client, uri, 'post_logout_redirect_uri');
}

function allowLoopback(client: ClientConfig, address: string, parameter: string): string {
  const url = parseUrl(address);
  const isLocal = url?.protocol === 'http:' && isLoopback(url) && url.username === '' && url.password === '';
  if (client.allowLoopbackCallbacks && isLocal) return address;
  throw new OAuthError('invalid_request', `The ${parameter} address is not allowed.`, {
    explanation: `${parameter} ${address} is not a logout URL of client ${client.clientId}; registered: ${listOf([...client.logoutUrls, ...anyLoopback(client)])}.`,
  });
}

function withoutQuery(address: string): string | undefined {
  const url = parseUrl(address);
  if (url === undefined || url.username !== '' || url.password !== '') return undefined;
  return `${url.protocol}//${url.host}${pathOf(address)}`;
}

/** As written: the URL parser would resolve `/allowed/../elsewhere`. */
function pathOf(address: string): string {
  return /^[^:]+:(?:\/\/[^/?#]*)?([^?#]*)/.exec(address)?.[1] || '/';
}
