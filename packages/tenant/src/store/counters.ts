import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';
import type { CounterRepository } from './store.ts';

/** A machine that is set to the right time may go back by so much, in milliseconds; a test that moves its clock goes further. */
const CORRECTION_MS = 5_000;

export function createCounterRepository(db: Kysely<Database>): CounterRepository {
  return {
    async hit(key, windowMs, now) {
      const row = await db
        .insertInto('counters')
        .values({ key, count: 1, window_ends_at: now + windowMs })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({
            count: sql`case when counters.window_ends_at <= ${now} then 1 else counters.count + 1 end`,
            window_ends_at: sql`case when counters.window_ends_at <= ${now} then excluded.window_ends_at else counters.window_ends_at end`,
          }),
        )
        .returning(['count', 'window_ends_at'])
        .executeTakeFirstOrThrow();
      return { count: row.count, windowEndsAt: row.window_ends_at };
    },

    async get(key, now) {
      const row = await db
        .selectFrom('counters')
        .select('count')
        .where('key', '=', key)
        .where('window_ends_at', '>', now)
        .executeTakeFirst();
      return row?.count ?? 0;
    },

    async list(prefix, now) {
      const rows = await db
        .selectFrom('counters')
        .selectAll()
        .where('key', 'like', `${prefix}%`)
        .where('window_ends_at', '>', now)
        .execute();
      // Sorted here: for an order by key SQLite would walk through the ended ones, too.
      return rows
        .map(({ key, count, window_ends_at: windowEndsAt }) => ({ key, count, windowEndsAt }))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
    },

    async takeFromBucket(key, { capacity, refillMs }, now) {
      // The row keeps the time at which the bucket is full again; each try moves it on by one refill.
      // A time no bucket can take to fill was written before the clock was moved back: the bucket begins anew. An empty
      // one stays empty where the machine's clock was only corrected.
      const longest = now + capacity * refillMs;
      const believed = longest + CORRECTION_MS;
      const fullAgainAt = sql<number>`(case when counters.window_ends_at > ${now} and counters.window_ends_at <= ${believed} then counters.window_ends_at else ${now} end) + ${refillMs}`;
      const row = await db
        .insertInto('counters')
        .values({ key, count: 1, window_ends_at: now + refillMs })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet({ count: sql`counters.count + 1`, window_ends_at: fullAgainAt })
            .where(fullAgainAt, '<=', longest),
        )
        .returning('key')
        .executeTakeFirst();
      return row !== undefined;
    },

    async lookAtBucket(key, { capacity, refillMs }, now) {
      const row = await db.selectFrom('counters').select('window_ends_at').where('key', '=', key).executeTakeFirst();
      const kept = row?.window_ends_at ?? now;
      const longest = now + capacity * refillMs;
      const fullAt = kept > now && kept <= longest + CORRECTION_MS ? Math.min(kept, longest) : now;
      const remaining = Math.max(0, Math.floor(capacity - (fullAt - now) / refillMs));
      return { remaining, fullAt, nextAt: Math.max(now, fullAt - (capacity - 1) * refillMs) };
    },

    async clear(key) {
      await db.deleteFrom('counters').where('key', '=', key).execute();
    },
  };
}
