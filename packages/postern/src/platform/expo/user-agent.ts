import { AuthError, TimeoutError } from '../../errors/auth-error.ts';
import type { Clock, UserAgent } from '../platform.ts';
import { type BrowserChoice, chooseBrowser } from './browser-options.ts';
import { callbackUrl, warnOfScheme } from './callback-urls.ts';
import type { BrowserResult, ModuleSource, WebBrowserModule } from './modules.ts';

/**
 * Android shows the app again before it hands over the URL that brought it back, and Expo takes the first for a person who
 * gave up: so long the URL may still come.
 */
const GRACE_MS = 500;
/** A browser that was dismissed is given so long to be gone before another is opened. */
const CLOSING_MS = 1000;
/** As long as a callback is taken. Nothing else is waiting behind the page, and signing in may take an e-mail and a call. */
const PATIENCE_MS = 3_600_000;

interface Visit {
  readonly url: string;
  readonly redirectUri: string | undefined;
  /** Of a login: any app may open this one by a callback of its own. */
  readonly state?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
}

/** The system's browser over the app (ASWebAuthenticationSession, Custom Tabs), through expo-web-browser; never a web view. */
export function createUserAgent(
  modules: ModuleSource,
  clock: Clock,
  { bundleIdentifier }: { readonly bundleIdentifier?: string | undefined },
): UserAgent {
  let cancelCurrent: (() => void) | undefined;
  let closing: Promise<unknown> = Promise.resolve();

  const delay = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));

  /** Shows a page until it leads to `redirectUri`. */
  const visit = async ({ url, redirectUri, state, options, timeoutMs }: Visit): Promise<string> => {
    if (cancelCurrent) throw alreadyActive();
    const browser = modules.need('expo-web-browser');
    const { Platform, Linking } = modules.need('react-native');
    const stops: (() => void)[] = [];
    try {
      const ended = new Promise<never>((_, reject) => {
        cancelCurrent = () => reject(cancelled());
        if (timeoutMs === undefined) return;
        const timer = clock.setTimeout(() => reject(new TimeoutError(timeoutMs)), timeoutMs);
        stops.push(() => clock.clearTimeout(timer));
      });
      ended.catch(() => undefined);
      const choice = await chooseBrowser(browser, Platform.OS, redirectUri, options);
      await Promise.race([closing, delay(CLOSING_MS)]);
      const arrived = new Promise<BrowserResult>((resolve) => {
        // Where nobody hands it to whoever opened the browser: Android at times, an SFSafariViewController, and iOS before 17.4
        // where it is a universal link.
        const listening = Linking.addEventListener('url', (event) => {
          if (!redirectUri || !leadsTo(event.url, redirectUri)) return;
          if (state === undefined || stateOf(event.url) === state) resolve({ type: 'success', url: event.url });
        });
        stops.push(() => listening.remove());
      });
      const shown = show(browser, choice, url, redirectUri);
      closing = shown.catch(() => undefined);
      const mayYetArrive = ({ type }: BrowserResult) =>
        Platform.OS !== 'ios' && (type === 'cancel' || type === 'dismiss');
      const settled = shown.then(async (result) =>
        mayYetArrive(result) ? Promise.race([arrived, delay(GRACE_MS).then(() => result)]) : result,
      );
      settled.catch(() => undefined);
      let isClosed = false;
      const markClosed = () => {
        isClosed = true;
      };
      shown.then(markClosed, markClosed);
      stops.push(() => {
        if (!isClosed) dismiss(browser, choice, Platform.OS);
      });
      return readResult(await Promise.race([settled, arrived, ended]), redirectUri);
    } catch (error) {
      throw toAuthError(error);
    } finally {
      cancelCurrent = undefined;
      for (const stop of stops) stop();
    }
  };

  return {
    modes: ['popup'],
    patienceMs: PATIENCE_MS,
    prepare: (mode) => {
      if (mode !== 'popup') throw unsupported(mode);
      return {
        present: async ({ url, redirectUri, state, timeoutMs, options = {} }) => {
          warnOfScheme(redirectUri);
          return { kind: 'callback', url: await visit({ url, redirectUri, state, options, timeoutMs }) };
        },
        abandon: () => undefined,
      };
    },
    cancel: async () => cancelCurrent?.(),
    logout: async ({ url, returnTo, options = {} }) => ({
      kind: 'callback',
      url: await visit({ url, redirectUri: returnTo, options }),
    }),
    defaultRedirectUri: ({ domain, options = {} }) => callbackUrl(modules, domain, options, bundleIdentifier),
    defaultReturnTo: ({ domain, options = {} }) => callbackUrl(modules, domain, options, bundleIdentifier),
  };
}

