import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';

/** Every bigint column holds milliseconds or a count, far below 2^53. */
const INT8_OID = 20;

/** Only these are worth a server-side prepared statement; DDL and transaction control are not. */
const PREPARABLE = /^(select|insert|update|delete|with)\b/i;

const statementNames = new Map<string, string>();

function nameOf(sql: string): string {
  let name = statementNames.get(sql);
  if (!name) {
    name = `postern_${statementNames.size + 1}`;
    statementNames.set(sql, name);
  }
  return name;
}

/** A `pg` pool whose connections prepare each SQL text once and read int8 as a number. */
export function openPostgresPool(url: string): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    application_name: 'postern-tenant',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID && format !== 'binary'
          ? Number
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // An idle connection the server closed (a restart) is replaced on the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return {
    options: pool.options,
    connect: async () => withPreparedStatements(await pool.connect()),
    end: () => pool.end(),
  };
}

const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>();

function withPreparedStatements(client: pg.PoolClient): PostgresPoolClient {
  const known = wrapped.get(client);
  if (known) return known;
  const wrapper = {
    query: (text: string, values?: readonly unknown[]) =>
      client.query({
        text,
        values: [...(values ?? [])],
        ...(PREPARABLE.test(text) ? { name: nameOf(text) } : {}),
      }),
    release: (destroy?: boolean) => client.release(destroy),
  } as unknown as PostgresPoolClient;
  wrapped.set(client, wrapper);
  return wrapper;
}
