import { z } from 'zod';

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
  offerPasskeys: z.boolean().default(true).meta({
    description:
      'With passkeys: who logs in with a password and has none is offered one on the pages, and may skip it.',
  }),
});
export type ConnectionConfig = z.infer<typeof connectionSchema>;
