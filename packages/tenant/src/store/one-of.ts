import { type RawBuilder, sql } from 'kysely';

export type Engine = 'sqlite' | 'postgres';

/**
 * Whether a column holds one of any number of values. They are one parameter: there is one statement to prepare, and no
 * limit of parameters to meet.
 */
export function isOneOf(engine: Engine, column: string, values: readonly string[]): RawBuilder<boolean> {
  return engine === 'postgres'
    ? sql<boolean>`${sql.ref(column)} = any(${values})`
    : sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`;
}
