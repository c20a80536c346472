import type { AuthorizationServer } from 'oauth4webapi';
import type { Configuration } from '../options.ts';

/** The authorization server's metadata (RFC 8414), as far as a login needs it; small enough to go in a transaction. */
export type Server = Pick<
  AuthorizationServer,
  | 'issuer'
  | 'authorization_endpoint'
  | 'token_endpoint'
  | 'jwks_uri'
  | 'userinfo_endpoint'
  | 'revocation_endpoint'
  | 'end_session_endpoint'
  | 'device_authorization_endpoint'
  | 'authorization_response_iss_parameter_supported'
  | 'id_token_signing_alg_values_supported'
  | 'dpop_signing_alg_values_supported'
>;

/** RFC 8725 section 3.1: what an ID token may be signed with is our list, not the token's and not the server's. */
export const signingAlgorithms = [
  'RS256',
  'PS256',
  'ES256',
  'RS384',
  'RS512',
  'PS384',
  'PS512',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Where an Auth0 tenant has its endpoints, whatever its discovery document says or does not say. */
export function auth0Server({ origin }: Pick<Configuration, 'origin'>): Server {
  return {
    issuer: `${origin}/`,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    userinfo_endpoint: `${origin}/userinfo`,
    revocation_endpoint: `${origin}/oauth/revoke`,
    device_authorization_endpoint: `${origin}/oauth/device/code`,
    id_token_signing_alg_values_supported: signingAlgorithms,
  };
}

/** Auth0's own parameters and headers are only for servers laid out like Auth0; any other gets plain OpenID Connect. */
export const isAuth0 = (server: Server, { origin }: Pick<Configuration, 'origin'>): boolean =>
  server.token_endpoint === `${origin}/oauth/token`;
