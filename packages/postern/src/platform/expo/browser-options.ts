import { AuthError } from '../../errors/auth-error.ts';
import type { WebBrowserModule } from './modules.ts';
import { warnOnce } from './warn-once.ts';

export interface BrowserChoice {
  readonly auth: { preferEphemeralSession?: boolean; preferUniversalLinks?: boolean; browserPackage?: string };
  /** Show it in an SFSafariViewController, presented so. */
  readonly safari?: { readonly presentationStyle?: string };
}

/** `SafariViewControllerPresentationStyle` in Expo's words; what Expo has no word for is shown as it is by default. */
const styles: Readonly<Record<number, string>> = {
  [-2]: 'automatic',
  0: 'fullScreen',
  1: 'pageSheet',
  2: 'formSheet',
  3: 'currentContext',
  5: 'overFullScreen',
  6: 'overCurrentContext',
  7: 'popover',
};

/**
 * What the options of `authorize` and `clearSession` come to (wire reference section 31). One that means nothing on this system
 * is told the developer once, and has no effect.
 *
 * @throws AuthError `a0.browser_not_available`: none of the allowed browsers is installed.
 */
export async function chooseBrowser(
  browser: WebBrowserModule,
  os: string,
  redirectUri: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<BrowserChoice> {
  const { ephemeralSession, useSFSafariViewController, useTrustedWebActivity, allowedBrowserPackages } = options;
  const isIos = os === 'ios';
  if (useTrustedWebActivity) warnOnce('useTrustedWebActivity has no effect: expo-web-browser opens Custom Tabs.');
  if (ephemeralSession && !isIos) warnOnce('ephemeralSession has an effect on iOS only.');
  if (useSFSafariViewController && !isIos) warnOnce('useSFSafariViewController has an effect on iOS only.');
  if (allowedBrowserPackages && isIos) warnOnce('allowedBrowserPackages has an effect on Android only.');
  const packages = !isIos && Array.isArray(allowedBrowserPackages) ? allowedBrowserPackages.map(String) : [];
  const browserPackage = packages.length > 0 ? await allowedBrowser(browser, packages) : undefined;
  return {
    auth: {
      ...(isIos && ephemeralSession ? { preferEphemeralSession: true } : {}),
      ...(isIos && redirectUri?.startsWith('https:') ? { preferUniversalLinks: true } : {}),
      ...(browserPackage ? { browserPackage } : {}),
    },
    ...(isIos && useSFSafariViewController ? { safari: presentation(useSFSafariViewController) } : {}),
  };
}

function presentation(option: unknown): { presentationStyle?: string } {
  const { presentationStyle = 0 } = option as { presentationStyle?: number };
  const style = option === true ? undefined : styles[presentationStyle];
  return style ? { presentationStyle: style } : {};
}

/** The person's own if it is allowed, or else the first allowed one there is. */
async function allowedBrowser(browser: WebBrowserModule, allowed: readonly string[]): Promise<string> {
  const { defaultBrowserPackage, browserPackages } = await browser.getCustomTabsSupportingBrowsersAsync();
  const own = allowed.find((name) => name === defaultBrowserPackage);
  const chosen = own ?? allowed.find((name) => browserPackages.includes(name));
  if (chosen === undefined)
    throw new AuthError('BrowserNotAvailable', `None of the allowed browsers is installed: ${allowed.join(', ')}.`, {
      code: 'a0.browser_not_available',
    });
  return chosen;
}
