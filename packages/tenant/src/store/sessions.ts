import type { Kysely, Selectable, Updateable } from 'kysely';
import { fromJson, fromNull, fromOriginColumns, toJson, toOriginColumns } from './columns.ts';
import type { Database, SessionRow } from './schema.ts';
import type { Session, SessionRepository } from './store.ts';

export function createSessionRepository(db: Kysely<Database>): SessionRepository {
  return {
    async create(session) {
      const row = await db
        .insertInto('sessions')
        .values({
          id: session.id,
          token_hash: session.tokenHash,
          user_id: session.userId,
          created_at: session.createdAt,
          auth_time: session.authTime,
          last_used_at: session.lastUsedAt,
          idle_expires_at: session.idleExpiresAt,
          absolute_expires_at: session.absoluteExpiresAt,
          amr: toJson(session.amr),
          ended_at: null,
          ...toOriginColumns(session.origin),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toSession(row);
    },

    async findByTokenHash(tokenHash) {
      const row = await db.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
      return row && toSession(row);
    },

    async get(id) {
      const row = await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toSession(row);
    },

    async update(id, changes) {
      const columns: Updateable<SessionRow> = {};
      if (changes.authTime !== undefined) columns.auth_time = changes.authTime;
      if (changes.lastUsedAt !== undefined) columns.last_used_at = changes.lastUsedAt;
      if (changes.idleExpiresAt !== undefined) columns.idle_expires_at = changes.idleExpiresAt;
      if (changes.amr !== undefined) columns.amr = toJson(changes.amr);
      if (changes.tokenHash !== undefined) columns.token_hash = changes.tokenHash;
      if (Object.keys(columns).length === 0) return;
      await db.updateTable('sessions').set(columns).where('id', '=', id).execute();
    },

    async addClient(id, clientId, now) {
      await db
        .insertInto('session_clients')
        .values({ session_id: id, client_id: clientId, first_used_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async clients(id) {
      const rows = await db
        .selectFrom('session_clients')
        .select('client_id')
        .where('session_id', '=', id)
        .orderBy('first_used_at')
        .orderBy('client_id')
        .execute();
      return rows.map((row) => row.client_id);
    },

    async end(id, now) {
      await db
        .updateTable('sessions')
        .set({ ended_at: now })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .execute();
    },

    async endForUser(userId, now) {
      await db
        .updateTable('sessions')
        .set({ ended_at: now })
        .where('user_id', '=', userId)
        .where('ended_at', 'is', null)
        .execute();
    },

    async list({ userId, limit = 100 } = {}) {
      let query = db.selectFrom('sessions').selectAll();
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute();
      return rows.map(toSession);
    },
  };
}

function toSession(row: Selectable<SessionRow>): Session {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at,
    authTime: row.auth_time,
    lastUsedAt: row.last_used_at,
    idleExpiresAt: row.idle_expires_at,
    absoluteExpiresAt: row.absolute_expires_at,
    amr: fromJson(row.amr),
    endedAt: fromNull(row.ended_at),
    origin: fromOriginColumns(row),
  };
}
