import type { TokenEndpointResponse } from 'oauth4webapi';
import type { Credentials, SessionTransferCredentials } from '../types/index.ts';

export const sessionTransferAudience = (domain: string): string => `urn:${domain}:session_transfer`;

/** Wire reference section 13: the transfer token comes in place of an access token, its kind as `issued_token_type`. */
export function toSessionTransfer({
  answer,
  credentials,
}: {
  readonly answer: TokenEndpointResponse;
  readonly credentials: Credentials;
}): SessionTransferCredentials {
  const { access_token, issued_token_type, expires_in } = answer;
  const { idToken, refreshToken } = credentials;
  return {
    sessionTransferToken: access_token,
    tokenType: String(issued_token_type ?? 'urn:auth0:params:oauth:token-type:session_transfer_token'),
    expiresIn: Number(expires_in ?? 60),
    ...(idToken ? { idToken } : {}),
    ...(refreshToken ? { refreshToken } : {}),
  };
}
