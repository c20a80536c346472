import { z } from 'zod';

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
