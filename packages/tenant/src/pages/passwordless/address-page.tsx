/** @jsxImportSource hono/jsx */
import { AddressField } from '../address-field.tsx';
import { CancelButton, ErrorSummary, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';

interface AddressPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  action: string;
  kind: 'email' | 'sms';
  /** Whether a mail may also bring a link. */
  links?: boolean;
  value?: string | undefined;
  /** The login page, where there are other ways. */
  otherWays?: string | undefined;
  errors?: FormErrors | undefined;
}

/** Where the code or link goes. Whether anybody has that address is not told. */
export function AddressPage(props: AddressPageProps) {
  const { frame, state, csrf, action, kind, links = true, value, otherWays, errors } = props;
  const isMail = kind === 'email';
  return (
    <Layout title="Log in" frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <CardHeading title={isMail ? 'Log in with your email' : 'Log in with your phone'}>
        to continue to <strong>{frame.clientName}</strong>. You need no password.
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action={action} csrf={csrf} state={state}>
        <AddressField kind={isMail ? 'email' : 'phone'} value={value} autofocus={!value} errors={errors} />
        <div class="actions">
          <SubmitButton name="action" value="code">
            {isMail ? 'Email me a code' : 'Text me a code'}
          </SubmitButton>
          {isMail && links ? (
            <button type="submit" class="button button-outline" name="action" value="link">
              Email me a link instead
            </button>
          ) : null}
          <CancelButton />
        </div>
      </PageForm>
      {otherWays === undefined ? null : (
        <p class="switch">
          <a href={otherWays}>Other ways to log in</a>
        </p>
      )}
    </Layout>
  );
}
