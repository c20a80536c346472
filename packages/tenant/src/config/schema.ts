import { z } from 'zod';
import { apiSchema, clientSchema } from './client-schema.ts';
import { connectionSchema } from './connection-schema.ts';
import { address, mfaFactors, mfaPolicy, pem, rateLimit, seconds, throttle } from './fields.ts';
import { organizationSchema, roleSchema, userSchema } from './people-schema.ts';
import { tokenExchangeProfileSchema } from './token-exchange-schema.ts';

export * from './client-schema.ts';
export * from './connection-schema.ts';
export { mfaFactors, mfaPolicies } from './fields.ts';
export * from './people-schema.ts';
export * from './token-exchange-schema.ts';

/**
 * The tenant's configuration: one object, from a JSON file or TypeScript. `tenant.schema.json` is generated from here.
 * Durations are whole seconds. Every field has a default but the ones that name things.
 */
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
      offerAgain: seconds('After "Not now", until the pages offer a passkey again.').default(2_592_000),
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
