import { useAuth0 } from 'postern';
import { useState } from 'react';
import { useWaysIn } from './context.ts';
import { FirstStep, Step } from './step.tsx';
import { Field, StepForm } from './step-form.tsx';
import { connection } from './ways.ts';

export function ForgotPasswordWay() {
  const { resetPassword } = useAuth0();
  const { remember, lookForMessages } = useWaysIn();
  const [sentTo, setSentTo] = useState<string>();
  if (sentTo !== undefined) {
    return (
      <Step title="Look into your mailbox">
        <p>
          If somebody has an account with <strong>{sentTo}</strong>, a link to choose a new password is on its way
          there. The answer is the same for everybody: nobody learns here who has an account.
        </p>
        <div className="actions">
          <button type="button" className="button" onClick={() => setSentTo(undefined)}>
            Use another address
          </button>
        </div>
      </Step>
    );
  }
  return (
    <FirstStep title="Choose a new password" calls="resetPassword()">
      <StepForm
        submit="Send me a link"
        work={async (read) => {
          const email = read('email');
          remember(email);
          await resetPassword({ email, connection });
          lookForMessages();
          setSentTo(email);
        }}
      >
        <Field label="E-mail address" name="email" type="email" autoComplete="username" isRetried />
      </StepForm>
    </FirstStep>
  );
}
