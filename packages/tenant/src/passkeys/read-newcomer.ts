import { z } from 'zod';
import type { ConnectionConfig } from '../config/schema.ts';
import { OAuthError } from '../errors.ts';
import { isEmailAddress, isUsername } from '../users/signup.ts';
import type { PasskeyNewcomer } from './passkey-session.ts';

const text = z.string().trim().min(1).max(300);

const profileSchema = z.strictObject({
  email: z.string().trim().refine(isEmailAddress, 'must be an email address').optional(),
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{1,14}$/, 'must be in E.164 format')
    .optional(),
  username: z.string().refine(isUsername, 'must be up to 15 letters, digits and _ + - .').optional(),
  name: text.optional(),
  given_name: text.optional(),
  family_name: text.optional(),
  nickname: text.optional(),
  picture: z.url().max(2_000).optional(),
});
const metadataSchema = z
  .record(z.string().max(100), z.string().max(500))
  .refine((metadata) => Object.keys(metadata).length <= 10, 'must hold 10 properties at most');

/** Who wants to sign up, from `user_profile` and `user_metadata`. Rejects with `invalid_request`. */
export function readNewcomer(
  connection: ConnectionConfig,
  { user_profile: profile, user_metadata: metadata }: Readonly<Record<string, unknown>>,
): PasskeyNewcomer {
  const { email, phone_number, username, ...rest } = parse(profileSchema, 'user_profile', profile);
  // A phone number alone identifies people only where it can get them in again.
  if (email === undefined && (phone_number === undefined || !connection.phoneOtp)) throw missing('email');
  if (connection.requiresUsername && username === undefined) throw missing('username');
  return {
    email,
    phoneNumber: phone_number,
    username,
    profile: Object.fromEntries(
      Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    userMetadata: metadata === undefined ? {} : parse(metadataSchema, 'user_metadata', metadata),
  };
}

function parse<T>(schema: z.ZodType<T>, name: string, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [name, ...(issue?.path ?? [])].join('.');
  throw new OAuthError('invalid_request', `${path}: ${issue?.message ?? 'invalid'}`);
}

function missing(name: string): OAuthError {
  return new OAuthError('invalid_request', `user_profile.${name} is required`);
}
