import { z } from 'zod';
import { customHashSchema } from './foreign-hash.ts';

/** One user of Auth0's bulk import or export. */
export const userRecordSchema = z.strictObject({
  email: z.email(),
  email_verified: z.boolean().default(false),
  user_id: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  phone_number: z.string().min(1).optional(),
  phone_verified: z.boolean().optional(),
  name: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  nickname: z.string().optional(),
  picture: z.string().optional(),
  blocked: z.boolean().optional(),
  password_hash: z.string().min(1).optional(),
  custom_password_hash: customHashSchema.optional(),
  app_metadata: z.record(z.string(), z.unknown()).optional(),
  user_metadata: z.record(z.string(), z.unknown()).optional(),
  mfa_factors: z
    .array(
      z.union([
        z.strictObject({ totp: z.strictObject({ secret: z.string().regex(/^[A-Z2-7]{8,}=*$/i, 'must be base32') }) }),
        z.strictObject({ phone: z.strictObject({ value: z.string().regex(/^\+[0-9]{1,15}$/, 'must be E.164') }) }),
        z.strictObject({ email: z.strictObject({ value: z.email() }) }),
      ]),
    )
    .max(10)
    .optional(),
});
export type UserRecord = z.output<typeof userRecordSchema>;

/** Of exports: what this tenant counts for itself. */
const ignored: ReadonlySet<string> = new Set([
  ...['created_at', 'updated_at', 'last_login', 'last_ip', 'logins_count', 'last_password_reset', 'identities'],
  ...[
    'multifactor',
    'multifactor_last_modified',
    'guardian_authenticators',
    'passwordHash',
    'tenant',
    '_id',
    'provider',
  ],
  ...['connection', 'id'],
]);

/** What is left of a record without the members that are not imported; `null` means absent, as exports write it. */
export function dropIgnored(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => !ignored.has(name) && value !== null));
}

/**
 * The records of a file: a JSON array, or one JSON object per line.
 *
 * @throws SyntaxError that names the line
 */
export function parseUserFile(content: string): unknown[] {
  const trimmed = content.replace(/^\uFEFF/, '').trim();
  if (trimmed.startsWith('[')) {
    const records: unknown = JSON.parse(trimmed);
    if (Array.isArray(records)) return records;
  }
  return trimmed.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch (cause) {
      throw new SyntaxError(`line ${index + 1} is not JSON; a file is a JSON array, or one JSON object per line`, {
        cause,
      });
    }
  });
}
