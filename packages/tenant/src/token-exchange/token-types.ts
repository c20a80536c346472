/** RFC 8693 section 3. */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';

/** What native apps get from a provider's own SDK. */
export const nativeSocialTypes = {
  'http://auth0.com/oauth/token-type/apple-authz-code': { strategy: 'apple', form: 'code' },
  'http://auth0.com/oauth/token-type/apple-id-token': { strategy: 'apple', form: 'id_token' },
  'http://auth0.com/oauth/token-type/facebook-info-session-access-token': { strategy: 'facebook', form: 'token' },
  'http://auth0.com/oauth/token-type/google-id-token': { strategy: 'google-oauth2', form: 'id_token' },
} as const;
export type NativeSocialType = keyof typeof nativeSocialTypes;

export function isNativeSocialType(type: string): type is NativeSocialType {
  return Object.hasOwn(nativeSocialTypes, type);
}

const reserved = [
  /^https?:\/\/([^/]+\.)?auth0\.com([/:?#]|$)/i,
  /^https?:\/\/([^/]+\.)?okta\.com([/:?#]|$)/i,
  /^urn:(ietf|auth0|okta)(:|$)/i,
];

/** Namespaces a profile of one's own may not use. */
export function isReservedTokenType(type: string): boolean {
  return reserved.some((pattern) => pattern.test(type));
}
