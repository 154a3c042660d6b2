import { sql, type SQL } from 'drizzle-orm'

/**
 * Rows as one JSON parameter, read by PostgreSQL as a table `alias` with the named columns: the same bytes to both stores, and no limit
 * on the number of parameters. `columns` are pairs of name and SQL type.
 */
export function jsonRows(
  alias: string,
  columns: readonly (readonly [name: string, type: string])[],
  rows: readonly Readonly<Record<string, unknown>>[],
): SQL {
  const list = columns.map(([name, type]) => `"${name}" ${type}`).join(', ')
  return sql`json_to_recordset(${jsonText(rows)}::json) as ${sql.raw(`"${alias}"(${list})`)}`
}

/** A JSON array of texts as an array of texts, for `= any(…)`. */
export function jsonTexts(texts: readonly string[]): SQL {
  return sql`array(select json_array_elements_text(${jsonText(texts)}::json))`
}

/** JSON that PostgreSQL accepts: it knows no NUL and no half of a surrogate pair, so each becomes the replacement character. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  return /\\u(?:0000|d[89a-f])/u.test(text) ? JSON.stringify(value, (_, each: unknown) => cleanText(each)) : text
}

function cleanText(value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\u{fffd}') : value
}
