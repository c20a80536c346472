import { useState } from 'react';
import { useWaysIn } from './context.ts';
import { Problem } from './problem.tsx';
import { Step } from './step.tsx';
import { CodeField, StepForm } from './step-form.tsx';
import { useAttempt } from './use-attempt.ts';

interface EnterCodeProps {
  title: string;
  sentTo: string;
  calls: string;
  onCode: (code: string) => Promise<unknown>;
  onResend: () => Promise<unknown>;
  back: string;
  onBack: () => void;
}

/** A code is on its way; the field has the focus. */
export function EnterCode({ title, sentTo, calls, onCode, onResend, back, onBack }: EnterCodeProps) {
  const { lookForMessages } = useWaysIn();
  const { attempt, problem } = useAttempt();
  const [resent, setResent] = useState(0);
  const resend = async () => {
    if (!(await attempt(onResend))) return;
    lookForMessages();
    setResent((count) => count + 1);
  };
  return (
    <Step title={title} calls={calls} focus="field">
      <StepForm
        submit="Go on"
        work={(read) => onCode(read('code'))}
        more={
          <>
            <button type="button" className="button" onClick={resend}>
              Send another
            </button>
            <button type="button" className="button quiet" onClick={onBack}>
              {back}
            </button>
          </>
        }
      >
        <CodeField hint={`It was sent to ${sentTo}.`} />
      </StepForm>
      <Problem error={problem} />
      <p role="status" className="hint">
        {resent > 0 && `Sent again (${resent}). Only the newest code counts.`}
      </p>
    </Step>
  );
}
