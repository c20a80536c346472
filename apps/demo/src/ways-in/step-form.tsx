import { type ComponentProps, type FormEvent, type ReactNode, useId, useRef } from 'react';
import { Problem } from './problem.tsx';
import { useAttempt } from './use-attempt.ts';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  name: string;
  hint?: string;
  /** Gets the focus back when the form was refused. */
  isRetried?: boolean;
}

export function Field({ label, hint, isRetried = false, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        required
        aria-describedby={hint && `${id}-hint`}
        {...(isRetried && { 'data-retried': '' })}
        {...input}
      />
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Digits that arrived or that an app shows: phones offer to fill them in, and bring up the number pad. */
export function CodeField({ label = 'Code', hint }: { label?: string; hint?: string }) {
  return (
    <Field
      label={label}
      {...(hint && { hint })}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      className="code"
      isRetried
    />
  );
}

export type ReadField = (name: string) => string;

interface StepFormProps {
  /** Does it, with what was typed. A rejection is shown, and the form can be sent again. */
  work: (read: ReadField) => Promise<unknown>;
  submit: string;
  children: ReactNode;
  /** Further buttons, beside the one that submits. */
  more?: ReactNode;
}

export function StepForm({ work, submit, children, more }: StepFormProps) {
  const { attempt, problem, isBusy } = useAttempt();
  const form = useRef<HTMLFormElement>(null);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (await attempt(() => work((name) => String(fields.get(name) ?? '').trim()))) return;
    const retried = form.current?.querySelector<HTMLInputElement>('[data-retried]');
    retried?.focus();
    retried?.select();
  };
  return (
    <form ref={form} onSubmit={send} aria-busy={isBusy}>
      {children}
      <Problem error={problem} />
      <div className="actions">
        {/* Not `disabled`, which would take the focus away from the keyboard. */}
        <button type="submit" className="button primary" aria-disabled={isBusy}>
          {submit}
        </button>
        {more}
      </div>
    </form>
  );
}
