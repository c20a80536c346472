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

/** PEM text, or the path of a file that holds it. */
const pem = (what: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `${what}: PEM, or the path of a PEM file.` });

const address = (description: string, ...schemes: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)), {
      error: `must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    })
    .meta({ description });

export const fixedCodeSchema = z.string().regex(/^\d{6}$/, 'must be six digits');

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
  emailOtp: z.boolean().default(false).meta({
    description: 'Databases: people may sign in with a code sent to their e-mail address, by /otp/challenge.',
  }),
  phoneOtp: z.boolean().default(false).meta({
    description: 'Databases: people may sign in with a code sent to their phone, by /otp/challenge.',
  }),
  passkeys: z.boolean().default(false).meta({
    description: 'Databases: people may sign up and in with a passkey, by /passkey/* and on the hosted pages.',
  }),
});
export type ConnectionConfig = z.infer<typeof connectionSchema>;

const permissions = z.record(z.string(), z.array(z.string().min(1)));

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
  permissions: permissions.default({}).meta({ description: 'Scopes of APIs with rbac, by identifier of the API.' }),
  roles: z.array(z.string()).default([]).meta({ description: 'Names of roles, whose permissions the user has, too.' }),
  fixedCode: fixedCodeSchema.optional().meta({
    description:
      'Every code sent to the e-mail address or phone number is this one: whoever knows the address can sign in. For tests only.',
  }),
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

export const roleSchema = z.strictObject({
  name: z.string().min(1),
  permissions: permissions.default({}).meta({ description: 'Scopes by identifier of the API.' }),
});

export const organizationSchema = z.strictObject({
  id: z.string().regex(/^org_[A-Za-z0-9]+$/, 'must be org_ followed by letters or digits'),
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - or _'),
  displayName: z.string().optional(),
  members: z.array(z.string()).default([]).meta({ description: 'Ids, or verified e-mail addresses, of users.' }),
  connections: z
    .array(z.string())
    .optional()
    .meta({ description: 'Names of the connections its members sign in with; all when absent.' }),
});
export type OrganizationConfig = z.infer<typeof organizationSchema>;

const verification = z
  .strictObject({
    jwks: z
      .strictObject({ keys: z.array(z.record(z.string(), z.unknown())) })
      .optional()
      .meta({ description: 'Public keys.' }),
    jwksUrl: z.url().optional().meta({ description: 'Where the public keys are: https, or http on this machine.' }),
    testKey: z.boolean().default(false).meta({
      description: 'The key the control API signs with (signSubjectToken), in place of jwks or jwksUrl.',
    }),
    issuer: z.string().min(1).meta({ description: 'The iss of the token.' }),
    audience: z.string().min(1).meta({ description: 'Must be in the aud of the token.' }),
  })
  .meta({ description: 'How a token is verified: exactly one of jwks, jwksUrl and testKey.' });
export type VerificationConfig = z.infer<typeof verification>;

export const tokenExchangeProfileSchema = z.strictObject({
  subjectTokenType: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/, 'must be an absolute URI')
    .meta({ description: 'The subject_token_type it is for: a URI of your own.' }),
  verification,
  mapping: z
    .strictObject({
      connection: z.string().optional().meta({
        description: 'Connection whose users they are. Without it the userId claim is the full id of a user.',
      }),
      userId: z
        .string()
        .default('sub')
        .meta({ description: 'Claim with the id: that of the connection, or the full one.' }),
      email: z.string().optional().meta({
        description: 'Claim with the e-mail address, for users the id is not known of. Needs connection.',
      }),
      create: z.boolean().default(false).meta({ description: 'Create users that are not there. Needs connection.' }),
    })
    .prefault({}),
  organization: z.string().optional().meta({
    description: 'Id of the organization every such login is for, unless the request names one.',
  }),
  actor: z
    .strictObject({
      required: z.boolean().default(false),
      tokenType: z.string().optional().meta({
        description:
          'An actor_token_type of your own. ID tokens of this tenant (urn:ietf:params:oauth:token-type:id_token) are taken always.',
      }),
      verification: verification.optional().meta({ description: 'For tokenType.' }),
    })
    .optional()
    .meta({ description: 'Whether somebody may act for the user (RFC 8693 section 4.1); nobody when absent.' }),
});
export type TokenExchangeProfile = z.infer<typeof tokenExchangeProfileSchema>;

export const tenantSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1).default('postern').meta({ description: 'Shown on the hosted pages.' }),
  clients: z.array(clientSchema).default([]),
  apis: z.array(apiSchema).default([]),
  connections: z.array(connectionSchema).default([]),
  users: z.array(userSchema).default([]),
  roles: z.array(roleSchema).default([]),
  organizations: z.array(organizationSchema).default([]),
  allowOrganizationNames: z.boolean().default(true).meta({
    description: 'Whether the parameter organization may be a name, and tokens carry org_name beside org_id.',
  }),
  tokenExchangeProfiles: z
    .array(tokenExchangeProfileSchema)
    .default([])
    .meta({ description: 'Tokens of others that clients may exchange for tokens of this tenant (RFC 8693).' }),
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
      deviceCode: seconds('How long a device waits to be allowed at /activate.').default(900),
    })
    .prefault({}),
  passkeys: z
    .strictObject({
      rpId: z
        .string()
        .regex(/^[a-z0-9.-]+$/, 'must be a host name in lower case, without scheme and port')
        .optional()
        .meta({ description: "Domain that passkeys belong to. Default: the issuer's host." }),
      origins: z.array(z.string().min(1)).default([]).meta({
        description:
          'Where passkeys may be used besides the issuer and the web origins of the client: origins of pages, or those of native apps such as android:apk-key-hash:….',
      }),
      userVerification: z.enum(['preferred', 'required']).default('preferred').meta({
        description: 'required: only passkeys that were unlocked with a PIN, a finger or a face.',
      }),
      timeout: seconds('How long a person may take to use a passkey.').default(60),
    })
    .prefault({})
    .meta({ description: 'Passkeys (WebAuthn) of every connection that has them.' }),
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
          tokenExchange: throttle('refused subject tokens').prefault({ attempts: 10, refill: 600 }),
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
      otpChallenge: rateLimit('Codes by /otp/challenge, per address.').prefault({ burst: 50, perMinute: 50 / 60 }),
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
  delivery: z
    .strictObject({
      smtp: address('Mails also go to this SMTP server, e.g. smtp://localhost:1025.', 'smtp', 'smtps').optional(),
      from: z.string().min(3).optional().meta({ description: 'Sender of mails; default: no-reply@postern.test.' }),
      smsWebhook: address(
        'Text messages and calls are also POSTed here as JSON: to, channel, text, code, template.',
        'http',
        'https',
      ).optional(),
      attempts: z.number().int().min(1).max(20).default(5).meta({ description: 'Tries per message.' }),
      retryDelay: z
        .number()
        .positive()
        .max(3_600)
        .default(1)
        .meta({ description: 'Seconds before the second try; each further one waits three times as long.' }),
    })
    .prefault({})
    .meta({ description: 'What leaves the tenant. Every message is in the outbox, whatever is set here.' }),
  actions: z
    .strictObject({
      directory: z.string().min(1).optional().meta({
        description: 'Folder of Actions: files that export onExecutePostLogin or onExecutePreUserRegistration.',
      }),
      secrets: z.record(z.string(), z.string()).default({}).meta({ description: 'event.secrets of Actions.' }),
      timeLimit: z
        .number()
        .positive()
        .max(600)
        .default(20)
        .meta({ description: 'Seconds that all Actions of one login have together.' }),
    })
    .prefault({})
    .meta({ description: "The tenant's own rules, written with Auth0's signature." }),
  https: z
    .union([z.boolean(), z.strictObject({ key: pem('Private key'), cert: pem('Certificate chain') })])
    .default(false)
    .meta({ description: 'true: with a certificate of a local authority, which is made at the first start.' }),
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
