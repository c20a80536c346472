import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';
import type { SettingRepository } from './store.ts';

export function createSettingRepository(db: Kysely<Database>): SettingRepository {
  const get = async (name: string): Promise<string | undefined> => {
    const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  };
  return {
    get,

    async set(name, value) {
      await db
        .insertInto('settings')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },

    async setIfAbsent(name, value) {
      const row = await db
        .insertInto('settings')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning('value')
        .executeTakeFirst();
      return row?.value ?? (await get(name)) ?? value;
    },
  };
}
