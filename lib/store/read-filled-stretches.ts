import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentText } from './moments.ts'

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
}

/** History comes by the minute at the finest: a reading of a minute that had begun before the stretch tells of the stretch too. */
const PERIOD_MS = 60_000

/** Which of the stretches hold a reading of any of the series by now, by their place in the list: history that was fetched later fills a gap. */
export async function listFilledStretches(
  tx: Tx,
  series: readonly string[],
  stretches: readonly Stretch[],
): Promise<Set<number>> {
  if (series.length === 0 || stretches.length === 0) return new Set()
  const asked = stretches.map(({ fromMs, toMs }, place) => ({
    place,
    from: momentText(fromMs - PERIOD_MS),
    to: momentText(toMs),
  }))
  const { rows } = await tx.execute<{ place: number }>(sql`
    select asked.place
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked(place int, "from" timestamptz, "to" timestamptz)
    where exists (
      select 1 from sample
      where series = any(array(select jsonb_array_elements_text(${JSON.stringify(series)}::jsonb)))
        and at > asked."from" and at < asked."to")`)
  return new Set(rows.map((row) => row.place))
}
