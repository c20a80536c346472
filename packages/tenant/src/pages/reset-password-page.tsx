/** @jsxImportSource hono/jsx */
import type { PasswordRule } from '../users/password-policy.ts';
import { ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from './form.tsx';
import { CardHeading, Layout, type PageFrame } from './layout.tsx';
import { PasswordChecklist } from './password-checklist.tsx';

interface ResetPasswordPageProps {
  frame: PageFrame;
  ticket: string;
  csrf: string;
  email: string;
  rules: readonly PasswordRule[];
  errors?: FormErrors | undefined;
}

export function ResetPasswordPage({ frame, ticket, csrf, email, rules, errors }: ResetPasswordPageProps) {
  return (
    <Layout title="Choose a new password" frame={frame} failed={hasErrors(errors)} script="password-fields.js">
      <CardHeading title="Choose a new password">
        for <strong>{email}</strong>. You will be signed out everywhere else.
      </CardHeading>
      <ErrorSummary errors={errors} />
      <PageForm action="/u/reset-password" csrf={csrf}>
        <input type="hidden" name="ticket" value={ticket} />
        <input type="text" name="username" value={email} autocomplete="username" readonly hidden />
        <Field
          name="password"
          label="New password"
          type="password"
          autocomplete="new-password"
          describedBy="password-rules"
          autofocus
          errors={errors}
        />
        <PasswordChecklist id="password-rules" field="password" rules={rules} />
        <Field
          name="confirmation"
          label="New password again"
          type="password"
          autocomplete="new-password"
          errors={errors}
        />
        <div class="actions">
          <SubmitButton>Set the new password</SubmitButton>
        </div>
      </PageForm>
    </Layout>
  );
}
