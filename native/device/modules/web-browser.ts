/** expo-web-browser: what a test's person does with the page that is shown to them. */
import type * as WebBrowser from 'expo-web-browser';

type Visit = (url: string, redirectUrl: string | null | undefined) => Promise<WebBrowser.WebBrowserAuthSessionResult>;

let visit: Visit = async () => ({ type: 'cancel' as WebBrowser.WebBrowserResultType });
let dismiss: (() => void) | undefined;

/** From now on, pages are left to this person. */
export function handTo(person: Visit) {
  visit = person;
}

export const openAuthSessionAsync: typeof WebBrowser.openAuthSessionAsync = (url, redirectUrl) =>
  Promise.race([
    visit(url, redirectUrl),
    new Promise<WebBrowser.WebBrowserAuthSessionResult>((resolve) => {
      dismiss = () => resolve({ type: 'dismiss' as WebBrowser.WebBrowserResultType });
    }),
  ]);

export const openBrowserAsync: typeof WebBrowser.openBrowserAsync = async () => ({
  type: 'cancel' as WebBrowser.WebBrowserResultType,
});
/** On a phone there is no window to close. */
export const maybeCompleteAuthSession: typeof WebBrowser.maybeCompleteAuthSession = () => ({
  type: 'failed',
  message: 'Not supported on this platform',
});
export const dismissAuthSession: typeof WebBrowser.dismissAuthSession = () => dismiss?.();
export const dismissBrowser: typeof WebBrowser.dismissBrowser = async () => ({
  type: 'dismiss' as WebBrowser.WebBrowserResultType.DISMISS,
});
export const getCustomTabsSupportingBrowsersAsync: typeof WebBrowser.getCustomTabsSupportingBrowsersAsync =
  async () => ({ browserPackages: ['com.android.chrome'], servicePackages: [] });
