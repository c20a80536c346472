/** @jsxImportSource hono/jsx */
import { ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';

interface ForgotPasswordPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  email?: string | undefined;
  errors?: FormErrors | undefined;
}

export function ForgotPasswordPage({ frame, state, csrf, email, errors }: ForgotPasswordPageProps) {
  return (
    <Layout title="Forgot your password?" frame={frame} failed={hasErrors(errors)}>
      <CardHeading title="Forgot your password?">
        Enter your email address and we will send you a link to choose a new one.
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action="/u/reset-password/request" csrf={csrf} state={state}>
        <Field
          name="email"
          label="Email address"
          type="email"
          autocomplete="username"
          value={email}
          autofocus
          errors={errors}
        />
        <div class="actions">
          <SubmitButton>Send the link</SubmitButton>
        </div>
      </PageForm>
      <p class="switch">
        <a href={`/u/login?state=${encodeURIComponent(state)}`}>Back to log in</a>
      </p>
    </Layout>
  );
}
