import { randomBytes } from 'node:crypto';
import { explainIssue } from '../config/explain-issue.ts';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { createAuthenticator } from '../mfa/factors/authenticator.ts';
import { maskEmail, maskPhone } from '../mfa/mask.ts';
import { type Authenticator, DuplicateUserError, type NewUser, type Store, type User } from '../store/store.ts';
import { completeProfile } from '../users/signup.ts';
import { acceptHash, isBcrypt } from './foreign-hash.ts';
import { dropIgnored, type UserRecord, userRecordSchema } from './user-record.ts';

export interface ImportOptions {
  /** A database connection. Default: the tenant's first. */
  readonly connection: ConnectionConfig;
  /** Users who exist get what the record says of profile, metadata and verification; their password stays. */
  readonly upsert: boolean;
}

export interface ImportSummary {
  readonly total: number;
  readonly inserted: number;
  readonly updated: number;
  readonly failed: number;
  readonly errors: readonly RecordError[];
}

export interface RecordError {
  /** Position in the file, from 0. */
  readonly index: number;
  readonly email?: string;
  /** What is wrong, and what is allowed. */
  readonly message: string;
}

/**
 * Imports users one by one. Each comes whole, with everything it brings, or not at all; one that is refused does not keep the
 * others out.
 */
export async function importUserRecords(
  tenant: TenantContext,
  records: readonly unknown[],
  options: ImportOptions,
): Promise<ImportSummary> {
  const counts = { inserted: 0, updated: 0 };
  const errors: RecordError[] = [];
  for (const [index, input] of records.entries()) {
    const result = await importRecord(tenant, input, options);
    if (result.kind !== 'refused') {
      counts[result.kind] += 1;
      continue;
    }
    const email = Reflect.get(Object(input), 'email');
    errors.push({ index, ...(typeof email === 'string' ? { email } : {}), message: result.message });
  }
  const summary = { total: records.length, ...counts, failed: errors.length, errors };
  tenant.events.record({
    type: 'users.imported',
    outcome: errors.length === 0 ? 'success' : 'failure',
    sentence: `Of ${summary.total} users for connection ${options.connection.name}, ${counts.inserted} were created, ${counts.updated} changed and ${errors.length} refused.`,
    details: {
      connection: options.connection.name,
      inserted: counts.inserted,
      updated: counts.updated,
      failed: errors.length,
    },
  });
  return summary;
}

type RecordResult = { readonly kind: 'inserted' | 'updated' } | { readonly kind: 'refused'; readonly message: string };

async function importRecord(tenant: TenantContext, input: unknown, options: ImportOptions): Promise<RecordResult> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return refused('is no object');
  const cleaned = dropIgnored(input);
  const parsed = userRecordSchema.safeParse(cleaned);
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap((issue) => explainIssue(issue, userRecordSchema, cleaned));
    return refused(issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '));
  }
  const record = parsed.data;
  const password = readPassword(record);
  if (password.kind === 'refused') return refused(password.reason);
  const id = readId(record, options.connection);
  if (id === undefined) {
    return refused(`user_id: "${record.user_id}" belongs to another strategy than ${options.connection.strategy}`);
  }
  try {
    return await tenant.store.transaction(async (store) => {
      const known = await store.users.findByIdentifier(options.connection.name, record.email);
      if (known !== undefined && options.upsert) return update(tenant, store, known, record);
      return insert(tenant, store, record, { id, connection: options.connection.name, passwordHash: password.stored });
    });
  } catch (error) {
    if (!(error instanceof DuplicateUserError)) throw error;
    return refused(`${error.field === 'id' ? 'user_id' : error.field}: a user with that ${error.field} exists already`);
  }
}

async function insert(
  tenant: TenantContext,
  store: Store,
  record: UserRecord,
  { id, connection, passwordHash }: { id: string; connection: string; passwordHash: string | undefined },
): Promise<RecordResult> {
  const { email, username, phone_number: phoneNumber } = record;
  const user: NewUser = {
    id,
    connection,
    email,
    emailVerified: record.email_verified,
    username,
    phoneNumber,
    phoneVerified: phoneNumber !== undefined && record.phone_verified === true,
    profile: completeProfile(tenant, { email, username, profile: profileOf(record) }),
    userMetadata: record.user_metadata ?? {},
    appMetadata: record.app_metadata ?? {},
    blocked: record.blocked ?? false,
    ...(passwordHash === undefined ? {} : { passwordHash }),
  };
  const created = await store.users.create(user, tenant.clock.now());
  await store.authenticators.insert(readFactors(tenant, created, record));
  return { kind: 'inserted' };
}

/** As Auth0 does: e-mail, username, password and block of a user who exists are theirs. Factors are added to who has none. */
async function update(tenant: TenantContext, store: Store, known: User, record: UserRecord): Promise<RecordResult> {
  await store.users.update(
    known.id,
    {
      emailVerified: record.email_verified,
      profile: { ...known.profile, ...profileOf(record) },
      userMetadata: { ...known.userMetadata, ...record.user_metadata },
      appMetadata: { ...known.appMetadata, ...record.app_metadata },
    },
    tenant.clock.now(),
  );
  if ((await store.authenticators.list(known.id)).length === 0) {
    await store.authenticators.insert(readFactors(tenant, known, record));
  }
  return { kind: 'updated' };
}

function readPassword({
  password_hash: bcrypt,
  custom_password_hash: custom,
}: UserRecord): { kind: 'ok'; stored: string | undefined } | { kind: 'refused'; reason: string } {
  if (bcrypt !== undefined && custom !== undefined) {
    return { kind: 'refused', reason: 'password_hash and custom_password_hash exclude each other' };
  }
  if (bcrypt !== undefined) {
    return isBcrypt(bcrypt)
      ? { kind: 'ok', stored: bcrypt }
      : {
          kind: 'refused',
          reason: 'password_hash: is no bcrypt hash: $2a$, $2b$ or $2y$, a cost of 4 to 15, and 53 characters',
        };
  }
  if (custom === undefined) return { kind: 'ok', stored: undefined };
  const accepted = acceptHash(custom);
  return accepted.kind === 'ok' ? accepted : { kind: 'refused', reason: `custom_password_hash: ${accepted.reason}` };
}

/** Imports name the bare id, exports the whole one. */
function readId({ user_id: id }: UserRecord, { strategy }: ConnectionConfig): string | undefined {
  if (id === undefined) return `${strategy}|${randomBytes(12).toString('hex')}`;
  if (!id.includes('|')) return `${strategy}|${id}`;
  return id.startsWith(`${strategy}|`) ? id : undefined;
}

function profileOf({ name, given_name, family_name, nickname, picture }: UserRecord): Record<string, string> {
  const profile = { name, given_name, family_name, nickname, picture };
  return Object.fromEntries(
    Object.entries(profile).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function readFactors(tenant: TenantContext, user: User, { mfa_factors: factors = [] }: UserRecord): Authenticator[] {
  return factors
    .map((factor) => {
      if ('totp' in factor) {
        const secret = factor.totp.secret.toUpperCase().replaceAll('=', '');
        return createAuthenticator(tenant, user, 'otp', { secret });
      }
      if ('phone' in factor) {
        const { value: phoneNumber } = factor.phone;
        return createAuthenticator(tenant, user, 'sms', { phoneNumber, name: maskPhone(phoneNumber) });
      }
      const { value: email } = factor.email;
      return createAuthenticator(tenant, user, 'email', { email, name: maskEmail(email) });
    })
    .map((authenticator) => ({ ...authenticator, confirmed: true }));
}

function refused(message: string): RecordResult {
  return { kind: 'refused', message };
}
