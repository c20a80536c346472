import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';
import type { StoreDump } from './store.ts';

/** Every table, with the order in which its rows are written out, so that two exports of the same data are the same text. */
const tables = {
  users: ['id'],
  sessions: ['id'],
  session_clients: ['session_id', 'client_id'],
  artifacts: ['kind', 'hash'],
  authenticators: ['id'],
  passkeys: ['id'],
  identities: ['connection', 'provider_user_id'],
  consents: ['user_id', 'client_id', 'audience'],
  organization_members: ['organization_id', 'user_id'],
  refresh_families: ['id'],
  refresh_tokens: ['hash'],
  access_tokens: ['hash'],
  signing_keys: ['kid'],
  outbox: ['id'],
  events: ['id'],
  counters: ['key'],
  settings: ['name'],
} as const satisfies Record<keyof Database, readonly string[]>;

const kept: readonly string[] = ['signing_keys', 'settings'];

type Row = Readonly<Record<string, string | number | null>>;

export async function dumpTables(db: Kysely<Database>): Promise<StoreDump> {
  const dump: Record<string, Row[]> = {};
  for (const [table, order] of Object.entries(tables)) {
    const columns = sql.join(order.map((column) => sql.ref(column)));
    const { rows } = await sql<Row>`select * from ${sql.table(table)} order by ${columns}`.execute(db);
    dump[table] = rows.map((row) => ({ ...row }));
  }
  return dump;
}

export async function loadTables(db: Kysely<Database>, engine: 'sqlite' | 'postgres', dump: StoreDump): Promise<void> {
  const unknown = Object.keys(dump).find((table) => !(table in tables));
  if (unknown) throw new TypeError(`The export holds a table "${unknown}" this version does not know.`);
  for (const table of Object.keys(tables)) {
    await sql`delete from ${sql.table(table)}`.execute(db);
    for (const row of dump[table] ?? []) {
      const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
      const values = sql.join(Object.values(row));
      await sql`insert into ${sql.table(table)} (${columns}) values (${values})`.execute(db);
    }
  }
  if (engine === 'postgres') {
    // SQLite's autoincrement follows the highest id by itself; a PostgreSQL identity has to be told.
    for (const table of ['outbox', 'events']) {
      await sql`select setval(pg_get_serial_sequence(${table}, 'id'), (select coalesce(max(id), 0) + 1 from ${sql.table(table)}), false)`.execute(
        db,
      );
    }
  }
}

/** Empties every table but signing keys and settings. */
export async function clearTables(db: Kysely<Database>): Promise<void> {
  for (const table of Object.keys(tables)) {
    if (!kept.includes(table)) await sql`delete from ${sql.table(table)}`.execute(db);
  }
}
