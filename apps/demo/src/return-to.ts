/** Where a login should end: the place it was asked for, query and hash included. */
export interface AppState {
  readonly returnTo: string;
}

/** The path to go to after a login. Only a path of this app: `//elsewhere` would leave it. */
export function returnToOf(appState: unknown): string {
  const returnTo = appState && typeof appState === 'object' && 'returnTo' in appState ? appState.returnTo : undefined;
  if (typeof returnTo !== 'string') return '/notes';
  const url = new URL(returnTo, window.location.origin);
  return url.origin === window.location.origin ? `${url.pathname}${url.search}${url.hash}` : '/notes';
}
