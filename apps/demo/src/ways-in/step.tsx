import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWaysIn } from './context.ts';

interface StepProps {
  title: string;
  /** Names of the SDK's methods that this step calls. */
  calls?: string;
  /** Where the keyboard goes when the step appears. Default: its heading. */
  focus?: 'heading' | 'field' | 'none';
  children: ReactNode;
}

/** One step of a way in. It takes the focus, so that keyboard and screen reader follow the flow. */
export function Step({ title, calls, focus = 'heading', children }: StepProps) {
  const section = useRef<HTMLElement>(null);
  const heading = useId();
  useEffect(() => {
    if (focus === 'none') return;
    section.current?.querySelector<HTMLElement>(focus === 'field' ? 'input' : 'h2')?.focus();
  }, [focus]);
  return (
    <section ref={section} className="card step" aria-labelledby={heading}>
      <h2 id={heading} tabIndex={-1}>
        {title}
      </h2>
      {calls && (
        <p className="calls">
          <span className="visually-hidden">Calls </span>
          <code>{calls}</code>
        </p>
      )}
      {children}
    </section>
  );
}

/** The first step of a way: takes the focus unless it is what the page was opened with. */
export function FirstStep(props: Omit<StepProps, 'focus'>) {
  const { isArrival } = useWaysIn();
  return <Step {...props} focus={isArrival ? 'none' : 'heading'} />;
}
