import type { Compilable, CompiledQuery, DialectAdapter, Kysely } from 'kysely';
import type { Database } from './schema.ts';

/** Stands in a query for a value that each run brings. */
class Slot {
  readonly name: PropertyKey;
  constructor(name: PropertyKey) {
    this.name = name;
  }
}

type Build<Values, Row> = (
  db: Kysely<Database>,
  value: <Name extends keyof Values>(name: Name) => Values[Name],
) => Compilable<Row>;

type PreparedQuery<Values, Row> = (db: Kysely<Database>, values: Values) => Promise<Row[]>;

/**
 * A query whose SQL is worked out once for each database instead of at every run: for what each renewal of tokens asks,
 * where building SQL took more time than running it. (Called twice, so that the type of the rows is inferred.)
 *
 * @example
 * const findUser = prepareQuery<{ id: string }>()((db, value) =>
 *   db.selectFrom('users').selectAll().where('id', '=', value('id')));
 * const [row] = await findUser(db, { id });
 */
export const prepareQuery =
  <Values extends object>() =>
  <Row>(build: Build<Values, Row>): PreparedQuery<Values, Row> => {
    // A transaction has the adapter of its database.
    const compiled = new WeakMap<DialectAdapter, CompiledQuery<Row>>();
    return async (db, values) => {
      const { adapter } = db.getExecutor();
      const known = compiled.get(adapter) ?? build(db, (name) => new Slot(name) as never).compile();
      compiled.set(adapter, known);
      const parameters = known.parameters.map((parameter) =>
        parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
      );
      const { rows } = await db.executeQuery<Row>({ ...known, parameters });
      return rows;
    };
  };
