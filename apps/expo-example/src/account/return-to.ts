import type { Href } from 'expo-router';
import { safeReturnTo } from 'postern';

/** The screen to go to after a login: one of this app's own, whatever `appState` says. */
export function returnToOf(appState: unknown): Href {
  const wanted = typeof appState === 'object' && appState !== null && 'returnTo' in appState && appState.returnTo;
  return (safeReturnTo(wanted) ?? '/') as Href;
}
