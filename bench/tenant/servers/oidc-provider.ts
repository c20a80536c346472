import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

/**
 * A plain oidc-provider: in-memory adapter, its own login page for development, which takes any name with any password, no
 * consent page, rotating refresh tokens, JWT access tokens for one API.
 */
const issuer = `http://127.0.0.1:${process.env.PORT}`;
const audience = String(process.env.AUDIENCE);
const scope = String(process.env.SCOPE);

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] },
  clients: [
    {
      client_id: 'bench',
      token_endpoint_auth_method: 'none',
      redirect_uris: [String(process.env.CALLBACK)],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: 'bench-machine',
      client_secret: process.env.SECRET,
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  scopes: scope.split(' '),
  cookies: { keys: ['bench'] },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  expiresWithSession: async () => false,
  findAccount: async (_, accountId) => ({
    accountId,
    claims: async () => ({ sub: accountId, email: accountId }),
  }),
  loadExistingGrant: async ({ oidc }) => {
    const grant = new provider.Grant({ accountId: oidc.session?.accountId, clientId: oidc.client?.clientId });
    grant.addOIDCScope(scope);
    grant.addResourceScope(audience, scope);
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async () => ({
        scope,
        audience,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
      useGrantedResource: async () => true,
      defaultResource: async () => audience,
    },
  },
});

createServer(provider.callback()).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('{}'));
