import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import { fromFlag, fromJson, fromNull, toFlag, toJson, toKey, toNull } from './columns.ts';
import { prepareQuery } from './prepared-query.ts';
import type { Database, UserRow } from './schema.ts';
import { searchUsers } from './search-users.ts';
import { DuplicateUserError, type NewUser, type User, type UserRepository } from './store.ts';

const getUser = prepareQuery<{ id: string }>()((db, value) =>
  db.selectFrom('users').selectAll().where('id', '=', value('id')),
);

export function createUserRepository(db: Kysely<Database>, engine: 'sqlite' | 'postgres'): UserRepository {
  const byKey = (connection: string, column: 'email_key' | 'username_key' | 'phone_number', value: string) =>
    db
      .selectFrom('users')
      .selectAll()
      .where('connection', '=', connection)
      .where(column, '=', value)
      .executeTakeFirst();

  const findTaken = async (user: NewUser): Promise<DuplicateUserError['field'] | undefined> => {
    const { id, connection, email, username, phoneNumber } = user;
    if (await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst()) return 'id';
    if (email && (await byKey(connection, 'email_key', toKey(email)))) return 'email';
    if (username && (await byKey(connection, 'username_key', toKey(username)))) return 'username';
    if (phoneNumber && (await byKey(connection, 'phone_number', phoneNumber))) return 'phone_number';
    return undefined;
  };

  return {
    async create(user, now) {
      const row = await db
        .insertInto('users')
        .values(toRow(user, now))
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row) return toUser(row);
      throw new DuplicateUserError((await findTaken(user)) ?? 'id');
    },

    async get(id) {
      const [row] = await getUser(db, { id });
      return row && toUser(row);
    },

    async findByIdentifier(connection, identifier) {
      const key = toKey(identifier);
      const row = (await byKey(connection, 'email_key', key)) ?? (await byKey(connection, 'username_key', key));
      return row && toUser(row);
    },

    async findByEmail(email) {
      const rows = await db
        .selectFrom('users')
        .selectAll()
        .where('email_key', '=', toKey(email))
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toUser);
    },

    async findByPhone(connection, phoneNumber) {
      const row = await byKey(connection, 'phone_number', phoneNumber);
      return row && toUser(row);
    },

    async update(id, changes, now) {
      try {
        const row = await db
          .updateTable('users')
          .set({ ...toChangedColumns(changes), updated_at: now })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        return row && toUser(row);
      } catch (error) {
        throw toDuplicateError(error) ?? error;
      }
    },

    async changeMetadata(id, change, now) {
      for (;;) {
        const [row] = await getUser(db, { id });
        if (row === undefined) return undefined;
        const changed = await db
          .updateTable('users')
          .set({ ...toChangedColumns(change(toUser(row))), updated_at: now })
          .where('id', '=', id)
          .where('user_metadata', '=', row.user_metadata)
          .where('app_metadata', '=', row.app_metadata)
          .returningAll()
          .executeTakeFirst();
        if (changed !== undefined) return toUser(changed);
      }
    },

    async recordLogin(id, now) {
      await db
        .updateTable('users')
        .set((eb) => ({ last_login_at: now, logins_count: eb('logins_count', '+', 1) }))
        .where('id', '=', id)
        .execute();
    },

    async delete(id) {
      const { numDeletedRows } = await db.deleteFrom('users').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async list({ search, limit = 50, offset = 0 } = {}) {
      const rows = search
        ? await searchUsers(db, engine, { term: search, limit, offset })
        : await db
            .selectFrom('users')
            .selectAll()
            .orderBy('created_at')
            .orderBy('id')
            .limit(limit)
            .offset(offset)
            .execute();
      return rows.map(toUser);
    },

    async count() {
      const { total } = await db
        .selectFrom('users')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return Number(total);
    },
  };
}

