/** @jsxImportSource hono/jsx */
import type { FormErrors } from '../form.tsx';
import type { PageFrame } from '../layout.tsx';
import { CodePage } from '../mfa/code-page.tsx';

interface SentCodePageProps {
  frame: PageFrame;
  state: string;
  csrf: string;
  action: string;
  /** Which of the codes that were sent the answer is for. */
  challenge?: string | undefined;
  isMail: boolean;
  /** The address or number that the code went to. */
  sentTo: string;
  /** Where to choose another way, and what the link says. */
  other: { readonly href: string; readonly text: string };
  errors?: FormErrors | undefined;
}

/** The code that a login without a password was sent. */
export function SentCodePage({ isMail, sentTo, ...form }: SentCodePageProps) {
  return (
    <CodePage
      {...form}
      title="Enter the code we sent"
      lead={
        <>
          It is {isMail ? 'in a mail' : 'in a text message'} to <strong>{sentTo}</strong>.
        </>
      }
      label="Six-digit code"
      submit="Log in"
      resend="Send a new code"
    />
  );
}
