import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Table } from './population.ts';

/** Rows of one INSERT. */
const BATCH = 5_000;

/** Where a tenant keeps its data, as `createTenant` takes it. */
export interface Place {
  readonly dataDir?: string;
  readonly databaseUrl?: string;
}

export interface Database {
  readonly engine: 'SQLite' | 'PostgreSQL';
  /** People, each with a family of refresh tokens. */
  readonly count: number;
  readonly place: Place;
  /** Megabytes, as filled. */
  readonly size: number;
}

/** Writes the rows of `tables` into a database whose schema is there already. */
export async function fill(place: Place, tables: readonly Table[], count: number): Promise<void> {
  if (place.databaseUrl === undefined) fillSqlite(fileOf(place), tables, count);
  else await fillPostgres(place.databaseUrl, tables, count);
}

/** In megabytes, with indexes. */
export async function sizeOf(place: Place): Promise<number> {
  if (place.databaseUrl === undefined) {
    const file = fileOf(place);
    const sizes = await Promise.all([file, `${file}-wal`].map((path) => stat(path).catch(() => ({ size: 0 }))));
    return sizes.reduce((sum, { size }) => sum + size, 0) / 1e6;
  }
  return withClient(place.databaseUrl, async (client) => {
    const { rows } = await client.query<{ size: string }>('select pg_database_size(current_database()) as size');
    return Number(rows[0]?.size) / 1e6;
  });
}

const fileOf = ({ dataDir = '' }: Place) => join(dataDir, 'tenant.sqlite');

function fillSqlite(file: string, tables: readonly Table[], count: number): void {
  const database = new DatabaseSync(file);
  database.exec('pragma synchronous = off; begin');
  for (const { name, columns, row } of tables) {
    const names = Object.keys(columns);
    const insert = database.prepare(
      `insert into ${name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    );
    for (let n = 0; n < count; n += 1) insert.run(...row(n));
  }
  database.exec('commit; pragma wal_checkpoint(truncate)');
  database.close();
}

async function fillPostgres(url: string, tables: readonly Table[], count: number): Promise<void> {
  await withClient(url, async (client) => {
    for (const { name, columns, row } of tables) {
      const names = Object.keys(columns);
      const arrays = Object.values(columns).map((type, place) => `$${place + 1}::${type}[]`);
      const text = `insert into ${name} (${names.join(', ')}) select * from unnest(${arrays.join(', ')})`;
      for (let start = 0; start < count; start += BATCH) {
        const rows = Array.from({ length: Math.min(BATCH, count - start) }, (_, n) => row(start + n));
        const values = names.map((_, place) => rows.map((cells) => cells[place]));
        await client.query(text, values);
      }
    }
    // What autovacuum would do within the next minute.
    await client.query('vacuum analyze');
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
