/** @jsxImportSource hono/jsx */
import type { PasswordRule } from '../users/password-policy.ts';
import { CancelButton, ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { type OtherWay, OtherWays } from './other-ways.tsx';
import { PasswordChecklist } from './password-checklist.tsx';

interface SignupPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  requiresUsername: boolean;
  rules: readonly PasswordRule[];
  email?: string | undefined;
  username?: string | undefined;
  /** Whether an account may have a passkey in place of a password. */
  passkeys: boolean;
  ways: readonly OtherWay[];
  errors?: FormErrors | undefined;
}

export function SignupPage(props: SignupPageProps) {
  const { frame, state, csrf, requiresUsername, rules, email, username, passkeys, ways, errors } = props;
  return (
    <Layout
      title="Create your account"
      frame={frame}
      failed={hasErrors(errors)}
      script={['password-fields.js', ...(passkeys ? (['passkey.js'] as const) : [])]}
    >
      <CardHeading title="Create your account">
        to continue to <strong>{frame.clientName}</strong>
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action="/u/signup" csrf={csrf} state={state}>
        <Field
          name="email"
          label="Email address"
          type="email"
          autocomplete={requiresUsername ? 'email' : 'username'}
          value={email}
          autofocus={!email}
          errors={errors}
        />
        {requiresUsername ? (
          <Field
            name="username"
            label="Username"
            autocomplete="username"
            value={username}
            hint="Up to 15 letters, digits and _ + - ."
            errors={errors}
          />
        ) : null}
        <Field
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          describedBy="password-rules"
          errors={errors}
        />
        <PasswordChecklist id="password-rules" field="password" rules={rules} />
        <div class="actions">
          <SubmitButton name="action" value="signup">
            Create account
          </SubmitButton>
          <CancelButton />
        </div>
      </PageForm>
      <OtherWays ways={ways} passkey={passkeys ? { kind: 'create', csrf, state } : undefined} />
      <p class="switch">
        Already have an account? <a href={`/u/login?state=${encodeURIComponent(state)}`}>Log in</a>
      </p>
    </Layout>
  );
}
