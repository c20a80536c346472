import type { PasskeyCredential } from '../../types/index.ts';

/** Whether this browser can make and use passkeys, on this device or by another. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' && typeof navigator?.credentials?.create === 'function';

/**
 * Has the person make a passkey or use one.
 *
 * @throws DOMException as WebAuthn says, or the reason of the request's `signal`.
 */
export const askForPasskey = async (does: 'create' | 'get', request: object): Promise<PasskeyCredential> =>
  (await navigator.credentials[does](request)) as PublicKeyCredential;
