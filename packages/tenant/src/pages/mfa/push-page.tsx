/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import { CancelButton, ErrorSummary, type FormErrors, hasErrors, PageForm, SubmitButton } from '../form.tsx';
import { CardHeading, Layout, type PageFrame } from '../layout.tsx';
import { RememberChoice } from './remember-choice.tsx';

interface PushPageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  action: string;
  challenge: string;
  title: string;
  lead: Child;
  remember?: number | undefined;
  other?: { readonly href: string; readonly text: string } | undefined;
  errors?: FormErrors | undefined;
  children?: Child;
}

/** Waits for an answer on a device. The script looks for it; without one the person says when it is given. */
export function PushPage(props: PushPageProps) {
  const { frame, state, challenge, title, errors } = props;
  const look = `/u/mfa/waiting?${new URLSearchParams({ state, challenge })}`;
  return (
    <Layout title={title} frame={frame} failed={hasErrors(errors)} script="page-actions.js">
      <CardHeading title={title}>{props.lead}</CardHeading>
      <ErrorSummary errors={errors} />
      {props.children}
      <PageForm action={props.action} csrf={props.csrf} state={state} waits>
        <input type="hidden" name="challenge" value={challenge} />
        {hasErrors(errors) ? null : (
          <p class="waiting" role="status" data-wait={look} hidden>
            <span class="waiting-dot" aria-hidden="true" />
            Waiting for your answer. This page goes on by itself.
          </p>
        )}
        {props.remember === undefined ? null : <RememberChoice days={props.remember} />}
        <div class="actions">
          <SubmitButton name="action" value="check" waitsFor>
            I approved it
          </SubmitButton>
          <button type="submit" class="button button-quiet" name="action" value="resend">
            Ask my device again
          </button>
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

/** There is no phone: the dashboard has a simulated one. */
export function SimulatedDeviceNote() {
  return (
    <p class="note">
      This tenant simulates the phone:{' '}
      <a href="/__tenant/devices" target="_blank" rel="noopener noreferrer">
        open the device in the dashboard
      </a>{' '}
      and answer there.
    </p>
  );
}
