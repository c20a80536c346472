/** @jsxImportSource hono/jsx */
import { html, raw } from 'hono/html';

export interface MessageContent {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** A code to type, shown large. */
  readonly code?: string;
  readonly action?: { readonly label: string; readonly url: string };
  /** What to do when one did not ask for it. */
  readonly closing: string;
  /** BCP 47; `en` unless given. */
  readonly language?: string;
  /** Above the bare address, for mail programs that show no buttons. */
  readonly addressLabel?: string;
}

/** Both parts of a mail. Styles are in attributes: mail programs drop style sheets. */
export async function composeMessage(tenantName: string, content: MessageContent) {
  const { subject, heading, paragraphs, code, action, closing, language = 'en' } = content;
  const { addressLabel = 'Or open this address:' } = content;
  const parts = [
    heading,
    ...paragraphs,
    ...(code === undefined ? [] : [code]),
    ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]),
    closing,
    `— ${tenantName}`,
  ];
  const text = parts.join('\n\n');
  const quiet = 'margin:0 0 16px;color:#565b56;font-size:14px';
  const page = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="color-scheme" content="light" />
        <title>{subject}</title>
      </head>
      <body style="margin:0;padding:32px 16px;background:#f4f2ed;color:#1b1d1b;font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
        <div style="max-width:480px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #e2dfd7;border-radius:16px">
          <p style="margin:0 0 24px;font-weight:600;color:#1d5c49">{tenantName}</p>
          <h1 style="margin:0 0 16px;font-size:22px;line-height:1.25">{heading}</h1>
          {paragraphs.map((paragraph) => (
            <p style="margin:0 0 16px">{paragraph}</p>
          ))}
          {code === undefined ? null : (
            <p style="margin:24px 0;font:600 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:0.2em">
              {code}
            </p>
          )}
          {action === undefined ? null : (
            <>
              <p style="margin:24px 0">
                <a
                  href={action.url}
                  target="_blank"
                  rel="noopener noreferrer"
                  style="display:inline-block;padding:12px 20px;border-radius:10px;background:#1d5c49;color:#ffffff;font-weight:600;text-decoration:none"
                >
                  {action.label}
                </a>
              </p>
              <p style={`${quiet};overflow-wrap:anywhere`}>
                {addressLabel} {action.url}
              </p>
            </>
          )}
          <p style={`${quiet};margin:0`}>{closing}</p>
        </div>
      </body>
    </html>
  );
  return { subject, text, html: String(await html`${raw('<!doctype html>')}${page}`) };
}
