/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { CancelButton, ErrorSummary, Field, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';
import { RememberChoice } from './remember-choice.tsx';

interface CodePageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  action: string;
  /** Of codes that were sent: which of them the answer is for. */
  challenge?: string | undefined;
  title: string;
  lead: Child;
  label: string;
  submit: string;
  /** Six digits; else letters and digits. */
  numeric?: boolean;
  hint?: string | undefined;
  /** What the button that sends a new code says; without it there is none. */
  resend?: string | undefined;
  /** Days; without it the page does not offer to remember this browser. */
  remember?: number | undefined;
  /** Where to choose another way, and what the link says. */
  other?: { readonly href: string; readonly text: string } | undefined;
  errors?: FormErrors | undefined;
  /** What comes before the form. */
  children?: Child;
}

/** One code to type in: from an app, a message, a call, a mail, or from the drawer with the recovery code. */
export function CodePage(props: CodePageProps) {
  const { frame, title, errors, numeric = true } = props;
  return (
    <Layout title={title} frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <CardHeading title={title}>{props.lead}</CardHeading>
      <ErrorSummary errors={errors} />
      {props.children}
      <PageForm action={props.action} csrf={props.csrf} state={props.state}>
        {props.challenge === undefined ? null : <input type="hidden" name="challenge" value={props.challenge} />}
        <Field
          name="code"
          label={props.label}
          code
          {...(numeric ? { inputmode: 'numeric' as const } : {})}
          autocomplete={numeric ? 'one-time-code' : 'off'}
          hint={props.hint}
          autofocus={!hasErrors(errors)}
          errors={errors}
        />
        {props.remember === undefined ? null : <RememberChoice days={props.remember} />}
        <div class="actions">
          <SubmitButton name="action" value="verify">
            {props.submit}
          </SubmitButton>
          {props.resend === undefined ? null : (
            <button type="submit" class="button button-quiet" name="action" value="resend" formnovalidate>
              {props.resend}
            </button>
          )}
          <CancelButton />
        </div>
      </PageForm>
      {props.other === undefined ? null : (
        <p class="switch">
          <a href={props.other.href}>{props.other.text}</a>
        </p>
      )}
    </Layout>
  );
}
