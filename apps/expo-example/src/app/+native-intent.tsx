import { isCallbackUrl } from 'postern/expo';

/** Callbacks of logins are the SDK's: without this the router would look for a screen of that name, and find none. */
export function redirectSystemPath({ path, initial }: { path: string; initial: boolean }) {
  if (!isCallbackUrl(path)) return path;
  // Stay where the person is; or, where the system had ended the app, begin at home while the login goes on.
  return initial ? '/' : null;
}
