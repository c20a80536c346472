import { names } from './codes.ts';

/** `error.reason` of a {@link MyAccountError}: what to do about it, whatever the API's own URI for it. */
export const MyAccountErrorCodes = /* @__PURE__ */ names(
  'INVALID_PARAMETER',
  'INVALID_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'TOO_MANY_REQUESTS',
  'NO_NETWORK',
  'SERVER_ERROR',
  'UNKNOWN_ERROR',
);
/** What `reason` of a {@link MyAccountError} may be. */
export type MyAccountErrorReason = keyof typeof MyAccountErrorCodes;

const reasonOfStatus: Readonly<Record<number, MyAccountErrorReason>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'TOO_MANY_REQUESTS',
};

const reasonOfCode: Readonly<Record<string, MyAccountErrorReason>> = {
  missing_parameters: 'INVALID_PARAMETER',
  invalid_parameters: 'INVALID_PARAMETER',
  network_error: 'NO_NETWORK',
  timeout: 'NO_NETWORK',
};

export function reasonOf(code: string, status: number): MyAccountErrorReason {
  if (status >= 500) return 'SERVER_ERROR';
  return reasonOfStatus[status] ?? ((Object.hasOwn(reasonOfCode, code) && reasonOfCode[code]) || 'UNKNOWN_ERROR');
}
