import { z } from 'zod';
import { isEmailAddress } from '../users/signup.ts';
import { badMember } from './problem.ts';

const name = z.string().min(1).max(255);

/** What `POST /authentication-methods` takes, by `type`. */
const enrollmentSchema = z.discriminatedUnion(
  'type',
  [
    z.object({
      type: z.literal('passkey'),
      connection: name.optional(),
      identity_user_id: name.optional(),
      use_exclude_credentials: z.boolean().optional(),
    }),
    z.object({
      type: z.literal('password'),
      connection: name.optional(),
      identity_user_id: name.optional(),
    }),
    z.object({ type: z.literal('totp') }),
    z.object({ type: z.literal('push-notification') }),
    z.object({ type: z.literal('recovery-code') }),
    z.object({
      type: z.literal('email'),
      email: z.string().trim().refine(isEmailAddress, 'must be an email address'),
    }),
    z.object({
      type: z.literal('phone'),
      phone_number: z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number in E.164 format'),
      preferred_authentication_method: z.enum(['sms', 'voice']).optional(),
    }),
  ],
  { error: 'must be one of passkey, password, totp, push-notification, recovery-code, email, phone' },
);
export type EnrollmentBody = z.infer<typeof enrollmentSchema>;

const verificationSchema = z.object({
  auth_session: z.string().min(1),
  otp_code: z.union([z.string(), z.number().transform(String)]).optional(),
  authn_response: z.unknown().optional(),
  new_password: z.string().max(1_000).optional(),
});
export type VerificationBody = z.infer<typeof verificationSchema>;

const changesSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(64).optional(),
    preferred_authentication_method: z.enum(['sms', 'voice']).optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'names nothing to change');
export type MethodChanges = z.infer<typeof changesSchema>;

type Body = Readonly<Record<string, unknown>>;

export const readEnrollment = (body: Body): EnrollmentBody => parse(enrollmentSchema, body);
export const readVerification = (body: Body): VerificationBody => parse(verificationSchema, body);
export const readChanges = (body: Body): MethodChanges => parse(changesSchema, body);

/** Rejects with a 400 `Problem` that names the first member that is wrong. */
function parse<T>(schema: z.ZodType<T>, body: Body): T {
  const result = schema.safeParse({ ...body });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = unknown ?? issue?.path.join('/') ?? '';
  throw badMember(field, unknown === undefined ? (issue?.message ?? 'is invalid') : 'is not known here');
}
