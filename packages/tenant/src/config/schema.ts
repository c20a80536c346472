import { z } from 'zod';

/**
 * The tenant's configuration: one object, from a JSON file or TypeScript. `tenant.schema.json` is generated from here.
 * Durations are whole seconds. Every field has a default but the ones that name things.
 */

const seconds = (description: string) =>
  z
    .number()
    .int()
    .positive()
    .meta({ description: `${description} In seconds.` });
const url = (description: string) => z.string().min(1).meta({ description });

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

export const mfaPolicies = ['never', 'adaptive', 'enrolled', 'always'] as const;
export const mfaFactors = ['otp', 'sms', 'voice', 'email', 'push', 'recovery-code'] as const;

const mfaPolicy = z.enum(mfaPolicies).meta({
  description:
    'Who must prove a second factor. never: nobody. adaptive: whoever the app asks for it, by acr_values. enrolled: also everybody who has set one up. always: everybody; who has none sets one up.',
});

const throttle = (what: string) =>
  z.strictObject({
    attempts: z
      .number()
      .int()
      .min(1)
      .meta({ description: `How many ${what} at once.` }),
    refill: z.number().positive().meta({ description: 'Then one more every so many seconds.' }),
  });

const rateLimit = (description: string) =>
  z
    .strictObject({
      burst: z.number().int().min(1).meta({ description: 'How many requests at once.' }),
      perMinute: z.number().positive().meta({ description: 'How many come back per minute.' }),
    })
    .meta({ description });

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
  })
  .meta({ description: 'Refresh-token policy of a client.' });

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
  requireDpop: z.boolean().default(false),
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
});
export type ApiConfig = z.infer<typeof apiSchema>;

export const passwordPolicySchema = z.strictObject({
  level: z.enum(['none', 'low', 'fair', 'good', 'excellent']).default('good'),
  minLength: z.number().int().min(1).max(72).optional().meta({ description: 'Overrides the length of the level.' }),
  history: z
    .number()
    .int()
    .min(0)
    .max(24)
    .default(0)
    .meta({ description: 'How many earlier passwords may not be used again.' }),
  dictionary: z.boolean().default(true).meta({ description: 'Refuse very common passwords.' }),
  noPersonalInfo: z
    .boolean()
    .default(true)
    .meta({ description: 'Refuse passwords that contain name, e-mail or username.' }),
});
export type PasswordPolicy = z.infer<typeof passwordPolicySchema>;

export const connectionSchema = z.strictObject({
  name: z.string().min(1),
  strategy: z.enum(['auth0', 'email', 'sms', 'google-oauth2', 'apple', 'github', 'facebook']).meta({
    description:
      'auth0 is a database of users with passwords; email and sms are passwordless; the rest are simulated social providers.',
  }),
  displayName: z.string().optional(),
  signup: z.boolean().default(true).meta({ description: 'Whether people may sign up themselves.' }),
  requiresUsername: z.boolean().default(false),
  genericSignupErrors: z.boolean().default(true).meta({
    description: 'Answer invalid_signup instead of user_exists, so that nobody learns who has an account.',
  }),
  passwordPolicy: passwordPolicySchema.prefault({}),
});
export type ConnectionConfig = z.infer<typeof connectionSchema>;

export const userSchema = z.strictObject({
  id: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Fixed id, e.g. auth0|sample; made from the e-mail when absent.' }),
  connection: z.string().default('Username-Password-Authentication'),
  email: z.email().optional(),
  emailVerified: z.boolean().default(true),
  username: z.string().optional(),
  phoneNumber: z.string().optional(),
  password: z.string().min(1).optional(),
  profile: z
    .record(z.string(), z.string())
    .default({})
    .meta({ description: 'name, given_name, family_name, nickname, picture, …' }),
  userMetadata: z.record(z.string(), z.unknown()).default({}),
  appMetadata: z.record(z.string(), z.unknown()).default({}),
  blocked: z.boolean().default(false),
  mfa: z
    .strictObject({
      totpSecret: z
        .string()
        .regex(/^[A-Z2-7]{16,}$/, 'must be base32 without padding, 16 characters or more')
        .optional()
        .meta({ description: 'Secret of an authenticator app, base32.' }),
      recoveryCode: z
        .string()
        .regex(/^[A-Z0-9]{24}$/, 'must be 24 capital letters or digits')
        .optional(),
      phoneNumber: z.string().optional().meta({ description: 'Phone for codes by message or call, E.164.' }),
    })
    .optional()
    .meta({ description: 'Second factors the user has set up already.' }),
});
export type UserConfig = z.infer<typeof userSchema>;