function toRow(user: NewUser, now: number): Insertable<UserRow> {
  return {
    id: user.id,
    connection: user.connection,
    email: toNull(user.email),
    email_key: user.email ? toKey(user.email) : null,
    email_verified: toFlag(user.emailVerified),
    username: toNull(user.username),
    username_key: user.username ? toKey(user.username) : null,
    phone_number: toNull(user.phoneNumber),
    phone_verified: toFlag(user.phoneVerified),
    profile: toJson(user.profile ?? {}),
    user_metadata: toJson(user.userMetadata ?? {}),
    app_metadata: toJson(user.appMetadata ?? {}),
    password_hash: toNull(user.passwordHash),
    password_history: toJson(user.passwordHistory ?? []),
    blocked: toFlag(user.blocked),
    created_at: now,
    updated_at: now,
    last_login_at: toNull(user.lastLoginAt),
    logins_count: user.loginsCount ?? 0,
    last_password_reset_at: toNull(user.lastPasswordResetAt),
  };
}

type Changes = Parameters<UserRepository['update']>[1];

/** Only what `changes` names; a member that is present but undefined empties its column. */
function toChangedColumns(changes: Changes): Updateable<UserRow> {
  const columns: Updateable<UserRow> = {};
  if ('email' in changes) {
    columns.email = toNull(changes.email);
    columns.email_key = changes.email ? toKey(changes.email) : null;
  }
  if ('username' in changes) {
    columns.username = toNull(changes.username);
    columns.username_key = changes.username ? toKey(changes.username) : null;
  }
  if ('phoneNumber' in changes) columns.phone_number = toNull(changes.phoneNumber);
  if ('passwordHash' in changes) columns.password_hash = toNull(changes.passwordHash);
  if ('lastLoginAt' in changes) columns.last_login_at = toNull(changes.lastLoginAt);
  if ('lastPasswordResetAt' in changes) columns.last_password_reset_at = toNull(changes.lastPasswordResetAt);
  if (changes.emailVerified !== undefined) columns.email_verified = toFlag(changes.emailVerified);
  if (changes.phoneVerified !== undefined) columns.phone_verified = toFlag(changes.phoneVerified);
  if (changes.blocked !== undefined) columns.blocked = toFlag(changes.blocked);
  if (changes.profile !== undefined) columns.profile = toJson(changes.profile);
  if (changes.userMetadata !== undefined) columns.user_metadata = toJson(changes.userMetadata);
  if (changes.appMetadata !== undefined) columns.app_metadata = toJson(changes.appMetadata);
  if (changes.passwordHistory !== undefined) columns.password_history = toJson(changes.passwordHistory);
  if (changes.loginsCount !== undefined) columns.logins_count = changes.loginsCount;
  return columns;
}

function toUser(row: Selectable<UserRow>): User {
  return {
    id: row.id,
    connection: row.connection,
    email: fromNull(row.email),
    emailVerified: fromFlag(row.email_verified),
    username: fromNull(row.username),
    phoneNumber: fromNull(row.phone_number),
    phoneVerified: fromFlag(row.phone_verified),
    profile: fromJson(row.profile),
    userMetadata: fromJson(row.user_metadata),
    appMetadata: fromJson(row.app_metadata),
    passwordHash: fromNull(row.password_hash),
    passwordHistory: fromJson(row.password_history),
    blocked: fromFlag(row.blocked),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastLoginAt: fromNull(row.last_login_at),
    loginsCount: row.logins_count,
    lastPasswordResetAt: fromNull(row.last_password_reset_at),
  };
}

/** SQLite names the columns of a broken unique index in its message, PostgreSQL the index: both hold the column's name. */
function toDuplicateError(error: unknown): DuplicateUserError | undefined {
  const text = error instanceof Error ? error.message : '';
  if (!/unique/i.test(text)) return undefined;
  if (text.includes('email_key')) return new DuplicateUserError('email');
  if (text.includes('username_key')) return new DuplicateUserError('username');
  if (text.includes('phone_number')) return new DuplicateUserError('phone_number');
  return undefined;
}
