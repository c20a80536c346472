/** @jsxImportSource hono/jsx */
import { ErrorSummary, type FormErrors, hasErrors, PageForm } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { PasskeyForm } from './passkey-way.tsx';
import { PageSymbol } from './symbols.tsx';

interface PasskeyOfferPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  /** After "Not now", until the page comes again. */
  days: number;
  errors?: FormErrors | undefined;
}

/** After a login with a password: a passkey in its place from the next time on. */
export function PasskeyOfferPage({ frame, state, csrf, days, errors }: PasskeyOfferPageProps) {
  const title = 'Log in faster next time';
  return (
    <Layout title={title} frame={frame} failed={hasErrors(errors)} script="passkey.js">
      <PageSymbol name="key" />
      <CardHeading title={title}>
        With a passkey you log in with your fingerprint, your face or your screen lock. Nobody can guess it, and there
        is nothing to remember.
      </CardHeading>
      <ErrorSummary errors={errors} />
      <div class="actions">
        <PasskeyForm
          action="/u/passkey/offer"
          challenge="/u/passkey/offer/challenge"
          kind="create"
          csrf={csrf}
          state={state}
        >
          <div class="actions">
            <button type="submit" class="button button-primary">
              Create a passkey
            </button>
          </div>
        </PasskeyForm>
        <PageForm action="/u/passkey/offer" csrf={csrf} state={state}>
          <div class="actions">
            <button type="submit" class="button button-quiet" name="action" value="skip" aria-describedby="again">
              Not now
            </button>
          </div>
        </PageForm>
      </div>
      <p class="switch" id="again">
        {`If you skip this, we ask again in ${days === 1 ? 'a day' : `${days} days`}.`}
      </p>
    </Layout>
  );
}
