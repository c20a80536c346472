import type { AuthorizationServer } from 'oauth4webapi';
import { AuthError } from '../errors/auth-error.ts';
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
const signingAlgorithms = [
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

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
  'device_authorization_endpoint',
] as const;

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

/**
 * Takes what is needed from a discovery document. RFC 8414 section 3.3: the issuer must be the configured one.
 * RFC 9700 section 2.6: endpoints are https, unless the tenant itself is reached by http on the same host.
 */
export function readMetadata(document: object, configuration: Pick<Configuration, 'origin' | 'insecure'>): Server {
  const metadata = document as Partial<AuthorizationServer>;
  const refuse = (message: string) => new AuthError('InvalidMetadata', message, { code: 'a0.invalid_configuration' });
  const { issuer } = metadata;
  if (typeof issuer !== 'string' || issuer.replace(/\/$/, '') !== configuration.origin)
    throw refuse(`The server names itself ${issuer}, not ${configuration.origin}/.`);
  const server: Record<string, unknown> = {
    issuer,
    id_token_signing_alg_values_supported: signingAlgorithms,
    authorization_response_iss_parameter_supported: metadata.authorization_response_iss_parameter_supported === true,
  };
  const { dpop_signing_alg_values_supported: dpop } = metadata;
  if (Array.isArray(dpop)) server.dpop_signing_alg_values_supported = dpop.filter((alg) => alg === 'ES256');
  const host = new URL(configuration.origin).hostname;
  for (const name of endpoints) {
    const endpoint = metadata[name];
    if (typeof endpoint !== 'string') continue;
    if (!URL.canParse(endpoint)) throw refuse(`The server's ${name} is no URL.`);
    const { protocol, hostname } = new URL(endpoint);
    if (protocol !== 'https:' && !(configuration.insecure && protocol === 'http:' && hostname === host))
      throw refuse(`The server's ${name} is not https.`);
    server[name] = endpoint;
  }
  return server as Server;
}
