import { useAuth0 } from 'postern';
import { useCallback, useState } from 'react';
import type { AppState } from './return-to.ts';

/** Starts a login that comes back to `returnTo`. The failure is kept in `useAuth0().error`, where `App` shows it. */
export function useLogin(returnTo: string) {
  const { authorize } = useAuth0();
  const [isLeaving, setLeaving] = useState(false);
  const login = useCallback(
    async (screen: 'login' | 'signup' = 'login') => {
      setLeaving(true);
      const appState: AppState = { returnTo };
      try {
        await authorize({
          appState,
          ...(screen === 'signup' && { additionalParameters: { screen_hint: 'signup' } }),
        });
      } catch {
        // Shown from `error`.
      } finally {
        // Where the page itself leaves, the promise never settles.
        setLeaving(false);
      }
    },
    [authorize, returnTo],
  );
  return { login, isLeaving };
}
