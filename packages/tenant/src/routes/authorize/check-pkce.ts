import { isPublic } from '../../http/client-authentication.ts';
import { type Check, RedirectError } from './request.ts';

/** RFC 7636 with S256 alone: `plain` protects nothing once the request is seen (RFC 9700 section 2.1.1). */
export const checkPkce: Check = ({ client, sent }) => {
  const { code_challenge: codeChallenge, code_challenge_method: method } = sent;
  const fail = (description: string, explanation: string) =>
    new RedirectError('invalid_request', description, { explanation: `Client ${client.clientId} ${explanation}` });
  if (codeChallenge === undefined) {
    if (method !== undefined) {
      throw fail('Missing required parameter: code_challenge', 'sent code_challenge_method without code_challenge.');
    }
    if (!isPublic(client)) return {};
    throw fail(
      'Missing required parameter: code_challenge',
      `is a ${client.type} client and must use PKCE, but sent no code_challenge.`,
    );
  }
  if (method !== 'S256') {
    throw fail(
      'code_challenge_method must be S256',
      `sent ${method === undefined ? 'no code_challenge_method, which means plain' : `code_challenge_method ${method}`}; only S256 is allowed.`,
    );
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) {
    throw fail(
      'Malformed code_challenge',
      'sent a code_challenge that is no base64url SHA-256 value of 43 characters.',
    );
  }
  return { codeChallenge };
};
