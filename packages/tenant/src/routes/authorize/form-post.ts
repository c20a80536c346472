import { html } from 'hono/html';
import { cspSource } from '../../http/csp-source.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { renderScriptPage } from './script-page.ts';

/** OAuth 2.0 Form Post Response Mode: the answer as a form that sends itself, or by its button without JavaScript. */
export function renderFormPost(
  c: ProtocolContext,
  redirectUri: string,
  response: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  const fields = Object.entries(response).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return renderScriptPage(c, {
    title: 'Signing in',
    script: 'document.forms[0].submit();',
    data: null,
    body: html`<form method="post" action="${redirectUri}">${fields}<noscript><p>One more step to finish signing in.</p></noscript><button type="submit">Continue</button></form>`,
    policy: `form-action ${cspSource(redirectUri)}; frame-ancestors 'none'`,
  });
}
