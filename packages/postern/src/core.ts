/**
 * Postern without React.
 *
 * @module
 */
export * from './auth0.ts';
export { Auth0 as default } from './auth0.ts';
export { type ApiAccess, type CreateFetchOptions, createFetch, type FetchSource } from './create-fetch.ts';
export * from './errors/index.ts';
export {
  addPasskey,
  type PasskeyPrompt,
  type PasskeySource,
  signInWithPasskey,
  signUpWithPasskey,
} from './passkeys.ts';
export { canUsePasskeys } from './platform/browser/passkeys.ts';
export type * from './platform/platform.ts';
export { MutexTimeoutError } from './platform/platform.ts';
export { parseIdToken } from './protocol/id-token.ts';
export { safeReturnTo } from './protocol/return-to.ts';
export type * from './reference-names.ts';
export type { Session, SessionSnapshot, SessionSource, StartOptions } from './session/session-state.ts';
export { type SessionTransferTarget, sessionTransferCookie, sessionTransferUrl } from './session-transfer-web.ts';
export * from './types/index.ts';
