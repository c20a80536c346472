import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';
import type { MemberRepository } from './store.ts';

export function createMemberRepository(db: Kysely<Database>): MemberRepository {
  return {
    async has(organizationId, userId) {
      const row = await db
        .selectFrom('organization_members')
        .select('user_id')
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return row !== undefined;
    },

    async add(organizationId, userId, now) {
      await db
        .insertInto('organization_members')
        .values({ organization_id: organizationId, user_id: userId, created_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async list(userId) {
      const rows = await db
        .selectFrom('organization_members')
        .select('organization_id')
        .where('user_id', '=', userId)
        .orderBy('organization_id')
        .execute();
      return rows.map((row) => row.organization_id);
    },

    async deleteForUser(userId) {
      await db.deleteFrom('organization_members').where('user_id', '=', userId).execute();
    },
  };
}
