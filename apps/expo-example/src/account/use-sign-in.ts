import { useAuth0 } from 'postern';
import { useState } from 'react';

/** Signing in and out, with what the buttons show meanwhile. A failure is in the session's `error`; see `SessionError`. */
export function useSignIn() {
  const { authorize, clearSession } = useAuth0();
  const [isBusy, setBusy] = useState(false);

  const during = (work: () => Promise<unknown>) => {
    setBusy(true);
    // In a browser the page is being left, and the promise stays pending.
    work()
      .catch(() => undefined)
      .finally(() => setBusy(false));
  };

  return {
    isBusy,
    signIn: (returnTo = '/profile') => during(() => authorize({ appState: { returnTo } })),
    signOut: () => during(() => clearSession()),
  };
}
