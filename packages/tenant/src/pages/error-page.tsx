/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { PageFrame } from './layout.tsx';
import { MessagePage } from './message-page.tsx';
import { renderPage } from './render-page.tsx';

export interface ErrorPage {
  readonly title: string;
  /** What happened and what to do now, for the person in front of the page. */
  readonly message: string;
  /** For the developer: what was sent and what was expected. Never a token, code or password. */
  readonly detail?: string | undefined;
  readonly status: ContentfulStatusCode;
  readonly frame?: PageFrame | undefined;
}

/**
 * An error the application cannot be told about, because it is not known where it may be told (RFC 6749 4.1.2.1), or
 * because the person came here without it.
 */
export function renderErrorPage(c: Context, { title, message, detail, status, frame = {} }: ErrorPage) {
  return renderPage(c, <MessagePage frame={frame} title={title} symbol="trouble" message={message} detail={detail} />, {
    status,
  });
}
