import type { PresentRequest } from '../platform.ts';
import { channelName, keyOf, MARK, type Sealed } from './callback-channel.ts';

/** Leaves the login's state in the popup's own session storage, by which its callback page will know what it is for. */
export function markPopup(popup: Window, state: string): void {
  try {
    popup.sessionStorage.setItem(MARK, state);
  } catch {
    // Only an issuer's own message can bring the callback then.
  }
}

/** Waits in the opener for the callback page of this login. Returns the function that stops waiting. */
export function receiveCallback(
  { state, redirectUri }: PresentRequest,
  popup: Window,
  onCallback: (url: string) => void,
): () => void {
  let channel: BroadcastChannel | undefined;
  let stopped = false;
  const take = (url: string | undefined) => {
    if (url === undefined || stopped || stateOf(url) !== state) return;
    channel?.postMessage('received');
    onCallback(url);
  };
  const onMessage = ({ origin, source, data }: MessageEvent<{ type?: string; url: string } | null>) => {
    if (origin === new URL(redirectUri).origin && source === popup && data?.type === MARK) take(data.url);
  };
  window.addEventListener('message', onMessage);
  void channelName(state).then((name) => {
    if (stopped) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = async ({ data }: MessageEvent<Sealed>) => take(await open(state, data));
  });
  return () => {
    stopped = true;
    window.removeEventListener('message', onMessage);
    // The answer still has to leave this page.
    setTimeout(() => channel?.close(), 0);
  };
}

/**
 * In a popup's callback page: gives the URL to the opener and closes the window. False when this page is no such popup,
 * or when nobody took the URL: then it is an ordinary page.
 */
export async function handOverCallback(): Promise<boolean> {
  if (typeof window === 'undefined') return false;
  const { href, origin } = window.location;
  const state = stateOf(href);
  if (state === null || !isMarked(state)) return false;
  window.opener?.postMessage({ type: MARK, url: href }, origin);
  // Without this part (offline) the page is an ordinary one, and finishes the login itself.
  const taken = await import('./offer-callback.ts')
    .then(({ offerCallback }) => offerCallback(state, href))
    .catch(() => false);
  if (taken) window.close();
  return taken;
}

function isMarked(state: string): boolean {
  try {
    return window.sessionStorage.getItem(MARK) === state;
  } catch {
    return false;
  }
}

function stateOf(url: string): string | null {
  return new URL(url).searchParams.get('state');
}

/** Undefined for a message that the login's own callback page did not make. */
async function open(state: string, { iv, data }: Sealed): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await keyOf(state), data));
  } catch {
    return undefined;
  }
}
