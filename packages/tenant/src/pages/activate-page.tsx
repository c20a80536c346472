/** @jsxImportSource hono/jsx */
import { ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';

interface ActivatePageProps {
  frame: PageFrame;
  csrf: string;
  /** From the address the device shows, or as it was typed. */
  userCode?: string | undefined;
  errors?: FormErrors | undefined;
}

/** Where a person brings the code that a device shows. Nothing is allowed here: that is the next page. */
export function ActivatePage({ frame, csrf, userCode, errors }: ActivatePageProps) {
  const known = userCode !== undefined && userCode !== '';
  return (
    <Layout title="Connect a device" frame={frame} failed={hasErrors(errors)}>
      <CardHeading title="Connect a device">
        {known && !hasErrors(errors)
          ? 'Go on only if this is the code on a device in front of you.'
          : 'Enter the code that your device shows.'}
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action="/activate" csrf={csrf}>
        <Field
          name="user_code"
          label="Code on the device"
          autocomplete="off"
          code
          value={userCode}
          hint="Eight letters, such as QTZL-MCBW."
          autofocus={!hasErrors(errors)}
          errors={errors}
        />
        <div class="actions">
          <SubmitButton>Continue</SubmitButton>
        </div>
      </PageForm>
    </Layout>
  );
}
