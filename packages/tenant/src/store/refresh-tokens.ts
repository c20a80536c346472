import type { Insertable, Kysely, Selectable } from 'kysely';
import {
  fromJson,
  fromNull,
  fromOriginColumns,
  fromScope,
  toJson,
  toNull,
  toOriginColumns,
  toScope,
} from './columns.ts';
import { type Engine, isOneOf } from './one-of.ts';
import { prepareQuery } from './prepared-query.ts';
import type { Database, RefreshFamilyRow, RefreshTokenRow } from './schema.ts';
import type { RefreshFamily, RefreshToken, RefreshTokenRepository } from './store.ts';

const findWithFamily = prepareQuery<{ hash: string }>()((db, value) =>
  db
    .selectFrom('refresh_tokens as token')
    .innerJoin('refresh_families as family', 'family.id', 'token.family_id')
    .innerJoin('refresh_tokens as newest', (join) =>
      join.on('newest.hash', '=', (eb) =>
        eb
          .selectFrom('refresh_tokens as sibling')
          .select('sibling.hash')
          .whereRef('sibling.family_id', '=', 'token.family_id')
          .orderBy('sibling.generation', 'desc')
          .orderBy('sibling.created_at', 'desc')
          .limit(1),
      ),
    )
    .selectAll('family')
    .select([
      'token.generation as token_generation',
      'token.created_at as token_created_at',
      'token.consumed_at as token_consumed_at',
      'newest.hash as newest_hash',
      'newest.generation as newest_generation',
      'newest.created_at as newest_created_at',
      'newest.consumed_at as newest_consumed_at',
    ])
    .where('token.hash', '=', value('hash')),
);

const consume = prepareQuery<{ hash: string; now: number }>()((db, value) =>
  db
    .updateTable('refresh_tokens')
    .set({ consumed_at: value('now') })
    .where('hash', '=', value('hash'))
    .where('consumed_at', 'is', null)
    .returning('hash'),
);

const add = prepareQuery<{ hash: string; familyId: string; generation: number; createdAt: number }>()((db, value) =>
  db.insertInto('refresh_tokens').values({
    hash: value('hash'),
    family_id: value('familyId'),
    generation: value('generation'),
    created_at: value('createdAt'),
    consumed_at: null,
  }),
);

const touchFamily = prepareQuery<{ familyId: string; lastUsedAt: number; idleExpiresAt: number }>()((db, value) =>
  db
    .updateTable('refresh_families')
    .set({ last_used_at: value('lastUsedAt'), idle_expires_at: value('idleExpiresAt') })
    .where('id', '=', value('familyId')),
);

export function createRefreshTokenRepository(
  db: Kysely<Database>,
  engine: Engine,
  inTransaction: <T>(work: (db: Kysely<Database>) => Promise<T>) => Promise<T>,
): RefreshTokenRepository {
  return {
    async createFamily(family, tokenHash) {
      await inTransaction(async (tx) => {
        await tx.insertInto('refresh_families').values(toFamilyRow(family)).execute();
        await tx
          .insertInto('refresh_tokens')
          .values({
            hash: tokenHash,
            family_id: family.id,
            generation: 1,
            created_at: family.createdAt,
            consumed_at: null,
          })
          .execute();
      });
    },

    async find(tokenHash) {
      const [row] = await findWithFamily(db, { hash: tokenHash });
      if (row === undefined) return undefined;
      return {
        family: toFamily(row),
        token: {
          hash: tokenHash,
          familyId: row.id,
          generation: row.token_generation,
          createdAt: row.token_created_at,
          consumedAt: fromNull(row.token_consumed_at),
        },
        newest: {
          hash: row.newest_hash,
          familyId: row.id,
          generation: row.newest_generation,
          createdAt: row.newest_created_at,
          consumedAt: fromNull(row.newest_consumed_at),
        },
      };
    },

    async getFamily(familyId) {
      const row = await db.selectFrom('refresh_families').selectAll().where('id', '=', familyId).executeTakeFirst();
      return row && toFamily(row);
    },

    async has(familyId) {
      const row = await db.selectFrom('refresh_families').select('id').where('id', '=', familyId).executeTakeFirst();
      return row !== undefined;
    },

    async newest(familyId) {
      const row = await db
        .selectFrom('refresh_tokens')
        .selectAll()
        .where('family_id', '=', familyId)
        .orderBy('generation', 'desc')
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toToken(row);
    },

    async consume(hash, now) {
      return (await consume(db, { hash, now })).length > 0;
    },

    async add({ hash, familyId, generation, createdAt }) {
      await add(db, { hash, familyId, generation, createdAt });
    },

    async touchFamily(familyId, { lastUsedAt, idleExpiresAt }) {
      await touchFamily(db, { familyId, lastUsedAt, idleExpiresAt });
    },

    patchFamily: (familyId, data) =>
      inTransaction(async (tx) => {
        const row = await tx
          .selectFrom('refresh_families')
          .select('data')
          .where('id', '=', familyId)
          .executeTakeFirst();
        if (row === undefined) return;
        const merged = toJson({ ...fromJson<Record<string, unknown>>(row.data), ...data });
        await tx.updateTable('refresh_families').set({ data: merged }).where('id', '=', familyId).execute();
      }),

    revokeFamily: (familyId, reason, now) =>
      inTransaction(async (tx) => {
        const row = await tx
          .updateTable('refresh_families')
          .set({ revoked_at: now, revoked_reason: reason })
          .where('id', '=', familyId)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        await revokeAccessTokens(tx, engine, [familyId], now);
        await endTransferred(tx, engine, [familyId], now);
        return row !== undefined;
      }),

    revokeWhere: ({ userId, clientId, audience, sessionId }, reason, now) =>
      inTransaction(async (tx) => {
        let query = tx
          .updateTable('refresh_families')
          .set({ revoked_at: now, revoked_reason: reason })
          .where('user_id', '=', userId)
          .where('revoked_at', 'is', null);
        if (clientId !== undefined) query = query.where('client_id', '=', clientId);
        if (audience !== undefined) query = query.where('audience', '=', audience);
        if (sessionId !== undefined) query = query.where('session_id', '=', sessionId);
        const families = (await query.returning('id').execute()).map((row) => row.id);
        await revokeAccessTokens(tx, engine, families, now);
        await endTransferred(tx, engine, families, now);
        return families.length;
      }),

    async list({ userId, clientId, limit = 100 } = {}) {
      let query = db.selectFrom('refresh_families').selectAll();
      if (userId !== undefined) query = query.where('user_id', '=', userId);
      if (clientId !== undefined) query = query.where('client_id', '=', clientId);
      const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute();
      return rows.map(toFamily);
    },
  };
}

