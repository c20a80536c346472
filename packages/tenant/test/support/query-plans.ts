import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { vi } from 'vitest';
import { growing } from './growth.ts';

/** A statement the tenant ran, as the driver got it. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Recording {
  /** What ran since the last call. */
  take(): Statement[];
  stop(): void;
}

/** What reads. An insert does not, and the row would be there already. */
const isQuery = (text: string) => /^(select|update|delete|with)\b/.test(text);

/** Every SQL text that is prepared; each store prepares one once. */
export function recordSqlite(): Recording {
  const statements: Statement[] = [];
  const { prepare } = DatabaseSync.prototype;
  const spy = vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, text) {
    if (isQuery(text)) statements.push({ text, values: [] });
    return prepare.call(this, text);
  });
  return {
    take: () => statements.splice(0),
    stop: () => spy.mockRestore(),
  };
}

export function recordPostgres(): Recording {
  const statements: Statement[] = [];
  const { query } = pg.Client.prototype;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [config] = args;
    if (typeof config === 'object' && config !== null && 'text' in config) {
      const { text, values } = config as { text: string; values?: unknown[] };
      if (isQuery(text)) statements.push({ text, values: values ?? [] });
    }
    return Reflect.apply(query, this, args);
  } as never);
  return {
    take: () => statements.splice(0),
    stop: () => spy.mockRestore(),
  };
}

/** What may be read from beginning to end: a handful of rows, or the parameters of the statement. */
const small = ['kysely_migration', 'signing_keys', 'settings', 'json_each', 'CONSTANT'];

/** Columns that have few values: who looks by one of these alone reads a share of the table. */
const coarse = /\((kind|connection|client_id|type|template|organization_id)=\?\)$/;

/** Why the plan of a statement reads more the more rows there are; undefined when it does not. */
export function judgeSqlite(database: DatabaseSync, { text }: Statement): string | undefined {
  // The migrator looks for its own tables.
  if (text.includes('sqlite_master')) return undefined;
  const plan = database
    .prepare(`explain query plan ${text}`)
    .all()
    .map(({ detail }) => String(detail));
  const isSorted = plan.some((detail) => detail === 'USE TEMP B-TREE FOR ORDER BY');
  // A page of an index, read in its order.
  const isPage = /\blimit\b/.test(text) && !isSorted;
  const reads = plan.find((detail) => {
    const [, table] = /^SCAN (\w+)/.exec(detail) ?? [];
    if (table !== undefined && !small.includes(table)) return !(isPage && !/\bwhere\b/.test(text));
    return coarse.test(detail) && !isPage;
  });
  return reads && `${reads}: ${text}`;
}

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Node Type': string;
  readonly Plans?: readonly PlanNode[];
}

/** So many rows a statement may read that has no limit, or a lower one. */
const MOST = 1_000;

/** Runs the statement, takes it back, and counts the rows that were read. */
export async function judgePostgres(client: pg.Client, { text, values }: Statement): Promise<string | undefined> {
  const [, place] = /\blimit \$(\d+)/.exec(text) ?? [];
  const most = Math.max(MOST, Number(place === undefined ? 0 : values[Number(place) - 1]));
  await client.query('begin');
  try {
    const { rows } = await client.query(`explain (analyze, format json) ${text}`, [...values]);
    const reads = findReads(rows[0]['QUERY PLAN'][0].Plan).find(({ count }) => count > most);
    return reads && `${reads.how} read ${reads.count} rows: ${text}`;
  } finally {
    await client.query('rollback');
  }
}

function findReads(node: PlanNode): { how: string; count: number }[] {
  const table = node['Relation Name'];
  const own =
    table !== undefined && growing.includes(table) && node['Node Type'] !== 'ModifyTable'
      ? [
          {
            how: `${node['Node Type']} of ${table}`,
            count:
              node['Actual Loops'] *
              (node['Actual Rows'] +
                (node['Rows Removed by Filter'] ?? 0) +
                (node['Rows Removed by Index Recheck'] ?? 0)),
          },
        ]
      : [];
  return [...own, ...(node.Plans ?? []).flatMap(findReads)];
}
