import { useAuth0 } from 'postern';
import { useState } from 'react';
import { useWaysIn } from './context.ts';
import { beginLink } from './email-link.ts';
import { EnterCode } from './enter-code.tsx';
import { FirstStep, Step } from './step.tsx';
import { Field, StepForm } from './step-form.tsx';

type Sent = { readonly email: string; readonly form: 'code' | 'link' };

/** Without a password: a code to type in here, or a link that opens the app signed in. */
export function EmailWay() {
  const { sendEmailCode, authorizeWithEmail } = useAuth0();
  const { remember, lookForMessages } = useWaysIn();
  const [sent, setSent] = useState<Sent>();

  const send = async ({ email, form }: Sent) => {
    remember(email);
    const authParams = form === 'link' ? await beginLink() : undefined;
    await sendEmailCode({ email, send: form, ...(authParams && { authParams }) });
    lookForMessages();
  };

  if (sent?.form === 'code') {
    return (
      <EnterCode
        title="Enter the code from the mail"
        sentTo={sent.email}
        calls="authorizeWithEmail()"
        onCode={(code) => authorizeWithEmail({ email: sent.email, code })}
        onResend={() => send(sent)}
        back="Use another address"
        onBack={() => setSent(undefined)}
      />
    );
  }
  if (sent?.form === 'link') {
    return (
      <Step title="Open the link in the mail">
        <p>
          It was sent to <strong>{sent.email}</strong> and signs in the browser it was asked for in: this one. A new tab
          is fine, and this one will notice.
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={() => setSent(undefined)}>
            Use another address
          </button>
        </div>
      </Step>
    );
  }
  return (
    <FirstStep title="Log in by e-mail" calls="sendEmailCode(), then authorizeWithEmail() or authorizeWithExchange()">
      <StepForm
        submit="Send it"
        work={async (read) => {
          const next: Sent = { email: read('email'), form: read('form') === 'link' ? 'link' : 'code' };
          await send(next);
          setSent(next);
        }}
      >
        <Field label="E-mail address" name="email" type="email" autoComplete="email" isRetried />
        <fieldset className="radios">
          <legend>What to send</legend>
          <label>
            <input type="radio" name="form" value="code" defaultChecked /> A code
          </label>
          <label>
            <input type="radio" name="form" value="link" /> A link
          </label>
        </fieldset>
      </StepForm>
    </FirstStep>
  );
}
