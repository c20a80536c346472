import type { Kysely, Selectable } from 'kysely';
import type { OutboxMessage } from '../delivery/outbox.ts';
import { fromNull, toNull } from './columns.ts';
import type { Database, OutboxRow } from './schema.ts';
import type { OutboxRepository } from './store.ts';

export function createOutboxRepository(db: Kysely<Database>): OutboxRepository {
  return {
    async insert(message) {
      const row = await db
        .insertInto('outbox')
        .values({
          at: message.at,
          channel: message.channel,
          recipient: message.to,
          template: message.template,
          subject: toNull(message.subject),
          body_text: message.text,
          body_html: toNull(message.html),
          link: toNull(message.link),
          code: toNull(message.code),
          delivery: toNull(message.delivery),
          attempts: message.attempts ?? 0,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toMessage(row);
    },

    async queued() {
      const rows = await db.selectFrom('outbox').selectAll().where('delivery', '=', 'queued').orderBy('id').execute();
      return rows.map((row) => ({ ...toMessage(row), nextAttemptAt: row.next_attempt_at ?? 0 }));
    },

    async claim(id, attempts, now, nextAttemptAt) {
      const row = await db
        .updateTable('outbox')
        .set({ attempts: attempts + 1, next_attempt_at: nextAttemptAt })
        .where('id', '=', id)
        .where('delivery', '=', 'queued')
        .where('attempts', '=', attempts)
        .where((eb) => eb.or([eb('next_attempt_at', 'is', null), eb('next_attempt_at', '<=', now)]))
        .returningAll()
        .executeTakeFirst();
      return row && toMessage(row);
    },

    async settle(id, { delivery, lastError, nextAttemptAt }) {
      await db
        .updateTable('outbox')
        .set({ delivery, last_error: toNull(lastError), next_attempt_at: toNull(nextAttemptAt) })
        .where('id', '=', id)
        .execute();
    },

    async list({ to, template, afterId, limit = 100 } = {}) {
      let query = db.selectFrom('outbox').selectAll();
      if (to !== undefined) query = query.where('recipient', '=', to);
      if (template !== undefined) query = query.where('template', '=', template);
      if (afterId !== undefined) {
        const rows = await query.where('id', '>', afterId).orderBy('id').limit(limit).execute();
        return rows.map(toMessage);
      }
      const newest = await query.orderBy('id', 'desc').limit(limit).execute();
      return newest.reverse().map(toMessage);
    },
  };
}

function toMessage(row: Selectable<OutboxRow>): OutboxMessage {
  return {
    id: row.id,
    at: row.at,
    channel: row.channel as OutboxMessage['channel'],
    to: row.recipient,
    template: row.template,
    subject: fromNull(row.subject),
    text: row.body_text,
    html: fromNull(row.body_html),
    link: fromNull(row.link),
    code: fromNull(row.code),
    ...(row.delivery === null
      ? {}
      : {
          delivery: row.delivery as NonNullable<OutboxMessage['delivery']>,
          attempts: row.attempts,
          lastError: fromNull(row.last_error),
        }),
  };
}
