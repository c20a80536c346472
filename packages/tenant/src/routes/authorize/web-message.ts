import { cspSource } from '../../http/csp-source.ts';
import type { ProtocolContext } from '../../http/protocol-context.ts';
import { renderScriptPage } from './script-page.ts';

const script = `
const { origin, message } = JSON.parse(document.getElementById('data').textContent);
const receiver = window.opener ?? (window.parent === window ? undefined : window.parent);
if (receiver) receiver.postMessage(message, origin);
`;

/**
 * The answer to a popup's opener or an iframe's parent. The browser delivers it to `origin` only, which the caller has
 * found registered, and only that origin may frame the page.
 */
export function renderWebMessage(
  c: ProtocolContext,
  origin: string,
  response: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  return renderScriptPage(c, {
    title: 'Signing in',
    script,
    data: { origin, message: { type: 'authorization_response', response } },
    body: '',
    policy: `frame-ancestors ${cspSource(origin)}`,
  });
}
