import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Distinct SQL texts kept prepared; the tenant has fewer, `in (…)` lists of varying length being the only source of more. */
const MAX_PREPARED = 256;

/**
 * `node:sqlite` in the shape Kysely's own SQLite dialect expects, with each SQL text prepared once.
 *
 * Durability: WAL with synchronous=NORMAL does not fsync each commit, but every commit is in the operating system's page
 * cache before it is acknowledged. A killed process (kill -9, crash, out of memory) therefore loses nothing; only a power cut
 * or kernel panic may lose the last commits, and never corrupts. For a test tenant that is the right price for speed.
 */
export function openSqlite(path: string): SqliteDatabase {
  const database = new DatabaseSync(path);
  database.exec('pragma foreign_keys = on');
  // Another process on the same file may hold the write lock for a moment: wait for it instead of failing.
  database.exec('pragma busy_timeout = 5000');
  if (path !== ':memory:') {
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = normal');
    // In pages of 4 kB. A checkpoint waits for the disk; with the default of 1000 that took most of the time of all commits.
    database.exec('pragma wal_autocheckpoint = 4000');
  }
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => {
      prepared.clear();
      database.close();
    },
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      if (prepared.size >= MAX_PREPARED) {
        const oldest = prepared.keys().next();
        if (!oldest.done) prepared.delete(oldest.value);
      }
      // A deferred transaction that reads first cannot wait for the write lock later (SQLITE_BUSY_SNAPSHOT): take it at once.
      const statement = toStatement(database.prepare(sql === 'begin' ? 'begin immediate' : sql), sql);
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function toStatement(statement: StatementSync, sql: string): SqliteStatement {
  const bind = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: /^\s*(select|with|pragma)\b|\breturning\b/i.test(sql),
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => {
      const { changes, lastInsertRowid } = statement.run(...bind(parameters));
      return { changes: BigInt(changes), lastInsertRowid: BigInt(lastInsertRowid) };
    },
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  };
}