async function revokeAccessTokens(
  db: Kysely<Database>,
  engine: Engine,
  families: readonly string[],
  now: number,
): Promise<void> {
  if (families.length === 0) return;
  await db
    .updateTable('access_tokens')
    .set({ revoked_at: now })
    .where(isOneOf(engine, 'family_id', families))
    .where('revoked_at', 'is', null)
    .execute();
}

/** What session transfers made of the families. Nothing more can have been made of that: it cannot be transferred again. */
async function endTransferred(
  db: Kysely<Database>,
  engine: Engine,
  parents: readonly string[],
  now: number,
): Promise<void> {
  if (parents.length === 0) return;
  await db
    .updateTable('sessions')
    .set({ ended_at: now })
    .where(isOneOf(engine, 'parent_family_id', parents))
    .where('parent_cascade', '=', 1)
    .where('ended_at', 'is', null)
    .execute();
  const rows = await db
    .updateTable('refresh_families')
    .set({ revoked_at: now, revoked_reason: 'the refresh token that its browser was signed in with was revoked' })
    .where(isOneOf(engine, 'parent_family_id', parents))
    .where('parent_cascade', '=', 1)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute();
  const children = rows.map((row) => row.id);
  await revokeAccessTokens(db, engine, children, now);
}

function toFamilyRow(family: Omit<RefreshFamily, 'revokedAt' | 'revokedReason'>): Insertable<RefreshFamilyRow> {
  return {
    id: family.id,
    user_id: family.userId,
    client_id: family.clientId,
    audience: family.audience,
    scope: toScope(family.scope),
    session_id: toNull(family.sessionId),
    auth_time: family.authTime,
    dpop_jkt: toNull(family.dpopJkt),
    data: toJson(family.data),
    created_at: family.createdAt,
    last_used_at: family.lastUsedAt,
    idle_expires_at: family.idleExpiresAt,
    absolute_expires_at: family.absoluteExpiresAt,
    revoked_at: null,
    revoked_reason: null,
    ...toOriginColumns(family.origin),
  };
}

function toFamily(row: Selectable<RefreshFamilyRow>): RefreshFamily {
  return {
    id: row.id,
    userId: row.user_id,
    clientId: row.client_id,
    audience: row.audience,
    scope: fromScope(row.scope),
    sessionId: fromNull(row.session_id),
    authTime: row.auth_time,
    dpopJkt: fromNull(row.dpop_jkt),
    data: fromJson(row.data),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    idleExpiresAt: row.idle_expires_at,
    absoluteExpiresAt: row.absolute_expires_at,
    revokedAt: fromNull(row.revoked_at),
    revokedReason: fromNull(row.revoked_reason),
    origin: fromOriginColumns(row),
  };
}

function toToken(row: Selectable<RefreshTokenRow>): RefreshToken {
  return {
    hash: row.hash,
    familyId: row.family_id,
    generation: row.generation,
    createdAt: row.created_at,
    consumedAt: fromNull(row.consumed_at),
  };
}
