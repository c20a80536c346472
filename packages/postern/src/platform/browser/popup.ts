import { AuthError, TimeoutError } from '../../errors/auth-error.ts';
import type { PreparedUserAgent, PresentRequest, PresentResult } from '../platform.ts';
import { listenForResponse } from './authorization-message.ts';
import { markPopup, receiveCallback } from './callback-handover.ts';

/** Functions that end the popups now on screen. */
export type OpenPopups = Set<() => void>;

const WIDTH = 400;
const HEIGHT = 600;
const WATCH_MS = 100;
/** A window seen closed for this many looks in a row was closed; a callback on its way gets that long to arrive. */
const LOOKS_UNTIL_CLOSED = 5;
/** How many looks a window that is to be closed is given to get to its first page. */
const LOOKS_UNTIL_CLOSE = 20;
/** A window that is being cut off is out of reach for a moment before it seems closed: two looks may fall into that. */
const LOOKS_UNTIL_LEFT = 3;
/** Looks that a busy machine makes up for in one go are one look. */
const BETWEEN_LOOKS_MS = WATCH_MS / 2;

/** Opens the window now, while the click that asked for it still counts; the URL follows by `present`. */
export function openPopup(open: OpenPopups): PreparedUserAgent {
  const left = window.screenX + Math.max(0, (window.outerWidth - WIDTH) / 2);
  const top = window.screenY + Math.max(0, (window.outerHeight - HEIGHT) / 2);
  const popup = window.open('', '_blank', `popup,width=${WIDTH},height=${HEIGHT},left=${left},top=${top}`);
  if (popup === null || popup.closed) return { present: () => Promise.reject(blocked()), abandon: () => undefined };
  return {
    present: (request) => presentInPopup(popup, request, open),
    abandon: () => popup.close(),
  };
}

function presentInPopup(popup: Window, request: PresentRequest, open: OpenPopups): Promise<PresentResult> {
  if (popup.closed) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      for (const stop of stops) stop();
      open.delete(cancel);
      closeOnArrival(popup);
      settle();
    };
    const succeed = (url: string) => finish(() => resolve({ kind: 'callback', url }));
    const fail = (error: AuthError) => finish(() => reject(error));
    const cancel = () => fail(cancelled());
    const limit = setTimeout(() => fail(new TimeoutError(request.timeoutMs)), request.timeoutMs);
    const stops = [
      () => clearTimeout(limit),
      listenForResponse(request, () => popup, succeed),
      receiveCallback(request, popup, succeed),
      watchForClosing(popup, cancel),
    ];
    open.add(cancel);
    markPopup(popup, request.state);
    popup.location.replace(request.url);
  });
}

/**
 * Chromium loses a `close()` that meets the window's change to another origin, and takes no second one: a window on its way
 * from our blank page is closed once it has arrived.
 */
function closeOnArrival(popup: Window): void {
  let looks = 0;
  const look = () => {
    if (!popup.closed && isBlank(popup) && looks < LOOKS_UNTIL_CLOSE) {
      looks += 1;
      setTimeout(look, WATCH_MS);
    } else popup.close();
  };
  look();
}

/**
 * Tells when the person closed the window. `closed` alone does not: it is also true once a Cross-Origin-Opener-Policy
 * cut the window off while it is still on screen. A window that goes from our blank page straight to "closed" was cut
 * off, unless the blank page was asked twice whether it may be left: by our own navigation, and then by the closing. And
 * while the person's focus is elsewhere, the window may well be where it is.
 */
function watchForClosing(popup: Window, onClosed: () => void): () => void {
  let looksElsewhere = 0;
  let lookedElsewhereAt = Number.NEGATIVE_INFINITY;
  let departures = 0;
  let looks = 0;
  popup.addEventListener('beforeunload', () => {
    departures += 1;
  });
  const timer = setInterval(() => {
    if (!popup.closed) {
      if (!isBlank(popup) && performance.now() - lookedElsewhereAt >= BETWEEN_LOOKS_MS) {
        looksElsewhere += 1;
        lookedElsewhereAt = performance.now();
      }
      looks = 0;
    } else if (looksElsewhere < LOOKS_UNTIL_LEFT && departures < 2) {
      clearInterval(timer);
    } else if (document.hasFocus()) {
      looks += 1;
      if (looks === LOOKS_UNTIL_CLOSED) {
        clearInterval(timer);
        onClosed();
      }
    }
  }, WATCH_MS);
  return () => clearInterval(timer);
}

function isBlank(popup: Window): boolean {
  try {
    return popup.location.href === 'about:blank';
  } catch {
    return false;
  }
}

function blocked(): AuthError {
  const message = 'The browser blocked the login window: call authorize() straight from a click.';
  return new AuthError('BrowserNotAvailable', message, { code: 'a0.browser_not_available' });
}

function cancelled(): AuthError {
  return new AuthError('UserCancelled', 'The login window was closed.', { code: 'a0.session.user_cancelled' });
}
