/** @jsxImportSource hono/jsx */
import { CancelButton, ErrorSummary, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';
import { PageSymbol } from '../symbols.tsx';

interface LinkSentPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  action: string;
  /** Asks whether the link was opened. */
  look: string;
  address: string;
  changeHref: string;
  errors?: FormErrors | undefined;
}

/** Waits until the link was opened in any tab of this browser, and goes on then. */
export function LinkSentPage({ frame, state, csrf, action, look, address, changeHref, errors }: LinkSentPageProps) {
  return (
    <Layout title="Check your email" frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <PageSymbol name="envelope" />
      <CardHeading title="Check your email">
        We sent a link to <strong>{address}</strong>. Open it in this browser, in any tab.
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action={action} csrf={csrf} state={state} waits>
        <p class="waiting" role="status" data-wait={look} hidden>
          <span class="waiting-dot" aria-hidden="true" />
          Waiting for the link. This page goes on by itself.
        </p>
        <div class="actions">
          <SubmitButton name="action" value="opened" waitsFor>
            I opened the link
          </SubmitButton>
          <button type="submit" class="button button-quiet" name="action" value="resend">
            Send a new link
          </button>
          <CancelButton />
        </div>
      </PageForm>
      <p class="switch">
        <a href={changeHref}>Use another address, or a code</a>
      </p>
    </Layout>
  );
}
