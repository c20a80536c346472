import type { ClientConfig } from '../../config/schema.ts';
import { listOf } from '../../errors.ts';
import type { Parameters } from '../../http/body.ts';
import { anyLoopback, isLoopback, parseUrl } from '../../http/loopback.ts';
import { PageError } from './request.ts';

/**
 * Compares the redirect URI as a string with the registered ones (RFC 9700 section 2.1). Two exceptions, both for this
 * machine only: native clients may name any port (RFC 8252 section 7.3), and a client with `allowLoopbackCallbacks`
 * any loopback address at all.
 */
export function checkRedirectUri(client: ClientConfig, { redirect_uri: sent }: Parameters): string {
  if (sent === undefined) {
    throw new PageError('invalid_request', 'Missing required parameter: redirect_uri', {
      explanation: `Client ${client.clientId} sent no redirect_uri; registered: ${listOf(client.callbacks)}.`,
    });
  }
  const url = parseUrl(sent);
  if (url === undefined || !isRegistered(client, sent, url)) {
    throw refuseUri(sent, `is not registered for client ${client.clientId}; registered: ${describe(client)}.`);
  }
  if (url.hash !== '' || sent.includes('#')) {
    throw refuseUri(sent, 'has a fragment, which RFC 6749 section 3.1.2 does not allow.');
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    throw refuseUri(sent, 'uses http on a host other than this machine; use https.');
  }
  if (scriptSchemes.has(url.protocol)) throw refuseUri(sent, 'has a scheme that runs or carries content.');
  return sent;
}

const scriptSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:']);

function isRegistered(client: ClientConfig, sent: string, url: URL): boolean {
  if (client.callbacks.includes(sent)) return true;
  if (url.protocol !== 'http:' || !isLoopback(url) || url.username !== '' || url.password !== '') return false;
  if (client.allowLoopbackCallbacks) return true;
  return client.type === 'native' && client.callbacks.some((callback) => isSameButPort(callback, sent));
}

/** Both strings without their port; the host must be loopback in both, which the caller made sure of for `sent`. */
function isSameButPort(registered: string, sent: string): boolean {
  return parseUrl(registered)?.protocol === 'http:' && withoutPort(registered) === withoutPort(sent);
}

function withoutPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\d+(?=[/?]|$)/, '$1');
}

function describe(client: ClientConfig): string {
  return listOf([...client.callbacks, ...anyLoopback(client)]);
}

function refuseUri(sent: string, reason: string): PageError {
  return new PageError('invalid_request', 'Callback URL mismatch.', {
    status: 403,
    explanation: `redirect_uri ${sent} ${reason}`,
  });
}
