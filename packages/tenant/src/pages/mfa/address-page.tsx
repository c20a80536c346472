/** @jsxImportSource hono/jsx */
import { AddressField } from '../address-field.tsx';
import { CancelButton, ErrorSummary, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';

interface AddressPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  kind: 'phone' | 'email';
  value?: string | undefined;
  /** Of a phone: whether the tenant sends messages, and whether it calls. */
  texts: boolean;
  calls: boolean;
  backTo: string;
  errors?: FormErrors | undefined;
}

/** Where codes go from now on: a phone number, or an e-mail address. */
export function AddressPage(props: AddressPageProps) {
  const { frame, state, csrf, kind, value, texts, calls, backTo, errors } = props;
  const isPhone = kind === 'phone';
  const title = kind === 'phone' ? 'Add your phone' : 'Add your email';
  return (
    <Layout title={title} frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <CardHeading title={title}>
        {kind === 'phone'
          ? 'At each login we send a code to this number.'
          : 'At each login we send a code to this address.'}
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action={`/u/mfa/enroll/new-${kind}`} csrf={csrf} state={state}>
        <AddressField kind={kind} value={value} autofocus errors={errors} />
        <div class="actions">
          <SubmitButton name="action" value={isPhone ? (texts ? 'sms' : 'voice') : 'email'}>
            {isPhone ? (texts ? 'Text me a code' : 'Call me with a code') : 'Send me a code'}
          </SubmitButton>
          {isPhone && texts && calls ? (
            <button type="submit" class="button button-quiet" name="action" value="voice">
              Call me instead
            </button>
          ) : null}
          <CancelButton />
        </div>
      </PageForm>
      <p class="switch">
        <a href={backTo}>Choose another way</a>
      </p>
    </Layout>
  );
}
