/** @jsxImportSource hono/jsx */
import { html, raw } from 'hono/html';

export interface MessageContent {
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly action: { readonly label: string; readonly url: string };
  /** What to do when one did not ask for it. */
  readonly closing: string;
}

/** Both parts of a mail. Styles are in attributes: mail programs drop style sheets. */
export async function composeMessage(tenantName: string, content: MessageContent) {
  const { subject, heading, paragraphs, action, closing } = content;
  const text = [heading, ...paragraphs, `${action.label}:\n${action.url}`, closing, `— ${tenantName}`].join('\n\n');
  const quiet = 'margin:0 0 16px;color:#565b56;font-size:14px';
  const page = (
    <html lang="en">
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
          <p style={`${quiet};overflow-wrap:anywhere`}>Or open this address: {action.url}</p>
          <p style={`${quiet};margin:0`}>{closing}</p>
        </div>
      </body>
    </html>
  );
  return { subject, text, html: String(await html`${raw('<!doctype html>')}${page}`) };
}
