import type { PresentRequest } from '../platform.ts';
import { fingerprint, sha256 } from './digest.ts';

/**
 * How a popup's callback page gives its URL to the page that opened the popup. Where nothing cut the two apart it is a
 * `postMessage` to the opener. Where a `Cross-Origin-Opener-Policy` did, it is a BroadcastChannel: its name is a hash of
 * the login's `state` and its message is encrypted with a key made from the `state`, so no code is ever broadcast in the
 * clear and only the page that began this login can read it.
 */
const MARK = 'postern.popup';
const ANSWER_MS = 1500;

type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly data: ArrayBuffer };

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
  const taken = await offer(state, href);
  if (taken) window.close();
  return taken;
}

async function offer(state: string, url: string): Promise<boolean> {
  const channel = new BroadcastChannel(await channelName(state));
  const message = await seal(state, url);
  return new Promise((resolve) => {
    const finish = (taken: boolean) => {
      clearTimeout(timer);
      channel.close();
      resolve(taken);
    };
    const timer = setTimeout(() => finish(false), ANSWER_MS);
    channel.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data === 'received') finish(true);
    };
    channel.postMessage(message);
  });
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

async function channelName(state: string): Promise<string> {
  return `${MARK}.${await fingerprint(`channel ${state}`)}`;
}

async function keyOf(state: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await sha256(`key ${state}`), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function seal(state: string, url: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(state), new TextEncoder().encode(url));
  return { iv, data };
}

/** Undefined for a message that the login's own callback page did not make. */
async function open(state: string, { iv, data }: Sealed): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await keyOf(state), data));
  } catch {
    return undefined;
  }
}
