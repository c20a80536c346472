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
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toMessage(row);
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
  };
}
