/** @jsxImportSource hono/jsx */
import type { Context } from 'hono';
import { cspSource } from '../http/csp-source.ts';
import { PageForm, SubmitButton } from './form.tsx';
import { MessagePage } from './message-page.tsx';
import { renderPage } from './render-page.tsx';

interface ConfirmLogoutPage {
  readonly tenantName: string;
  readonly csrf: string;
  readonly clientId: string | undefined;
  readonly clientName: string | undefined;
  readonly postLogoutRedirectUri: string | undefined;
  /** The application's own `state`, for the way back. */
  readonly clientState: string | undefined;
}

/** Asks before a logout that nothing proves to be wanted: a link on any page can lead to it. */
export function renderConfirmLogoutPage(c: Context, page: ConfirmLogoutPage) {
  const { tenantName, csrf, clientId, clientName, postLogoutRedirectUri, clientState } = page;
  const message =
    clientName === undefined ? 'An application asks to end your session.' : `${clientName} asks to end your session.`;
  const fields = { client_id: clientId, post_logout_redirect_uri: postLogoutRedirectUri };
  return renderPage(
    c,
    <MessagePage frame={{ tenantName, clientName }} title="Log out?" symbol="door" message={message}>
      <PageForm action="/oidc/logout/confirm" csrf={csrf} state={clientState}>
        {Object.entries(fields).map(([name, value]) =>
          value === undefined ? null : <input type="hidden" name={name} value={value} />,
        )}
        <SubmitButton>Log out</SubmitButton>
      </PageForm>
    </MessagePage>,
    { formAction: postLogoutRedirectUri === undefined ? undefined : cspSource(postLogoutRedirectUri) },
  );
}
