/** @jsxImportSource hono/jsx */
import { CancelButton, ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';

interface LoginPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  /** Whether the database also knows people by username. */
  usernames: boolean;
  signup: boolean;
  identifier?: string | undefined;
  /** Providers to continue with instead: where the link leads, and what they are called. */
  social?: readonly { readonly href: string; readonly name: string }[];
  errors?: FormErrors | undefined;
}

export function LoginPage({ frame, state, csrf, usernames, signup, identifier, social = [], errors }: LoginPageProps) {
  const query = `?state=${encodeURIComponent(state)}`;
  return (
    <Layout title="Log in" frame={frame} failed={hasErrors(errors)} scripted>
      <CardHeading title="Log in">
        to continue to <strong>{frame.clientName}</strong>
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action="/u/login" csrf={csrf} state={state}>
        <Field
          name="username"
          label={usernames ? 'Email or username' : 'Email address'}
          type={usernames ? 'text' : 'email'}
          autocomplete="username"
          value={identifier}
          autofocus={!identifier}
          errors={errors}
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          autofocus={Boolean(identifier)}
          errors={errors}
        />
        <p class="aside">
          <a href={`/u/reset-password/request${query}`}>Forgot your password?</a>
        </p>
        <div class="actions">
          <SubmitButton name="action" value="login">
            Log in
          </SubmitButton>
          <CancelButton />
        </div>
      </PageForm>
      {social.length > 0 ? (
        <ul class="social">
          {social.map(({ href, name }) => (
            <li>
              <a class="button button-quiet" href={href}>{`Continue with ${name}`}</a>
            </li>
          ))}
        </ul>
      ) : null}
      {signup ? (
        <p class="switch">
          New here? <a href={`/u/signup${query}`}>Create an account</a>
        </p>
      ) : null}
    </Layout>
  );
}