function show(
  browser: WebBrowserModule,
  { auth, safari }: BrowserChoice,
  url: string,
  redirectUri: string | undefined,
): Promise<BrowserResult> {
  return safari ? browser.openBrowserAsync(url, safari) : browser.openAuthSessionAsync(url, redirectUri ?? null, auth);
}

/** Android's browser goes by itself, when the app is shown again. */
function dismiss(browser: WebBrowserModule, { safari }: BrowserChoice, os: string): void {
  if (os !== 'ios') return;
  try {
    const closed = safari ? browser.dismissBrowser() : browser.dismissAuthSession();
    Promise.resolve(closed).catch(() => undefined);
  } catch {
    // It is gone already.
  }
}

/** Scheme and host come back in lower case, whatever was asked for. */
const leadsTo = (url: string, redirectUri: string) => {
  const [start, end] = [url.slice(0, redirectUri.length), url.charAt(redirectUri.length)];
  return start.toLowerCase() === redirectUri.toLowerCase() && (end === '' || '?#&/'.includes(end));
};

/** The `state` of a callback, in its query or its fragment; undefined where it is given twice. */
function stateOf(url: string): string | undefined {
  const { search, hash } = new URL(url);
  const states = [search, hash].flatMap((part) => new URLSearchParams(part.slice(1)).getAll('state'));
  return states.length === 1 ? states[0] : undefined;
}

function readResult({ type, url }: BrowserResult, redirectUri: string | undefined): string {
  if (type === 'locked') throw alreadyActive();
  if (type !== 'success' || !url) throw cancelled();
  if (redirectUri && !leadsTo(url, redirectUri))
    throw new AuthError('InvalidCallbackUrl', 'The browser came back with a URL that is not the callback.', {
      code: 'INVALID_CALLBACK_URL',
    });
  return url;
}

function toAuthError(cause: unknown): AuthError {
  if (cause instanceof AuthError) return cause;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const text = String(message);
  if (/ALREADY_?OPEN/.test(String(code)) || /already open|invalid state/.test(text)) return alreadyActive(cause);
  const isAbsent = /ACTIVITY|PACKAGE/.test(String(code)) || /No matching browser|Package Manager/.test(text);
  return isAbsent
    ? new AuthError('BrowserNotAvailable', `No browser can show the login page: ${text}`, {
        code: 'a0.browser_not_available',
        cause,
      })
    : new AuthError('FailedToLoad', `The browser did not open: ${text}`, { code: 'a0.session.failed_load', cause });
}

const cancelled = () =>
  new AuthError('UserCancelled', 'The browser was closed before it came back.', { code: 'a0.session.user_cancelled' });

const alreadyActive = (cause?: unknown) =>
  new AuthError('TransactionActiveAlready', 'Another login is on screen: wait for it, or cancelWebAuth().', {
    code: 'TRANSACTION_ACTIVE_ALREADY',
    cause,
  });

const unsupported = (mode: string) =>
  new AuthError('InvalidConfiguration', `React Native knows no mode "${mode}": logins open the system's browser.`, {
    code: 'a0.invalid_configuration',
  });
