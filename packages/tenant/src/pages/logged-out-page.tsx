/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import type { PageFrame } from './layout.tsx';
import { MessagePage } from './message-page.tsx';
import { renderPage } from './render-page.tsx';

export interface LoggedOutPage {
  readonly frame?: PageFrame | undefined;
  /** False when nobody was signed in on this browser. */
  readonly hadSession?: boolean;
}

/** Where `/v2/logout` and `/oidc/logout` end when the application named no address to return to. */
export function renderLoggedOutPage(c: Context, { frame = {}, hadSession = true }: LoggedOutPage = {}) {
  const message = hadSession
    ? 'Your session in this browser has ended. You can close this page.'
    : 'Nobody was signed in on this browser. You can close this page.';
  return renderPage(c, <MessagePage frame={frame} title="You are logged out" symbol="door" message={message} />);
}
