import type { Datapoint, MetricId, MetricStore, PastMetrics, Statistic } from './metric-store.ts'
import { mergeStatistics } from './metric-store.ts'
import { isRetained, roundStartMs } from './retention.ts'

const HOUR_MS = 3_600_000

export interface ReadRequest {
  readonly store: MetricStore
  readonly past: PastMetrics | null
  readonly metric: MetricId
  readonly periodSeconds: number
  readonly startMs: number
  /** Not included. */
  readonly endMs: number
  readonly nowMs: number
}

/** One bucket of an answer. */
export interface Bucket {
  readonly atMs: number
  readonly statistic: Statistic
  /** The live datapoints behind it, so that serving them can be noted. */
  readonly live: readonly Datapoint[]
}

/** Buckets of the requested width that have data, oldest first. They start at the rounded start; an empty one is left out, never zero. */
export function readBuckets(request: ReadRequest): Bucket[] {
  const { endMs, metric, nowMs, periodSeconds, store } = request
  const periodMs = periodSeconds * 1000
  const startMs = roundStartMs(request.startMs, nowMs)
  const buckets = new Map<number, { statistic: Statistic; live: Datapoint[] }>()
  const add = (atMs: number, statistic: Statistic, live?: Datapoint): void => {
    const bucketMs = startMs + Math.floor((atMs - startMs) / periodMs) * periodMs
    if (!isRetained(bucketMs, periodSeconds, nowMs)) return
    const known = buckets.get(bucketMs)
    buckets.set(bucketMs, {
      statistic: mergeStatistics(known?.statistic, statistic),
      live: live === undefined ? (known?.live ?? []) : [...(known?.live ?? []), live],
    })
  }
  addPast({ ...request, startMs }, add)
  for (const point of store.list(metric, startMs, endMs, nowMs)) add(point.atMs, point.statistic, point)
  return [...buckets].map(([atMs, bucket]) => ({ atMs, ...bucket })).toSorted((a, b) => a.atMs - b.atMs)
}

function addPast(request: ReadRequest, add: (atMs: number, statistic: Statistic) => void): void {
  const { endMs, metric, past, periodSeconds, startMs } = request
  if (past === null || startMs >= past.toMs) return
  const isWholeHours = periodSeconds % 3600 === 0 && startMs % HOUR_MS === 0
  const fromMs = Math.max(startMs, past.fromMs)
  const toMs = Math.min(endMs, past.toMs)
  for (let hourMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS; hourMs < toMs; hourMs += HOUR_MS) {
    if (isWholeHours && hourMs + HOUR_MS <= toMs) {
      const statistic = past.hourOf(metric, hourMs)
      if (statistic !== null) add(hourMs, statistic)
      continue
    }
    for (const point of past.minutesOf(metric, hourMs)) {
      if (point.atMs >= fromMs && point.atMs < toMs) add(point.atMs, point.statistic)
    }
  }
}

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const
export type StatisticName = (typeof STATISTICS)[number]

export function isStatisticName(text: string): text is StatisticName {
  return STATISTICS.some((name) => name === text)
}

export function valueOf({ count, max, min, sum }: Statistic, name: StatisticName): number {
  return { SampleCount: count, Average: sum / count, Sum: sum, Minimum: min, Maximum: max }[name]
}
