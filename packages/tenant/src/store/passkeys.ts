import type { Kysely, Selectable } from 'kysely';
import { fromFlag, fromJson, fromNull, toFlag, toJson, toNull } from './columns.ts';
import type { Database, PasskeyRow } from './schema.ts';
import type { Passkey, PasskeyRepository } from './store.ts';

export function createPasskeyRepository(db: Kysely<Database>): PasskeyRepository {
  return {
    async add(passkey) {
      const row = await db
        .insertInto('passkeys')
        .values(toRow(passkey))
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async find(credentialId) {
      const row = await db
        .selectFrom('passkeys')
        .selectAll()
        .where('credential_id', '=', credentialId)
        .executeTakeFirst();
      return row && toPasskey(row);
    },

    async list(userId) {
      const rows = await db
        .selectFrom('passkeys')
        .selectAll()
        .where('user_id', '=', userId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toPasskey);
    },

    async recordUse(id, { signCount, backedUp, now }) {
      const row = await db
        .updateTable('passkeys')
        .set({ sign_count: signCount, backed_up: toFlag(backedUp), last_used_at: now })
        .where('id', '=', id)
        // W3C Web Authentication 7.2: 0 on both sides is an authenticator that does not count.
        .where((eb) => (signCount === 0 ? eb('sign_count', '=', 0) : eb('sign_count', '<', signCount)))
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async rename(id, label) {
      await db.updateTable('passkeys').set({ label }).where('id', '=', id).execute();
    },

    async delete(id) {
      const { numDeletedRows } = await db.deleteFrom('passkeys').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async deleteForUser(userId) {
      await db.deleteFrom('passkeys').where('user_id', '=', userId).execute();
    },
  };
}

function toRow(passkey: Passkey) {
  return {
    id: passkey.id,
    credential_id: passkey.credentialId,
    user_id: passkey.userId,
    user_handle: passkey.userHandle,
    public_key: passkey.publicKey,
    sign_count: passkey.signCount,
    relying_party_id: passkey.relyingPartyId,
    device_type: passkey.deviceType,
    backed_up: toFlag(passkey.backedUp),
    transports: toJson(passkey.transports),
    aaguid: toNull(passkey.aaguid),
    user_agent: toNull(passkey.userAgent),
    label: toNull(passkey.label),
    created_at: passkey.createdAt,
    last_used_at: toNull(passkey.lastUsedAt),
  };
}

function toPasskey(row: Selectable<PasskeyRow>): Passkey {
  return {
    id: row.id,
    credentialId: row.credential_id,
    userId: row.user_id,
    userHandle: row.user_handle,
    publicKey: row.public_key,
    signCount: row.sign_count,
    relyingPartyId: row.relying_party_id,
    deviceType: row.device_type === 'multi_device' ? 'multi_device' : 'single_device',
    backedUp: fromFlag(row.backed_up),
    transports: fromJson(row.transports),
    aaguid: fromNull(row.aaguid),
    userAgent: fromNull(row.user_agent),
    label: fromNull(row.label),
    createdAt: row.created_at,
    lastUsedAt: fromNull(row.last_used_at),
  };
}
