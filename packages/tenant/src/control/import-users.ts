import type { z } from 'zod';
import type { ConnectionConfig } from '../config/schema.ts';
import type { TenantContext } from '../context.ts';
import { type ImportSummary, importUserRecords } from '../import/import-users.ts';
import { parseUserFile } from '../import/user-record.ts';
import { ControlError } from './control-error.ts';
import { importUsersSchema, parseInput } from './input.ts';

/** Users of Auth0's bulk import or export: an array of records, or the text of a file (a JSON array, or one object per line). */
export async function importUsersInto(
  tenant: TenantContext,
  users: unknown,
  options: z.input<typeof importUsersSchema> = {},
): Promise<ImportSummary> {
  const { connection: name, upsert } = parseInput(importUsersSchema, options);
  return importUserRecords(tenant, readRecords(users), { connection: findDatabase(tenant, name), upsert });
}

function readRecords(users: unknown): readonly unknown[] {
  if (Array.isArray(users)) return users;
  if (typeof users !== 'string')
    throw new ControlError('invalid_request', 'users: must be an array, or the text of a file.');
  try {
    return parseUserFile(users);
  } catch (cause) {
    throw new ControlError('invalid_request', `users: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    });
  }
}

function findDatabase(tenant: TenantContext, name: string | undefined): ConnectionConfig {
  const databases = tenant.registry.config.connections.filter(({ strategy }) => strategy === 'auth0');
  const database = name === undefined ? databases[0] : databases.find((one) => one.name === name);
  if (database !== undefined) return database;
  const allowed = databases.map((one) => one.name).join(', ') || 'none is configured';
  const problem = name === undefined ? 'is missing' : `"${name}" is no database connection`;
  throw new ControlError('invalid_request', `connection: ${problem}; allowed: ${allowed}`);
}
