import type { Kysely, Selectable } from 'kysely';
import type { NewEvent, TenantEvent } from '../events/event-log.ts';
import { fromJson, fromNull, toJson, toNull } from './columns.ts';
import { prepareQuery } from './prepared-query.ts';
import type { Database, EventRow } from './schema.ts';
import type { EventRepository } from './store.ts';

/** Rows of one INSERT, so that a batch of any size is a few prepared statements. */
const CHUNK_SIZES = [64, 16, 4, 1] as const;

export function createEventRepository(
  db: Kysely<Database>,
  inTransaction: <T>(work: (db: Kysely<Database>) => Promise<T>) => Promise<T>,
): EventRepository {
  return {
    insert(events) {
      const chunks = split(events);
      if (chunks.length <= 1) return insertChunk(db, events);
      return inTransaction(async (tx) => {
        const stored: TenantEvent[] = [];
        for (const chunk of chunks) stored.push(...(await insertChunk(tx, chunk)));
        return stored;
      });
    },

    async list({ afterId, type, limit = 100 } = {}) {
      let query = db.selectFrom('events').selectAll();
      if (type !== undefined) query = query.where('type', '=', type);
      if (afterId !== undefined) {
        const rows = await query.where('id', '>', afterId).orderBy('id').limit(limit).execute();
        return rows.map(toEvent);
      }
      const newest = await query.orderBy('id', 'desc').limit(limit).execute();
      return newest.reverse().map(toEvent);
    },
  };
}

type DatedEvent = NewEvent & { readonly at: number };

function split(events: readonly DatedEvent[]): DatedEvent[][] {
  const chunks: DatedEvent[][] = [];
  for (let start = 0; start < events.length; start += chunks.at(-1)?.length ?? 1) {
    const size = CHUNK_SIZES.find((candidate) => candidate <= events.length - start) ?? 1;
    chunks.push(events.slice(start, start + size));
  }
  return chunks;
}

const insertRows = new Map(CHUNK_SIZES.map((size) => [size as number, prepareInsert(size)]));

/** The values of all rows, one row after another. */
type RowValues = (string | number | null)[];

function prepareInsert(size: number) {
  return prepareQuery<RowValues>()((db, value) =>
    db
      .insertInto('events')
      .values(
        Array.from({ length: size }, (_, row) => {
          const column = (place: number) => value(row * 7 + place) as never;
          return {
            at: column(0),
            type: column(1),
            outcome: column(2),
            sentence: column(3),
            client_id: column(4),
            user_id: column(5),
            details: column(6),
          };
        }),
      )
      .returning('id'),
  );
}

async function insertChunk(db: Kysely<Database>, events: readonly DatedEvent[]): Promise<TenantEvent[]> {
  const insert = insertRows.get(events.length);
  if (insert === undefined) return [];
  const values = events.flatMap(
    (event): RowValues => [
      event.at,
      event.type,
      event.outcome,
      event.sentence,
      toNull(event.clientId),
      toNull(event.userId),
      event.details ? toJson(event.details) : null,
    ],
  );
  const ids = (await insert(db, values)).map(({ id }) => id).sort((a, b) => a - b);
  return events.flatMap((event, place) => {
    const id = ids[place];
    return id === undefined ? [] : [{ ...event, id }];
  });
}

function toEvent(row: Selectable<EventRow>): TenantEvent {
  return {
    id: row.id,
    at: row.at,
    type: row.type,
    outcome: row.outcome === 'success' ? 'success' : 'failure',
    sentence: row.sentence,
    clientId: fromNull(row.client_id),
    userId: fromNull(row.user_id),
    details: row.details === null ? undefined : fromJson(row.details),
  };
}
