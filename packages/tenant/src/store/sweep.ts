import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Engine, isOneOf } from './one-of.ts';
import type { Database } from './schema.ts';

const DAY = 86_400_000;

/** How long spent things stay, so that their second use is still recognised and the dashboard can tell what happened. */
const KEEP_SPENT = DAY;
const KEEP_EVENTS = 7 * DAY;
/** A tenant under load for days must not grow without end. */
const MOST_EVENTS = 50_000;
const MOST_MESSAGES = 50_000;

/** Rows that one transaction deletes at most: some milliseconds in which SQLite answers nobody. */
const BATCH = 200;
/** Families have as many tokens as renewals: fewer of them at a time. */
const FAMILIES = 50;

/** Any number, the same in every process: the lock of that number is for one batch. */
const SWEEP_LOCK = 5_700_437;

type Db = Kysely<Database>;
/** Deletes some of what has to go and says how many rows that were; 0 when there is nothing left. */
type Step = (db: Db) => Promise<number>;

/**
 * Deletes what nobody can use any more, a batch at a time, so that requests are answered in between however much there is.
 * Several processes on one PostgreSQL take turns.
 *
 * @param now milliseconds, by the tenant's clock
 */
export async function sweepExpired(db: Db, engine: Engine, now: number): Promise<void> {
  for (const step of stepsAt(engine, now)) {
    let deleted = 0;
    do {
      deleted = await db.transaction().execute(async (tx) => {
        await takeTurn(tx, engine);
        return step(tx);
      });
      await new Promise((resolve) => setImmediate(resolve));
    } while (deleted > 0);
  }
}

/** Two at once could wait for each other's rows for ever. */
async function takeTurn(db: Db, engine: Engine): Promise<void> {
  if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${SWEEP_LOCK})`.execute(db);
}

function stepsAt(engine: Engine, now: number): Step[] {
  const before = now - KEEP_SPENT;
  const deleteWhere = (table: keyof Database, condition: RawBuilder<unknown>): Step => {
    return async (db) => {
      const { numAffectedRows } =
        await sql`delete from ${sql.table(table)} where ${someRows(engine, table, condition)}`.execute(db);
      return Number(numAffectedRows ?? 0);
    };
  };
  /** All but so many of the newest. */
  const beyond = (table: 'events' | 'outbox', most: number) =>
    sql`id <= (select max(id) from ${sql.table(table)}) - ${most}`;

  return [
    deleteWhere('artifacts', sql`expires_at < ${before}`),
    // Proofs are many, and one that is too old is refused without looking here. (Literal, for the index of just these.)
    deleteWhere('artifacts', sql`kind = 'dpop_jti' and expires_at < ${now}`),
    deleteWhere('access_tokens', sql`expires_at < ${before}`),
    // Never later than the absolute expiry.
    deleteSessions(engine, sql`idle_expires_at < ${before}`),
    deleteSessions(engine, sql`ended_at < ${before}`),
    deleteFamilies(engine, before),
    deleteWhere('counters', sql`window_ends_at < ${now}`),
    deleteWhere('events', beyond('events', MOST_EVENTS)),
    deleteWhere('events', sql`at < ${now - KEEP_EVENTS}`),
    deleteWhere('outbox', sql`${beyond('outbox', MOST_MESSAGES)} and delivery is distinct from 'queued'`),
  ];
}

/** A condition for a batch of the rows that meet `condition`. */
function someRows(engine: Engine, table: keyof Database, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const from = sql`from ${sql.table(table)} where ${condition} limit ${sql.lit(BATCH)}`;
  // As an array: joined, the planner may read the whole table to find the few.
  if (engine === 'sqlite') return sql`rowid in (select rowid ${from})`;
  // The condition once more: before its minor releases of November 2025 PostgreSQL takes a row that is found by ctid also when
  // it was changed meanwhile, so that a counter in which somebody is counting would be lost.
  return sql`ctid = any(array(select ctid ${from})) and ${condition}`;
}

function deleteSessions(engine: Engine, condition: RawBuilder<unknown>): Step {
  return async (db) => {
    const { rows } = await sql<{
      id: string;
    }>`delete from sessions where ${someRows(engine, 'sessions', condition)} returning id`.execute(db);
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    await sql`delete from session_clients where ${isOneOf(engine, 'session_id', ids)}`.execute(db);
    return rows.length;
  };
}

/** First their tokens, a batch at a time, then they themselves: no token is ever without its family. */
function deleteFamilies(engine: Engine, before: number): Step {
  return async (db) => {
    const families = await db
      .selectFrom('refresh_families')
      .select('id')
      .where('absolute_expires_at', '<', before)
      .limit(FAMILIES)
      .execute();
    if (families.length === 0) return 0;
    const ids = families.map(({ id }) => id);
    const tokens = someRows(engine, 'refresh_tokens', isOneOf(engine, 'family_id', ids));
    const { numAffectedRows: deleted = 0n } = await sql`delete from refresh_tokens where ${tokens}`.execute(db);
    if (deleted < BATCH) await sql`delete from refresh_families where ${isOneOf(engine, 'id', ids)}`.execute(db);
    return families.length;
  };
}
