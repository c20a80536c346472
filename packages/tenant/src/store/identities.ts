import type { Kysely, Selectable } from 'kysely';
import { fromJson, toJson } from './columns.ts';
import type { Database, IdentityRow } from './schema.ts';
import type { Identity, IdentityRepository } from './store.ts';

export function createIdentityRepository(db: Kysely<Database>): IdentityRepository {
  return {
    async find(connection, providerUserId) {
      const row = await db
        .selectFrom('identities')
        .selectAll()
        .where('connection', '=', connection)
        .where('provider_user_id', '=', providerUserId)
        .executeTakeFirst();
      return row && toIdentity(row);
    },

    async list(userId) {
      const rows = await db
        .selectFrom('identities')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('created_at')
        .orderBy('connection')
        .orderBy('provider_user_id')
        .execute();
      return rows.map(toIdentity);
    },

    async link(identity) {
      const profile = toJson(identity.profile);
      await db
        .insertInto('identities')
        .values({
          connection: identity.connection,
          provider_user_id: identity.providerUserId,
          provider: identity.provider,
          user_id: identity.userId,
          profile,
          created_at: identity.createdAt,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['connection', 'provider_user_id'])
            .doUpdateSet({ user_id: identity.userId, profile, created_at: identity.createdAt }),
        )
        .execute();
    },

    async deleteForUser(userId) {
      await db.deleteFrom('identities').where('user_id', '=', userId).execute();
    },
  };
}

function toIdentity(row: Selectable<IdentityRow>): Identity {
  return {
    connection: row.connection,
    providerUserId: row.provider_user_id,
    provider: row.provider,
    userId: row.user_id,
    profile: fromJson(row.profile),
    createdAt: row.created_at,
  };
}
