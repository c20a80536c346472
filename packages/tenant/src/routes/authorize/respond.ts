import type { TenantContext } from '../../context.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import type { ResponseMode } from '../../sessions/interactions.ts';
import { renderFormPost } from './form-post.ts';
import { renderWebMessage } from './web-message.ts';

/** Where and how the answer goes. */
export interface ResponseTarget {
  readonly redirectUri: string;
  readonly responseMode: ResponseMode;
  readonly state?: string | undefined;
}

export type AuthorizationResponse =
  | { readonly code: string }
  | { readonly error: string; readonly error_description: string };

/** Sends the answer to the application, with its `state` and, unless switched off, `iss` (RFC 9207). */
export function respondToClient(
  tenant: TenantContext,
  c: ProtocolContext,
  { redirectUri, responseMode, state }: ResponseTarget,
  response: AuthorizationResponse,
): Response | Promise<Response> {
  const values: Record<string, string> = {
    ...response,
    ...(state === undefined ? {} : { state }),
    ...(tenant.registry.config.issParameter ? { iss: tenant.issuer } : {}),
  };
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
  if (responseMode === 'web_message') return renderWebMessage(c, new URL(redirectUri).origin, values);
  if (responseMode === 'form_post') return renderFormPost(c, redirectUri, values);
  const separator = redirectUri.includes('?') ? '&' : '?';
  const status = c.req.method === 'POST' ? 303 : 302;
  return c.redirect(`${redirectUri}${separator}${new URLSearchParams(values)}`, status);
}
