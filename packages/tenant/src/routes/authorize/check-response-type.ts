import { refuse } from '../../errors.ts';
import { type Check, RedirectError } from './request.ts';

/** Only `code`: tokens in a front-channel answer leak (RFC 9700 section 2.1.2). */
export const checkResponseType: Check = ({ client, sent }) => {
  const type = sent.response_type;
  if (type === undefined) {
    throw new RedirectError('invalid_request', refuse.missingParameter('response_type').message);
  }
  if (type !== 'code') {
    throw new RedirectError('unsupported_response_type', `Unsupported response type: ${type}`, {
      explanation: `Client ${client.clientId} asked for response_type ${type}; this tenant answers with codes only. Use response_type=code with PKCE.`,
    });
  }
  return {};
};
