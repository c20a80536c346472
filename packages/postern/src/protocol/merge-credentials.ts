import type { Credentials } from '../types/credentials.ts';

/** What an answer leaves out stays as it was (RFC 6749 section 6, OpenID Connect Core section 12.2). */
export function merge(old: Credentials, renewed: Credentials): Credentials {
  const refreshToken = renewed.refreshToken ?? old.refreshToken;
  const sessionExpiresAt = old.sessionExpiresAt ?? renewed.sessionExpiresAt;
  return {
    ...renewed,
    idToken: renewed.idToken || old.idToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(sessionExpiresAt ? { sessionExpiresAt } : {}),
  };
}
