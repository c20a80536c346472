import { type Check, RedirectError } from './request.ts';

/** RFC 9449 section 10: a SHA-256 thumbprint in base64url. */
export const checkDpopJkt: Check = ({ sent }) => {
  const { dpop_jkt: dpopJkt } = sent;
  if (dpopJkt === undefined) return {};
  if (!/^[A-Za-z0-9_-]{43}$/.test(dpopJkt)) {
    throw new RedirectError('invalid_request', 'Malformed dpop_jkt');
  }
  return { dpopJkt };
};
