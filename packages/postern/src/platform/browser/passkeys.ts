import type { PasskeyCredential } from '../../types/index.ts';

/** Whether this browser can make and use passkeys, on this device or by another. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && typeof navigator?.credentials?.create === 'function';

/**
 * Has the person make a passkey or use one; null where the browser was to ask nobody, and has none to give.
 *
 * @throws DOMException as WebAuthn says, or the reason of the request's `signal`.
 */
export const askForPasskey = async (does: 'create' | 'get', request: object): Promise<PasskeyCredential | null> =>
  (await navigator.credentials[does](request)) as PublicKeyCredential | null;
