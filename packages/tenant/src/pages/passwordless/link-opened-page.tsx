/** @jsxImportSource hono/jsx */
import { PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';
import { PageSymbol } from '../symbols.tsx';

interface LinkOpenedPageProps {
  frame: PageFrame;
  /** Of the login, as long as no tab went on with it. */
  running?: { readonly state: string; readonly csrf: string } | undefined;
}

/** The tab in which the link was opened. The one in which the login began has what the app needs to finish it. */
export function LinkOpenedPage({ frame, running }: LinkOpenedPageProps) {
  return (
    <Layout title="You are logged in" frame={frame} script="page-actions.js">
      <PageSymbol name="check" />
      <CardHeading title="You are logged in">
        {frame.clientName === undefined ? (
          'You can close this tab.'
        ) : (
          <>
            Go back to the tab where you began: <strong>{frame.clientName}</strong> goes on there. You can close this
            one.
          </>
        )}
      </CardHeading>
      {running === undefined ? null : (
        <div class="below">
          <PageForm action="/u/passwordless/opened" csrf={running.csrf} state={running.state}>
            <p class="prose">Is that tab gone? Then go on here.</p>
            <SubmitButton name="action" value="continue">
              Continue here
            </SubmitButton>
          </PageForm>
        </div>
      )}
    </Layout>
  );
}
