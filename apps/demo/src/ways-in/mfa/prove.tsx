import { Step } from '../step.tsx';
import { CodeField, Field, StepForm } from '../step-form.tsx';

export function AnotherWay({ onBack }: { onBack: () => void }) {
  return (
    <button type="button" className="button quiet" onClick={onBack}>
      Another way
    </button>
  );
}

interface ProveProps {
  onCode: (code: string) => Promise<unknown>;
  onBack: () => void;
}

/** Digits that an app shows, or that were sent. */
export function ProveCode({ title, hint, onCode, onBack }: ProveProps & { title: string; hint: string }) {
  return (
    <Step title={title} calls="mfa.verify()" focus="field">
      <StepForm submit="Go on" work={(read) => onCode(read('code'))} more={<AnotherWay onBack={onBack} />}>
        <CodeField hint={hint} />
      </StepForm>
    </Step>
  );
}

export function ProveRecoveryCode({ onCode, onBack }: ProveProps) {
  return (
    <Step title="Enter your recovery code" calls="mfa.verify()" focus="field">
      <StepForm submit="Go on" work={(read) => onCode(read('code'))} more={<AnotherWay onBack={onBack} />}>
        <Field
          label="Recovery code"
          name="code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          className="code"
          hint="24 letters and digits. It works once; you get a new one in its place."
          isRetried
        />
      </StepForm>
    </Step>
  );
}
