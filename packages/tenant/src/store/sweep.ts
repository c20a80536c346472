import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

const DAY = 86_400_000;

/** How long spent things stay, so that their second use is still recognised and the dashboard can tell what happened. */
const KEEP_SPENT = DAY;
const KEEP_EVENTS = 7 * DAY;
/** A tenant under load for days must not grow without end. */
const MOST_EVENTS = 50_000;

/** Deletes what nobody can use any more. */
export async function sweepExpired(db: Kysely<Database>, now: number): Promise<void> {
  const before = now - KEEP_SPENT;
  await db.deleteFrom('artifacts').where('expires_at', '<', before).execute();
  // Proofs are many, and one that is too old is refused without looking here.
  await db.deleteFrom('artifacts').where('kind', '=', 'dpop_jti').where('expires_at', '<', now).execute();
  await db.deleteFrom('access_tokens').where('expires_at', '<', before).execute();
  await db
    .deleteFrom('sessions')
    .where((eb) =>
      eb.or([eb('absolute_expires_at', '<', before), eb('idle_expires_at', '<', before), eb('ended_at', '<', before)]),
    )
    .execute();
  await db
    .deleteFrom('session_clients')
    .where('session_id', 'not in', (eb) => eb.selectFrom('sessions').select('id'))
    .execute();
  await db.deleteFrom('refresh_families').where('absolute_expires_at', '<', before).execute();
  await db
    .deleteFrom('refresh_tokens')
    .where('family_id', 'not in', (eb) => eb.selectFrom('refresh_families').select('id'))
    .execute();
  await db.deleteFrom('counters').where('window_ends_at', '<', now).execute();
  await db
    .deleteFrom('events')
    .where('at', '<', now - KEEP_EVENTS)
    .execute();
  await db
    .deleteFrom('events')
    .where('id', '<=', (eb) =>
      eb.selectFrom('events').select((max) => sql<number>`${max.fn.max('id')} - ${MOST_EVENTS}`.as('id')),
    )
    .execute();
}
