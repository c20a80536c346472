import { fingerprint, sha256 } from './digest.ts';

/**
 * How a popup's callback page gives its URL to the page that opened the popup. Where nothing cut the two apart it is a
 * `postMessage` to the opener. Where a `Cross-Origin-Opener-Policy` did, it is a BroadcastChannel: its name is a hash of
 * the login's `state` and its message is encrypted with a key made from the `state`, so no code is ever broadcast in the
 * clear and only the page that began this login can read it.
 */
export const MARK = 'postern.popup';

export type Sealed = { readonly iv: Uint8Array<ArrayBuffer>; readonly data: ArrayBuffer };

export async function channelName(state: string): Promise<string> {
  return `${MARK}.${await fingerprint(`channel ${state}`)}`;
}

export async function keyOf(state: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await sha256(`key ${state}`), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
