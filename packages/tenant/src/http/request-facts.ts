import type { Context } from 'hono';
import type { RequestFacts } from '../login/gate.ts';
import type { Parameters } from './body.ts';
import { clientAddress } from './client-address.ts';

/** Parameters that must not reach rules, events or messages. */
const secretNames =
  /password|secret|token|code|otp|assertion|verifier|challenge|authn_response|^_csrf$|^state$|^nonce$|^ticket$/i;

/** What rules may know of a request. */
export function requestFacts(c: Context, parameters: Parameters = {}): RequestFacts {
  const isGet = c.req.method === 'GET';
  const shown = Object.fromEntries(Object.entries(parameters).filter(([name]) => !secretNames.test(name)));
  return {
    ip: clientAddress(c),
    userAgent: c.req.header('user-agent'),
    language: c.req.header('accept-language')?.split(/[,;]/)[0]?.trim(),
    query: isGet ? shown : {},
    body: isGet ? {} : shown,
  };
}