export const tenantSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).default('postern').meta({ description: 'Shown on the hosted pages.' }),
  clients: z.array(clientSchema).default([]),
  apis: z.array(apiSchema).default([]),
  connections: z.array(connectionSchema).default([]),
  users: z.array(userSchema).default([]),
  defaultAudience: z.string().optional().meta({ description: 'API used when /authorize names no audience.' }),
  session: z
    .strictObject({
      idleLifetime: seconds('A browser session unused for this long ends.').default(259_200),
      lifetime: seconds('Absolute life of a browser session.').default(604_800),
    })
    .prefault({}),
  lifetimes: z
    .strictObject({
      authorizationCode: seconds('Life of an authorization code.').default(60),
      opaqueAccessToken: seconds('Life of access tokens without an audience.').default(86_400),
      interaction: seconds('How long a login page may stay open.').default(3_600),
      passwordReset: seconds('Life of a reset link.').default(432_000),
      passwordlessCode: seconds('Life of a passwordless code or link.').default(180),
    })
    .prefault({}),
  mfa: z
    .strictObject({
      policy: mfaPolicy.default('adaptive'),
      factors: z
        .array(z.enum(mfaFactors))
        .default([...mfaFactors])
        .meta({ description: 'Factors people may set up and use.' }),
      rememberBrowser: seconds('How long "remember this browser" spares the second factor.').default(2_592_000),
    })
    .prefault({}),
  attackProtection: z
    .strictObject({
      maxAttempts: z.number().int().min(1).max(100).default(10).meta({
        description: 'Wrong passwords in a row, per user and address, before a block.',
      }),
      blockDuration: seconds('How long a block lasts.').default(2_592_000),
      mode: z.enum(['per-user-and-address', 'per-user']).default('per-user-and-address').meta({
        description: 'Whether wrong passwords block the user from that address only, or from everywhere.',
      }),
      suspiciousAddress: z
        .strictObject({
          enabled: z.boolean().default(true),
          login: throttle('wrong log-ins').prefault({ attempts: 100, refill: 864 }),
          signup: throttle('sign-ups').prefault({ attempts: 50, refill: 1.2 }),
        })
        .prefault({})
        .meta({ description: 'Slows down an address that tries many accounts.' }),
      breachedPasswords: z
        .strictObject({
          enabled: z.boolean().default(true),
          passwords: z.array(z.string().min(1)).default([]).meta({ description: 'Beside the short list shipped.' }),
        })
        .prefault({})
        .meta({
          description: 'Refuses log-ins and sign-ups with passwords known from data breaches: password_leaked.',
        }),
    })
    .prefault({}),
  rateLimits: z
    .strictObject({
      passwordlessStart: rateLimit('Messages with a code or link, per address.').prefault({
        burst: 50,
        perMinute: 50 / 60,
      }),
      changePassword: rateLimit('Reset mails, per address and e-mail.').prefault({ burst: 10, perMinute: 1 }),
      userinfo: rateLimit('Per user. A free hosted tenant allows 10 and 5.').prefault({
        burst: 1_000,
        perMinute: 1_000,
      }),
      token: rateLimit('Per address. A free hosted tenant allows 30 a second. Off when absent.').optional(),
      jwks: rateLimit('Per address. A free hosted tenant allows 20 a second. Off when absent.').optional(),
      login: rateLimit(
        'Password log-ins of one user from one address, right ones included. A hosted tenant allows 20 and 10. Off when absent.',
      ).optional(),
    })
    .prefault({})
    .meta({ description: 'Requests over these limits get 429 too_many_requests and X-RateLimit headers.' }),
  accountLinking: z.enum(['off', 'verified-email']).default('off').meta({
    description:
      'verified-email: who signs in by a social or passwordless connection with a verified address becomes the user who has it verified already.',
  }),
  issParameter: z
    .boolean()
    .default(true)
    .meta({ description: 'Send iss in authorization responses (RFC 9207) and announce it.' }),
  signingKeys: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .meta({ description: 'Private JWKs (RS256) to use instead of generated ones; the first is current.' }),
});
export type TenantConfig = z.infer<typeof tenantSchema>;
/** What a person writes: everything with a default may be left out. */
export type TenantConfigInput = z.input<typeof tenantSchema>;
