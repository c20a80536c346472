import type { Kysely, Selectable } from 'kysely';
import { fromJson, fromNull, fromScope, toJson, toNull, toScope } from './columns.ts';
import type { AccessTokenRow, Database } from './schema.ts';
import type { AccessTokenRecord, AccessTokenRepository } from './store.ts';

export function createAccessTokenRepository(db: Kysely<Database>): AccessTokenRepository {
  return {
    async insert(token) {
      await db
        .insertInto('access_tokens')
        .values({
          hash: token.hash,
          user_id: token.userId,
          client_id: token.clientId,
          audience: token.audience,
          scope: toScope(token.scope),
          session_id: toNull(token.sessionId),
          family_id: toNull(token.familyId),
          dpop_jkt: toNull(token.dpopJkt),
          data: toJson(token.data),
          created_at: token.createdAt,
          expires_at: token.expiresAt,
          revoked_at: null,
        })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
    },

    async find(hash) {
      const row = await db.selectFrom('access_tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row && toRecord(row);
    },

    async revoke({ hash, familyId, userId }, now) {
      // An empty filter must never mean "all of them".
      if (hash === undefined && familyId === undefined && userId === undefined) return;
      let query = db.updateTable('access_tokens').set({ revoked_at: now }).where('revoked_at', 'is', null);
      if (hash !== undefined) query = query.where('hash', '=', hash);
      if (familyId !== undefined) query = query.where('family_id', '=', familyId);
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      await query.execute();
    },
  };
}

function toRecord(row: Selectable<AccessTokenRow>): AccessTokenRecord {
  return {
    hash: row.hash,
    userId: row.user_id,
    clientId: row.client_id,
    audience: row.audience,
    scope: fromScope(row.scope),
    sessionId: fromNull(row.session_id),
    familyId: fromNull(row.family_id),
    dpopJkt: fromNull(row.dpop_jkt),
    data: fromJson(row.data),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: fromNull(row.revoked_at),
  };
}
