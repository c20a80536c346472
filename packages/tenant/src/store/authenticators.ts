import type { Kysely, Selectable } from 'kysely';
import type { FactorName } from '../mfa/factors/factor.ts';
import { fromFlag, fromNull, toFlag, toNull } from './columns.ts';
import type { AuthenticatorRow, Database } from './schema.ts';
import type { Authenticator, AuthenticatorRepository } from './store.ts';

export function createAuthenticatorRepository(db: Kysely<Database>): AuthenticatorRepository {
  return {
    async list(userId) {
      const rows = await db
        .selectFrom('authenticators')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toAuthenticator);
    },

    async get(id) {
      const row = await db.selectFrom('authenticators').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toAuthenticator(row);
    },

    async insert(authenticators) {
      if (authenticators.length === 0) return;
      await db.insertInto('authenticators').values(authenticators.map(toRow)).execute();
    },

    async confirmGroup(groupId) {
      const [confirmed] = await db
        .updateTable('authenticators')
        .set({ confirmed: 1 })
        .where('group_id', '=', groupId)
        .where('confirmed', '=', 0)
        .returning('user_id')
        .execute();
      if (confirmed === undefined) return false;
      await db
        .updateTable('authenticators')
        .set({ confirmed: 1 })
        .where('user_id', '=', confirmed.user_id)
        .where('factor', '=', 'recovery-code')
        .execute();
      return true;
    },

    async useStep(id, step, now) {
      const row = await db
        .updateTable('authenticators')
        .set({ last_step: step, last_used_at: now })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async replaceCode(id, codeHash, newCodeHash, now) {
      const row = await db
        .updateTable('authenticators')
        .set({ code_hash: newCodeHash, last_used_at: now })
        .where('id', '=', id)
        .where('code_hash', '=', codeHash)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async update(groupId, { label, preferred }) {
      if (label !== undefined) {
        await db.updateTable('authenticators').set({ label }).where('group_id', '=', groupId).execute();
      }
      if (preferred === undefined) return;
      await db
        .updateTable('authenticators')
        .set((eb) => ({ preferred: eb.case().when('factor', '=', preferred).then(1).else(0).end() }))
        .where('group_id', '=', groupId)
        .execute();
    },

    async touch(id, now) {
      await db.updateTable('authenticators').set({ last_used_at: now }).where('id', '=', id).execute();
    },

    async deleteGroup(groupId) {
      const rows = await db.deleteFrom('authenticators').where('group_id', '=', groupId).returning('id').execute();
      return rows.length;
    },

    async deleteUnconfirmed(userId) {
      await db.deleteFrom('authenticators').where('user_id', '=', userId).where('confirmed', '=', 0).execute();
    },

    async deleteForUser(userId) {
      await db.deleteFrom('authenticators').where('user_id', '=', userId).execute();
    },
  };
}

function toRow(authenticator: Authenticator) {
  return {
    id: authenticator.id,
    user_id: authenticator.userId,
    factor: authenticator.factor,
    group_id: authenticator.groupId,
    confirmed: toFlag(authenticator.confirmed),
    name: toNull(authenticator.name),
    phone_number: toNull(authenticator.phoneNumber),
    email: toNull(authenticator.email),
    secret: toNull(authenticator.secret),
    code_hash: toNull(authenticator.codeHash),
    last_step: toNull(authenticator.lastStep),
    created_at: authenticator.createdAt,
    last_used_at: toNull(authenticator.lastUsedAt),
    label: toNull(authenticator.label),
    preferred: toFlag(authenticator.preferred),
  };
}

function toAuthenticator(row: Selectable<AuthenticatorRow>): Authenticator {
  return {
    id: row.id,
    userId: row.user_id,
    factor: row.factor as FactorName,
    groupId: row.group_id,
    confirmed: fromFlag(row.confirmed),
    name: fromNull(row.name),
    phoneNumber: fromNull(row.phone_number),
    email: fromNull(row.email),
    secret: fromNull(row.secret),
    codeHash: fromNull(row.code_hash),
    lastStep: fromNull(row.last_step),
    createdAt: row.created_at,
    lastUsedAt: fromNull(row.last_used_at),
    label: fromNull(row.label),
    preferred: fromFlag(row.preferred) ? true : undefined,
  };
}
