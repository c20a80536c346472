import { z } from 'zod';
import { fixedCodeSchema } from './connection-schema.ts';

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

const organizationConnectionSchema = z.strictObject({
  name: z.string(),
  assignMembershipOnLogin: z
    .boolean()
    .default(false)
    .meta({ description: 'Whoever signs in with the connection becomes a member.' }),
  signup: z.boolean().default(false).meta({
    description: 'Whether people may also sign up to the organization; for databases, with assignMembershipOnLogin.',
  }),
});
export type OrganizationConnection = z.infer<typeof organizationConnectionSchema>;

export const organizationSchema = z.strictObject({
  id: z.string().regex(/^org_[A-Za-z0-9]+$/, 'must be org_ followed by letters or digits'),
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, - or _'),
  displayName: z.string().optional(),
  members: z.array(z.string()).default([]).meta({ description: 'Ids, or verified e-mail addresses, of users.' }),
  connections: z
    .array(z.union([z.string(), organizationConnectionSchema]))
    .optional()
    .meta({ description: 'The connections its members sign in with, by name or with settings; all when absent.' }),
});
export type OrganizationConfig = z.infer<typeof organizationSchema>;
