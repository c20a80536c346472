/** @jsxImportSource hono/jsx */
import { CancelButton, ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { type OtherWay, OtherWays } from './other-ways.tsx';

interface LoginPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  /** Whether it also knows people by username, and lets them sign up. Absent where there are only other ways. */
  database?: { readonly usernames: boolean; readonly signup: boolean; readonly passkeys: boolean } | undefined;
  identifier?: string | undefined;
  ways: readonly OtherWay[];
  errors?: FormErrors | undefined;
}

export function LoginPage({ frame, state, csrf, database, identifier, ways, errors }: LoginPageProps) {
  const passkeys = database?.passkeys === true;
  const query = `?state=${encodeURIComponent(state)}`;
  return (
    <Layout
      title="Log in"
      frame={frame}
      failed={hasErrors(errors)}
      script={['password-fields.js', ...(passkeys ? (['passkey.js'] as const) : [])]}
    >
      <CardHeading title="Log in">
        to continue to <strong>{frame.clientName}</strong>
      </CardHeading>
      <ErrorSummary errors={errors} />
      {database === undefined ? (
        <>
          <OtherWays ways={ways} first />
          <PageForm action="/u/login" csrf={csrf} state={state}>
            <div class="actions">
              <CancelButton />
            </div>
          </PageForm>
        </>
      ) : (
        <>
          <PageForm action="/u/login" csrf={csrf} state={state}>
            <Field
              name="username"
              label={database.usernames ? 'Email or username' : 'Email address'}
              type={database.usernames ? 'text' : 'email'}
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
            {passkeys ? <input type="hidden" name="passkeys" data-knows-passkeys /> : null}
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
          <OtherWays ways={ways} passkey={passkeys ? { kind: 'get', csrf, state } : undefined} />
        </>
      )}
      {database?.signup ? (
        <p class="switch">
          New here? <a href={`/u/signup${query}`}>Create an account</a>
        </p>
      ) : null}
    </Layout>
  );
}
