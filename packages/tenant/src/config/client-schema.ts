import { z } from 'zod';
import { mfaPolicy, seconds, url } from './fields.ts';

export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'password',
  'http://auth0.com/oauth/grant-type/password-realm',
  'http://auth0.com/oauth/grant-type/passwordless/otp',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:okta:params:oauth:grant-type:webauthn',
] as const;
export type GrantType = (typeof grantTypes)[number];

const refreshTokenPolicy = z
  .strictObject({
    rotation: z.enum(['rotating', 'non-rotating']).default('rotating').meta({
      description: 'Whether each refresh gives a new refresh token and spends the old one.',
    }),
    leeway: z.number().int().min(0).default(0).meta({
      description:
        'How long the refresh token before the newest still works, for a response that got lost. In seconds; 0 is off.',
    }),
    lifetime: seconds('Absolute life of a refresh-token family; rotation does not extend it.').default(2_592_000),
    idleLifetime: seconds('A family unused for this long expires.').default(2_592_000),
    policies: z
      .array(
        z.strictObject({
          audience: z.string().min(1).meta({
            description: "Identifier of an API; /me/ for the tenant's own My Account API, /api/v2/ for its users.",
          }),
          scope: z.array(z.string().min(1)).meta({ description: 'Scopes of that API a renewal may have.' }),
        }),
      )
      .default([])
      .meta({
        description:
          'Multi-resource refresh tokens: further APIs, and scopes, that its refresh tokens give access tokens for.',
      }),
  })
  .meta({ description: 'Refresh-token policy of a client.' });

const sessionTransferSchema = z
  .strictObject({
    canCreate: z.boolean().default(false).meta({
      description: 'Its refresh tokens may be exchanged for a token that signs a browser in (Native to Web SSO).',
    }),
    allowedAuthenticationMethods: z
      .array(z.enum(['cookie', 'query']))
      .default([])
      .meta({ description: 'How such a token may come to /authorize for this client; not at all when empty.' }),
    deviceBinding: z.enum(['ip', 'asn', 'none']).default('ip').meta({
      description:
        'Whether the browser must have the address the token was made at: the same one, one of the same network, or any.',
    }),
    enforceCascadeRevocation: z.boolean().default(true).meta({
      description:
        'Whether revoking its refresh tokens also ends the browser sessions and refresh tokens that came from them.',
    }),
  })
  .meta({ description: 'Native to Web SSO: session transfer tokens.' });

export const clientSchema = z.strictObject({
  clientId: z.string().min(1),
  name: z.string().min(1),
  type: z.enum(['spa', 'native', 'regular', 'machine']).meta({
    description: 'spa and native are public clients: no secret, PKCE required.',
  }),
  clientSecret: z.string().min(16).optional().meta({ description: 'Only for regular and machine clients.' }),
  callbacks: z.array(url('Exact redirect URI. http is allowed for loopback only.')).default([]),
  allowLoopbackCallbacks: z.boolean().default(false).meta({
    description:
      'Development: any path on any port of localhost, 127.0.0.1 or [::1] is a callback, logout URL and web origin.',
  }),
  logoutUrls: z.array(url('Exact URL the browser may be sent to after logout.')).default([]),
  webOrigins: z.array(url('Origin (scheme://host[:port]) for CORS and web messages.')).default([]),
  grantTypes: z.array(z.enum(grantTypes)).default(['authorization_code', 'refresh_token']),
  connections: z
    .array(z.string())
    .optional()
    .meta({ description: 'Names of the connections it may use; all when absent.' }),
  refreshToken: refreshTokenPolicy.prefault({}),
  idTokenLifetime: seconds('Life of its ID tokens.').default(36_000),
  skipConsent: z
    .boolean()
    .default(true)
    .meta({ description: 'First-party client: no consent page for scopes of APIs that allow it.' }),
  requireDpop: z.boolean().default(false).meta({
    description: 'Its token requests must carry a DPoP proof (RFC 9449), so that no token of it works without its key.',
  }),
  sessionTransfer: sessionTransferSchema.prefault({}),
  trustForwardedFor: z.boolean().default(false).meta({
    description:
      "Confidential clients: take the address in the header auth0-forwarded-for for the end user's at the token endpoint.",
  }),
  mfaPolicy: mfaPolicy.optional().meta({ description: "Replaces the tenant's mfa.policy for this client." }),
});
export type ClientConfig = z.infer<typeof clientSchema>;

export const apiSchema = z.strictObject({
  identifier: z.string().min(1).meta({ description: 'The audience, e.g. https://api.example.test. Any string.' }),
  name: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1)).default([]),
  tokenLifetime: seconds('Life of its access tokens.').default(86_400),
  allowOfflineAccess: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether offline_access gives a refresh token for it.' }),
  skipConsent: z.boolean().default(true),
  tokenProfile: z.enum(['auth0', 'rfc9068']).default('auth0').meta({ description: 'Shape of its JWT access tokens.' }),
  dpop: z.enum(['optional', 'required']).default('optional').meta({
    description: 'required: every access token for it is bound to a DPoP key.',
  }),
  rbac: z.boolean().default(false).meta({
    description:
      "Users get only the API's scopes among their permissions, and access tokens list those in the claim permissions.",
  }),
});
export type ApiConfig = z.infer<typeof apiSchema>;
