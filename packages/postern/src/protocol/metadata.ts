import type { AuthorizationServer } from 'oauth4webapi';
import { AuthError } from '../errors/auth-error.ts';
import type { Configuration } from '../options.ts';
import { type Server, signingAlgorithms } from './server.ts';

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
  'device_authorization_endpoint',
] as const;

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
