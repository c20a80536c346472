import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

/**
 * A plain oidc-provider: in-memory adapter, one public client, rotating refresh tokens, JWT access tokens for one API.
 * The refresh tokens are put into its storage directly, because it has no login of its own.
 */
const issuer = `http://localhost:${process.env.PORT}`;
const audience = 'https://api.postern.test';
const scope = 'openid profile email offline_access read:notes write:notes';
const clientId = 'bench';

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] },
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1:1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  scopes: scope.split(' '),
  cookies: { keys: ['bench'] },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  findAccount: async (_, accountId) => ({
    accountId,
    claims: async () => ({ sub: accountId, email: 'user@example.com' }),
  }),
  features: {
    devInteractions: { enabled: false },
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

async function createRefreshToken(): Promise<string> {
  const grant = new provider.Grant({ accountId: 'user', clientId });
  grant.addOIDCScope(scope);
  grant.addResourceScope(audience, scope);
  const grantId = await grant.save();
  const client = await provider.Client.find(clientId);
  if (!client) throw new Error('oidc-provider lost its client');
  const token = new provider.RefreshToken({
    accountId: 'user',
    client,
    grantId,
    gty: 'authorization_code',
    scope,
    resource: audience,
    authTime: Math.floor(Date.now() / 1000),
    expiresWithSession: false,
    rotations: 0,
  } as unknown as ConstructorParameters<typeof provider.RefreshToken>[0]);
  return token.save();
}

const server = createServer(provider.callback());
server.listen(Number(process.env.PORT), '127.0.0.1', async () => {
  const refreshTokens = await Promise.all(Array.from({ length: Number(process.env.CHAINS) }, createRefreshToken));
  console.log(JSON.stringify({ refreshTokens }));
});
