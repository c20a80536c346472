import type { Kysely, Selectable } from 'kysely';
import type { TenantEvent } from '../events/event-log.ts';
import { fromJson, fromNull, toJson, toNull } from './columns.ts';
import type { Database, EventRow } from './schema.ts';
import type { EventRepository } from './store.ts';

export function createEventRepository(db: Kysely<Database>): EventRepository {
  return {
    async insert(events) {
      if (events.length === 0) return [];
      const rows = await db
        .insertInto('events')
        .values(
          events.map((event) => ({
            at: event.at,
            type: event.type,
            outcome: event.outcome,
            sentence: event.sentence,
            client_id: toNull(event.clientId),
            user_id: toNull(event.userId),
            details: event.details ? toJson(event.details) : null,
          })),
        )
        .returningAll()
        .execute();
      return rows.map(toEvent).sort((a, b) => a.id - b.id);
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
