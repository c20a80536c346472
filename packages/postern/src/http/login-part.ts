/**
 * What logins and renewals need, beyond what shows a page with somebody signed in, or nobody: loaded beside the page and in one
 * piece, so that neither a click nor a callback waits for one file after another.
 */
export { beginLogin } from '../protocol/authorize.ts';
export { readCallback } from '../protocol/read-callback.ts';
export { discover } from './discovery.ts';
export { TokenEndpoint } from './token-endpoint.ts';
