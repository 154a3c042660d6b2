import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { Sample } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { arrayRows } from './array-rows.ts'
import { jsonTexts } from './json-rows.ts'
import { atMoment, epochMs, momentText, msOf } from './moments.ts'
import { ensureMonthsOf } from './partitions.ts'
import { latestSample } from './schema.ts'

/** A value at a moment (or at the start of its bucket), epoch ms. */
export interface Point {
  readonly atMs: number
  readonly value: number
}

/** How the readings of one bucket become one point. `last` is the newest of the bucket. */
export type Fold = 'max' | 'min' | 'sum' | 'last'

/** `fromMs` is included, `toMs` is not. Buckets start at multiples of `bucketSeconds` since the epoch. */
export interface PointQuery {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketSeconds: number
  readonly fold: Fold
}

/** Rows a statement: bounds the size of one message to the store. */
const CHUNK = 5_000

/**
 * Stores readings; the same series and moment again replaces the value (sources correct themselves). The newest of each series becomes its
 * latest. A live reading stays live when a backfill tells it again.
 */
export async function insertSamples(
  tx: Tx,
  samples: readonly Sample[],
  options: { readonly isBackfill: boolean },
): Promise<void> {
  const unique = new Map(samples.map((sample) => [`${sample.atMs} ${sample.series}`, sample]))
  await ensureMonthsOf(tx, 'sample', momentsOf(unique.values()))
  const rows = [...unique.values()].toSorted(bySeriesAndMoment)
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK)
    await upsertSamples(tx, chunk, options.isBackfill)
    await upsertLatest(tx, chunk)
  }
}

/** The newest reading of each series; a series never read is absent. */
export async function getLatestSamples(tx: Tx, series: readonly string[]): Promise<Map<string, Point>> {
  if (series.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(latestSample)
    .where(sql`${latestSample.series} = any(${jsonTexts(series)})`)
  return new Map(rows.map((row) => [row.series, { atMs: msOf(row.at), value: row.value }]))
}

/** Points of one series, oldest first. A bucket without a reading has no point: no data is never zero. */
export async function listPoints(tx: Tx, query: PointQuery & { readonly series: string }): Promise<Point[]> {
  return (await listPointsOfMany(tx, { ...query, series: [query.series] })).get(query.series) ?? []
}

/** Points of several series in one question, each oldest first; every series asked for has a list, perhaps empty. */
export async function listPointsOfMany(
  tx: Tx,
  query: PointQuery & { readonly series: readonly string[] },
): Promise<Map<string, Point[]>> {
  const points = new Map<string, Point[]>(query.series.map((series) => [series, []]))
  if (query.series.length === 0) return points
  const bucket = sql`date_bin(make_interval(secs => ${query.bucketSeconds}::float8), at, 'epoch'::timestamptz)`
  const { rows } = await tx.execute<{ series: string; atMs: number; value: number }>(sql`
    select series, ${epochMs(sql`bucket`)} as "atMs", value from (
      select series, ${bucket} as bucket, ${foldOf(query.fold)} as value from sample
      where ${withinOf(query)} group by 1, 2
    ) as folded order by 1, 2`)
  for (const { series, atMs, value } of rows) points.get(series)?.push({ atMs, value })
  return points
}

/** Sum of each series over the range; a series without readings in it is absent. */
export async function sumPoints(
  tx: Tx,
  query: { readonly series: readonly string[]; readonly fromMs: number; readonly toMs: number },
): Promise<Map<string, number>> {
  if (query.series.length === 0) return new Map()
  const { rows } = await tx.execute<{ series: string; total: number }>(sql`
    select series, sum(value) as total from sample where ${withinOf(query)} group by series`)
  return new Map(rows.map((row) => [row.series, row.total]))
}

async function upsertSamples(tx: Tx, samples: readonly Sample[], isBackfill: boolean): Promise<void> {
  await tx.execute(sql`
    insert into sample (series, at, value, is_backfill)
    select series, at, value, ${isBackfill}::boolean from ${rowsOf(samples)}
    on conflict (series, at) do update
      set value = excluded.value, is_backfill = sample.is_backfill and excluded.is_backfill
      where sample.value is distinct from excluded.value or (sample.is_backfill and not excluded.is_backfill)`)
}

async function upsertLatest(tx: Tx, samples: readonly Sample[]): Promise<void> {
  const newest = new Map<string, Sample>()
  // Sorted by series and moment: the last of a series is its newest.
  for (const sample of samples) newest.set(sample.series, sample)
  await tx.execute(sql`
    insert into latest_sample (series, at, value) select series, at, value from ${rowsOf([...newest.values()])}
    on conflict (series) do update set at = excluded.at, value = excluded.value
      where excluded.at >= latest_sample.at
        and (excluded.at, excluded.value) is distinct from (latest_sample.at, latest_sample.value)`)
}

function rowsOf(samples: readonly Sample[]): SQL {
  const rows = samples.map(({ series, atMs, value }) => ({ series, at: momentText(atMs), value }))
  return arrayRows(
    'r',
    [
      ['series', 'text'],
      ['at', 'timestamptz'],
      ['value', 'float8'],
    ],
    rows,
  )
}

function withinOf(query: { readonly series: readonly string[]; readonly fromMs: number; readonly toMs: number }): SQL {
  return sql`series = any(${jsonTexts(query.series)}) and at >= ${atMoment(query.fromMs)} and at < ${atMoment(query.toMs)}`
}

function foldOf(fold: Fold): SQL {
  switch (fold) {
    case 'max':
      return sql`max(value)`
    case 'min':
      return sql`min(value)`
    case 'sum':
      return sql`sum(value)`
    case 'last':
      return sql`(array_agg(value order by at desc))[1]`
  }
}

function* momentsOf(samples: Iterable<Sample>): Iterable<number> {
  for (const sample of samples) yield sample.atMs
}

function bySeriesAndMoment(a: Sample, b: Sample): number {
  return a.series === b.series ? a.atMs - b.atMs : a.series < b.series ? -1 : 1
}
