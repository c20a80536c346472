import { type Kysely, type Selectable, sql } from 'kysely';
import { toKey } from './columns.ts';
import type { Database, UserRow } from './schema.ts';

type Row = Selectable<UserRow>;

export interface UserSearch {
  readonly term: string;
  readonly limit: number;
  readonly offset: number;
}

/** Users looked through by one statement of SQLite, which answers nobody meanwhile. */
const PAGE = 1_000;

/**
 * Users whose address, username, number, id or profile holds `term` in any case, oldest first. An e-mail address or an id
 * that is written out in full and there is looked up: it finds whoever has just that.
 */
export async function searchUsers(
  db: Kysely<Database>,
  engine: 'sqlite' | 'postgres',
  { term, limit, offset }: UserSearch,
): Promise<Row[]> {
  const named = await findNamed(db, term);
  if (named.length > 0) return named.slice(offset, offset + limit);
  // No index helps to find a part of a text: all users are looked through.
  if (engine === 'postgres') return findMatches(db, term).limit(limit).offset(offset).execute();

  const found: Row[] = [];
  for await (const page of pagesOf(db, term)) {
    found.push(...page);
    if (found.length >= offset + limit) break;
  }
  return found.slice(offset, offset + limit);
}

const inOrder = (db: Kysely<Database>) => db.selectFrom('users').orderBy('created_at').orderBy('id');

async function findNamed(db: Kysely<Database>, term: string): Promise<Row[]> {
  const query = inOrder(db).selectAll();
  if (term.includes('@')) return query.where('email_key', '=', toKey(term)).execute();
  if (term.includes('|')) return query.where('id', '=', term.trim()).execute();
  return [];
}

function findMatches(db: Kysely<Database>, term: string) {
  const pattern = `%${toKey(term).replace(/[\\%_]/g, '\\$&')}%`;
  return inOrder(db)
    .selectAll()
    .where(
      sql<boolean>`lower(coalesce(email, '') || ' ' || coalesce(username, '') || ' ' || coalesce(phone_number, '') || ' ' || id || ' ' || profile) like ${pattern} escape '\\'`,
    );
}

/** The matches among a thousand users after another, and everybody else's requests in between. */
async function* pagesOf(db: Kysely<Database>, term: string): AsyncGenerator<Row[]> {
  const position = sql<string>`(created_at, id)`;
  let after = sql<string>`(${Number.MIN_SAFE_INTEGER}, ${''})`;
  for (;;) {
    const last = await inOrder(db)
      .select(['created_at', 'id'])
      .where(position, '>', after)
      .limit(1)
      .offset(PAGE - 1)
      .executeTakeFirst();
    const rest = findMatches(db, term).where(position, '>', after);
    if (last === undefined) {
      yield await rest.execute();
      return;
    }
    const end = sql<string>`(${last.created_at}, ${last.id})`;
    yield await rest.where(position, '<=', end).execute();
    after = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
