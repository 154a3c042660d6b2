import { placeOf } from '#lib/domain/queue.ts'
import type { BackfillRange } from './cloudwatch-cursor.ts'
import { METRICS, QUEUES_A_CALL, type MetricWindow } from './get-metric-data.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Datapoints that one chunk may bring: enough to be quick, few enough that storing them never holds up a live reading. */
const POINTS_A_CHUNK = 20_000
const POINTS_A_SERIES = Math.floor(POINTS_A_CHUNK / METRICS.length)

/**
 * Which period is asked for how far back. CloudWatch keeps minutes for 15 days, five minutes for 63 and hours for 455; no chart of more
 * than a day draws minutes and none of more than a week five minutes, so the finer ones are fetched only as far as they are drawn,
 * which is a fifth of the datapoints.
 */
const TIERS = [
  { days: 1, periodSeconds: 60 },
  { days: 15, periodSeconds: 300 },
  { days: 455, periodSeconds: 3_600 },
] as const

/** One call's worth of history: the same window of several queues. */
export interface BackfillChunk {
  readonly queues: readonly string[]
  readonly window: MetricWindow
  /** Where the chosen ranges end now, and where they end once the chunk is stored. */
  readonly rangeToMs: number
  readonly nextToMs: number
}

/** The first moment of history that is wanted: the start of the day `backfillDays` back (UTC), so that the first bucket of a chart is whole. */
export function backfillStartMs(nowMs: number, backfillDays: number): number {
  if (backfillDays === 0) return ceilTo(nowMs, HOUR_MS)
  return Math.floor((nowMs - backfillDays * DAY_MS) / DAY_MS) * DAY_MS
}

/** Drops ranges that are empty or that CloudWatch has forgotten by now. */
export function keepFetchable(ranges: readonly BackfillRange[], nowMs: number): readonly BackfillRange[] {
  return ranges.filter((range) => range.toMs > range.fromMs && windowOf(range, nowMs) !== null)
}

/** The newest stretch that is still to be fetched, for as many queues of one place as share it and fit in a chunk; null when nothing is left. */
export function pickChunk(
  ranges: readonly BackfillRange[],
  nowMs: number,
  rankOf: (queue: string) => number,
): BackfillChunk | null {
  const newestMs = Math.max(...ranges.map((range) => range.toMs))
  const newest = ranges.filter((range) => range.toMs === newestMs).toSorted((a, b) => rankOf(a.queue) - rankOf(b.queue))
  const [first] = newest
  const found = first === undefined ? null : windowOf(first, nowMs)
  if (first === undefined || found === null) return null
  const points = Math.max(1, (found.toMs - found.fromMs) / (found.periodSeconds * 1_000))
  const most = Math.min(QUEUES_A_CALL, Math.max(1, Math.floor(POINTS_A_SERIES / points)))
  const same = newest
    .filter(({ queue, fromMs }) => fromMs === first.fromMs && placeOf(queue) === placeOf(first.queue))
    .slice(0, most)
  return {
    queues: same.map((range) => range.queue),
    window: { fromMs: found.fromMs, toMs: found.toMs, periodSeconds: found.periodSeconds },
    rangeToMs: newestMs,
    nextToMs: found.nextToMs,
  }
}

/** The ranges that are left after the chunk was stored for `queues`. */
export function advanceRanges(
  ranges: readonly BackfillRange[],
  chunk: BackfillChunk,
  queues: ReadonlySet<string>,
): readonly BackfillRange[] {
  return ranges
    .map((range) =>
      queues.has(range.queue) && range.toMs === chunk.rangeToMs ? { ...range, toMs: chunk.nextToMs } : range,
    )
    .filter((range) => range.toMs > range.fromMs)
}

/**
 * The newest window of a range that one period covers. Its edges lie on whole periods inside the range, so that no period is stored
 * twice in two widths; where only coarse periods are left, up to one of them at an edge stays out. A stretch that holds no whole period
 * gives an empty window, which is passed over.
 */
function windowOf(range: BackfillRange, nowMs: number): (MetricWindow & { readonly nextToMs: number }) | null {
  for (const { days, periodSeconds } of TIERS) {
    const oldestMs = ceilTo(nowMs - days * DAY_MS, HOUR_MS)
    if (range.toMs <= oldestMs) continue
    const periodMs = periodSeconds * 1_000
    const nextToMs = Math.max(range.fromMs, oldestMs, range.toMs - POINTS_A_SERIES * periodMs)
    const fromMs = ceilTo(nextToMs, periodMs)
    const toMs = Math.floor(range.toMs / periodMs) * periodMs
    return { fromMs, toMs: Math.max(fromMs, toMs), periodSeconds, nextToMs }
  }
  return null
}

function ceilTo(atMs: number, stepMs: number): number {
  return Math.ceil(atMs / stepMs) * stepMs
}
