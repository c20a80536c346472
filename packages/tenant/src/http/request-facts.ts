import { isIP } from 'node:net';
import type { Context } from 'hono';
import type { ClientConfig } from '../config/schema.ts';
import type { RequestFacts } from '../login/gate.ts';
import type { Parameters } from './body.ts';
import { clientAddress } from './client-address.ts';
import { isPublic } from './client-authentication.ts';

/** Parameters that must not reach rules, events or messages. */
const secretNames =
  /password|secret|token|code|otp|assertion|verifier|challenge|authn_response|^_csrf$|^state$|^nonce$|^ticket$/i;

/** What rules and attack protection may know of a request of that client, after it was authenticated. */
export function requestFacts(c: Context, client: ClientConfig, parameters: Parameters = {}): RequestFacts {
  const isGet = c.req.method === 'GET';
  const shown = Object.fromEntries(Object.entries(parameters).filter(([name]) => !secretNames.test(name)));
  return {
    ip: forwardedAddress(c, client) ?? clientAddress(c),
    userAgent: c.req.header('user-agent'),
    language: c.req.header('accept-language')?.split(/[,;]/)[0]?.trim(),
    query: isGet ? shown : {},
    body: isGet ? {} : shown,
  };
}

/** The end user's address, from a backend that proved who it is and may name it. From anybody else it is only a claim. */
function forwardedAddress(c: Context, client: ClientConfig): string | undefined {
  if (isPublic(client) || !client.trustForwardedFor) return undefined;
  const address = c.req.header('auth0-forwarded-for')?.trim();
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}
