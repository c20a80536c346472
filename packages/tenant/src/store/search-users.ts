import { type Kysely, type Selectable, sql } from 'kysely';
import { toKey } from './columns.ts';
import type { Database, UserRow } from './schema.ts';

type Row = Selectable<UserRow>;

export interface UserSearch {
  readonly term: string;
  readonly limit: number;
  readonly offset: number;
}

/** Users looked through by one statement: SQLite answers nobody meanwhile. */
const PAGE = 1_000;

/**
 * Users whose address, username, number, id or profile holds `term` in any case, oldest first. An e-mail address or an id
 * that is written out in full and there is looked up: it finds whoever has just that.
 */
export async function searchUsers(db: Kysely<Database>, { term, limit, offset }: UserSearch): Promise<Row[]> {
  const named = await findNamed(db, term);
  if (named.length > 0) return named.slice(offset, offset + limit);

  const found: Row[] = [];
  for await (const page of pagesOf(db, term)) {
    found.push(...page);
    if (found.length >= offset + limit) break;
  }
  return found.slice(offset, offset + limit);
}

async function findNamed(db: Kysely<Database>, term: string): Promise<Row[]> {
  const query = db.selectFrom('users').selectAll().orderBy('created_at').orderBy('id');
  if (term.includes('@')) return query.where('email_key', '=', toKey(term)).execute();
  if (term.includes('|')) return query.where('id', '=', term.trim()).execute();
  return [];
}

/** No index helps to find a part of a text: all users in turn, and everybody else's requests in between. */
async function* pagesOf(db: Kysely<Database>, term: string): AsyncGenerator<Row[]> {
  const pattern = `%${toKey(term).replace(/[\\%_]/g, '\\$&')}%`;
  const matches = sql<boolean>`lower(coalesce(email, '') || ' ' || coalesce(username, '') || ' ' || coalesce(phone_number, '') || ' ' || id || ' ' || profile) like ${pattern} escape '\\'`;
  const position = sql<string>`(created_at, id)`;
  let after = sql<string>`(${Number.MIN_SAFE_INTEGER}, ${''})`;
  for (;;) {
    const last = await db
      .selectFrom('users')
      .select(['created_at', 'id'])
      .where(position, '>', after)
      .orderBy('created_at')
      .orderBy('id')
      .limit(1)
      .offset(PAGE - 1)
      .executeTakeFirst();
    let page = db.selectFrom('users').selectAll().where(position, '>', after).where(matches);
    const end = last && sql<string>`(${last.created_at}, ${last.id})`;
    if (end !== undefined) page = page.where(position, '<=', end);
    yield await page.orderBy('created_at').orderBy('id').execute();
    if (end === undefined) return;
    after = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
