import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { epochMs } from './moments.ts'

/** Moment of the oldest reading kept of each series, epoch ms; a series never read is absent. */
export async function getFirstSamples(tx: Tx, series: readonly string[]): Promise<Map<string, number>> {
  if (series.length === 0) return new Map()
  // One look into the key a series: an aggregate over the whole table would read every row of it.
  const { rows } = await tx.execute<{ series: string; atMs: number }>(sql`
    select asked.series, ${epochMs(sql`first.at`)} as "atMs"
    from jsonb_array_elements_text(${JSON.stringify(series)}::jsonb) as asked(series)
    cross join lateral (select at from sample where sample.series = asked.series order by at limit 1) as first`)
  return new Map(rows.map((row) => [row.series, row.atMs]))
}

/** Those of the series that ever told anything but zero. */
export async function listEverNonZero(tx: Tx, series: readonly string[]): Promise<Set<string>> {
  if (series.length === 0) return new Set()
  const { rows } = await tx.execute<{ series: string }>(sql`
    select asked.series from jsonb_array_elements_text(${JSON.stringify(series)}::jsonb) as asked(series)
    where exists (select 1 from sample where sample.series = asked.series and value <> 0)`)
  return new Set(rows.map((row) => row.series))
}
