import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { fromJson, fromNull, toJson, toNull } from './columns.ts';
import type { ArtifactRow, Database } from './schema.ts';
import type { Artifact, ArtifactRepository } from './store.ts';

export function createArtifactRepository(db: Kysely<Database>, engine: 'sqlite' | 'postgres'): ArtifactRepository {
  return {
    async insert(artifact) {
      const row = await db
        .insertInto('artifacts')
        .values({
          kind: artifact.kind,
          hash: artifact.hash,
          subject: toNull(artifact.subject),
          data: toJson(artifact.data),
          created_at: artifact.createdAt,
          expires_at: artifact.expiresAt,
          consumed_at: null,
        })
        .onConflict((conflict) => conflict.columns(['kind', 'hash']).doNothing())
        .returning('hash')
        .executeTakeFirst();
      return row !== undefined;
    },

    async get<Data>(kind: string, hash: string) {
      const row = await db
        .selectFrom('artifacts')
        .selectAll()
        .where('kind', '=', kind)
        .where('hash', '=', hash)
        .executeTakeFirst();
      return row && toArtifact<Data>(row);
    },

    async latestForSubject<Data>(kind: string, subject: string) {
      const row = await db
        .selectFrom('artifacts')
        .selectAll()
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        // Whatever the clock said meanwhile, which may stand still or be put back: what was not replaced is the newest.
        .orderBy(sql`case when consumed_at is null then 0 else 1 end`)
        .orderBy('created_at', 'desc')
        .orderBy('hash')
        .limit(1)
        .executeTakeFirst();
      return row && toArtifact<Data>(row);
    },

    async consume<Data>(kind: string, hash: string, now: number) {
      const row = await db
        .updateTable('artifacts')
        .set({ consumed_at: now })
        .where('kind', '=', kind)
        .where('hash', '=', hash)
        .where('consumed_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst();
      return row && toArtifact<Data>(row);
    },

    async patch(kind, hash, data) {
      if (Object.keys(data).length === 0) return;
      await db
        .updateTable('artifacts')
        .set({ data: mergeInto(data, engine) })
        .where('kind', '=', kind)
        .where('hash', '=', hash)
        .execute();
    },

    async countAttempt(kind, hash) {
      const row = await db
        .updateTable('artifacts')
        .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
        .where('kind', '=', kind)
        .where('hash', '=', hash)
        .returning('attempts')
        .executeTakeFirst();
      return row?.attempts ?? 0;
    },

    async consumeForSubject(kind, subject, now) {
      await db
        .updateTable('artifacts')
        .set({ consumed_at: now })
        .where('kind', '=', kind)
        .where('subject', '=', subject)
        .where('consumed_at', 'is', null)
        .execute();
    },
  };
}

/** Merges top-level members inside the UPDATE, so that two patches at once both survive. */
function mergeInto(data: Record<string, unknown>, engine: 'sqlite' | 'postgres'): RawBuilder<string> {
  if (engine === 'postgres') return sql`(data::jsonb || ${toJson(data)}::jsonb)::text`;
  // json_patch would drop members set to null and merge nested objects; json_set replaces each member whole.
  const members = Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => sql`${`$.${JSON.stringify(name)}`}, json(${toJson(value)})`);
  return members.length === 0 ? sql`data` : sql`json_set(data, ${sql.join(members)})`;
}

function toArtifact<Data>(row: Selectable<ArtifactRow>): Artifact<Data> {
  return {
    kind: row.kind,
    hash: row.hash,
    subject: fromNull(row.subject),
    data: fromJson<Data>(row.data),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    consumedAt: fromNull(row.consumed_at),
    attempts: row.attempts,
  };
}
