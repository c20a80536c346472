import { randomBytes } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { ProtocolContext } from '../../http/protocol-context.ts';

/**
 * A page that does one thing by a few lines of script. Its policy lets that script run, by nonce, and nothing else; data
 * is never part of the script's text, only of a JSON block.
 */
export function renderScriptPage(
  c: ProtocolContext,
  { title, script, data, body, policy }: ScriptPage,
): Response | Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  c.header('Content-Security-Policy', `default-src 'none'; script-src 'nonce-${nonce}'; base-uri 'none'; ${policy}`);
  c.header('X-Content-Type-Options', 'nosniff');
  return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="robots" content="noindex"><title>${title}</title></head>
<body>${body}
<script type="application/json" id="data">${raw(escapeJson(data))}</script>
<script nonce="${nonce}">${raw(script)}</script>
</body>
</html>`);
}

interface ScriptPage {
  readonly title: string;
  /** Constant source text. */
  readonly script: string;
  readonly data: unknown;
  readonly body: ReturnType<typeof html> | string;
  readonly policy: string;
}

/** JSON that cannot close its script element nor end a line of it. */
function escapeJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
