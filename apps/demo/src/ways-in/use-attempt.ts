import { isAuthError } from 'postern';
import { useState } from 'react';
import { useWaysIn } from './context.ts';

/** Runs one thing at a time and keeps what went wrong. A login that owes a second step is handed to the page. */
export function useAttempt() {
  const { askSecondFactor } = useWaysIn();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  /** True when `work` went through. */
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (isBusy) return false;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      const required = isAuthError(error) ? error.mfaRequired : undefined;
      if (required) askSecondFactor(required);
      else setProblem(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { attempt, problem, isBusy };
}
