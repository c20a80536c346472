import type { Kysely, Selectable } from 'kysely';
import { fromJson, fromNull, toJson, toNull } from './columns.ts';
import type { Database, SigningKeyRow } from './schema.ts';
import type { SigningKeyRepository, StoredSigningKey } from './store.ts';

export function createSigningKeyRepository(
  db: Kysely<Database>,
  inTransaction: <T>(work: (db: Kysely<Database>) => Promise<T>) => Promise<T>,
): SigningKeyRepository {
  return {
    async list() {
      const rows = await db.selectFrom('signing_keys').selectAll().orderBy('created_at').orderBy('kid').execute();
      return rows.map(toKey);
    },

    async insert(key) {
      const row = await db
        .insertInto('signing_keys')
        .values({
          kid: key.kid,
          private_jwk: toJson(key.privateJwk),
          public_jwk: toJson(key.publicJwk),
          state: key.state,
          created_at: key.createdAt,
          retired_at: toNull(key.retiredAt),
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('kid')
        .executeTakeFirst();
      return row !== undefined;
    },

    rotate: (currentKid, nextKid, now) =>
      inTransaction(async (tx) => {
        const retired = await tx
          .updateTable('signing_keys')
          .set({ state: 'retired', retired_at: now })
          .where('kid', '=', currentKid)
          .where('state', '=', 'current')
          .returning('kid')
          .executeTakeFirst();
        if (!retired) return false;
        const promoted = await tx
          .updateTable('signing_keys')
          .set({ state: 'current', retired_at: null })
          .where('kid', '=', nextKid)
          .returning('kid')
          .executeTakeFirst();
        // Thrown inside the transaction: the old key stays current.
        if (!promoted) throw new Error(`There is no signing key ${nextKid} to rotate to.`);
        return true;
      }),

    async deleteRetired(retiredBefore) {
      await db
        .deleteFrom('signing_keys')
        .where('state', '=', 'retired')
        .where('retired_at', '<', retiredBefore)
        .execute();
    },
  };
}

function toKey(row: Selectable<SigningKeyRow>): StoredSigningKey {
  return {
    kid: row.kid,
    privateJwk: fromJson(row.private_jwk),
    publicJwk: fromJson(row.public_jwk),
    state: row.state,
    createdAt: row.created_at,
    retiredAt: fromNull(row.retired_at),
  };
}
