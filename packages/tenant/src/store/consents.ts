import type { Kysely } from 'kysely';
import { fromScope, toScope } from './columns.ts';
import type { Database } from './schema.ts';
import type { ConsentRepository } from './store.ts';

export function createConsentRepository(db: Kysely<Database>): ConsentRepository {
  const find = (on: Kysely<Database>, userId: string, clientId: string, audience: string) =>
    on
      .selectFrom('consents')
      .select('scope')
      .where('user_id', '=', userId)
      .where('client_id', '=', clientId)
      .where('audience', '=', audience)
      .executeTakeFirst();

  return {
    async get(userId, clientId, audience) {
      const row = await find(db, userId, clientId, audience);
      return row && fromScope(row.scope);
    },

    async grant(userId, clientId, audience, scope, now) {
      const earlier = await find(db, userId, clientId, audience);
      const granted = toScope([...new Set([...(earlier ? fromScope(earlier.scope) : []), ...scope])]);
      await db
        .insertInto('consents')
        .values({
          user_id: userId,
          client_id: clientId,
          audience,
          scope: granted,
          created_at: now,
          updated_at: now,
        })
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'client_id', 'audience']).doUpdateSet({ scope: granted, updated_at: now }),
        )
        .execute();
    },

    async revoke(userId, clientId) {
      let query = db.deleteFrom('consents').where('user_id', '=', userId);
      if (clientId !== undefined) query = query.where('client_id', '=', clientId);
      await query.execute();
    },
  };
}
