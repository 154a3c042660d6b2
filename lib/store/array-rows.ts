import { sql, type SQL } from 'drizzle-orm'

/**
 * Rows as one array a column, read by PostgreSQL as a table `alias`: half the cost of JSON for wide rows, any number of rows.
 * `columns` are pairs of name and SQL type; values are texts, numbers, booleans and nulls. A NUL, which no text of PostgreSQL holds,
 * becomes the replacement character.
 */
export function arrayRows<Name extends string>(
  alias: string,
  columns: readonly (readonly [name: Name, type: string])[],
  rows: readonly Readonly<Record<Name, string | number | boolean | null>>[],
): SQL {
  const arrays = columns.map(
    ([name, type]) => sql`${sql.param(rows.map((row) => withoutNul(row[name])))}::${sql.raw(type)}[]`,
  )
  const names = columns.map(([name]) => `"${name}"`).join(', ')
  return sql`unnest(${sql.join(arrays, sql`, `)}) as ${sql.raw(`"${alias}"(${names})`)}`
}

function withoutNul<V>(value: V): V | string {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value
}
