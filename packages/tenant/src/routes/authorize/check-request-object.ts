import { type Check, RedirectError } from './request.ts';

/** OIDC Core 6.1 and 6.2: a server that does not support request objects says so instead of ignoring them. */
export const checkRequestObject: Check = ({ sent }) => {
  if (sent.request !== undefined) {
    throw new RedirectError('request_not_supported', 'The request parameter is not supported');
  }
  if (sent.request_uri !== undefined) {
    throw new RedirectError('request_uri_not_supported', 'The request_uri parameter is not supported');
  }
  return {};
};
