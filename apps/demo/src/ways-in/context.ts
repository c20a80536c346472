import type { MfaRequiredErrorPayload } from 'postern';
import { createContext, useContext } from 'react';

/** What every way in can ask of the page around it. */
export interface WaysInContextValue {
  /** Shows the messages to this address in the inbox. */
  readonly remember: (address: string) => void;
  /** Looks for new messages now. */
  readonly lookForMessages: () => void;
  /** Nothing has happened since the page was opened: nothing may take the focus yet. */
  readonly isArrival: boolean;
  /** Goes on with the second step that a login owes. */
  readonly askSecondFactor: (required: MfaRequiredErrorPayload) => void;
}

export const WaysInContext = createContext<WaysInContextValue | undefined>(undefined);

export function useWaysIn(): WaysInContextValue {
  const value = useContext(WaysInContext);
  if (!value) throw new Error('useWaysIn works below the page "Ways in".');
  return value;
}
