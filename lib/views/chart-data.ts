import type { Gap } from '#lib/domain/gap.ts'
import { gapWords } from '#lib/domain/gap-words.ts'
import type { ChartSeries, GapStretch } from './shared.ts'

/** Points a chart holds at most: more cannot be told apart and cost the browser a long task. */
export const MOST_POINTS = 300

const STEPS_SECONDS = [
  15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 28_800, 43_200, 86_400,
] as const

const RANGE_MS = {
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
  '90d': 90 * 86_400_000,
} as const

export type Range = keyof typeof RANGE_MS

const RANGE_WORDS: Readonly<Record<Range, string>> = {
  '1h': 'the last hour',
  '6h': 'the last 6 hours',
  '24h': 'the last 24 hours',
  '7d': 'the last 7 days',
  '30d': 'the last 30 days',
  '90d': 'the last 90 days',
}

/** `the last 24 hours`. */
export function rangeWords(range: Range): string {
  return RANGE_WORDS[range]
}

/** The stretch that a chart shows, cut into buckets that begin at multiples of `bucketSeconds` since the epoch. */
export interface ChartSpan {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketSeconds: number
}

/**
 * The buckets of a range that ends now. `leastSeconds` is the distance of two readings: finer buckets would show holes where nothing
 * is missing. The first bucket begins at a multiple, so that its figure is whole.
 */
export function spanOf(range: Range, nowMs: number, leastSeconds: number): ChartSpan {
  const longMs = RANGE_MS[range]
  const least = Math.max(leastSeconds, longMs / 1000 / (MOST_POINTS - 1))
  const bucketSeconds = STEPS_SECONDS.find((seconds) => seconds >= least) ?? 86_400
  const bucketMs = bucketSeconds * 1000
  return { fromMs: Math.floor((nowMs - longMs) / bucketMs) * bucketMs, toMs: nowMs, bucketSeconds }
}

interface Point {
  readonly atMs: number
  readonly value: number
}

/** Points in order with one null in each stretch of empty buckets between them, so that no line crosses a hole. At most 300. */
export function withHoles(points: readonly Point[], span: ChartSpan): ChartSeries['points'] {
  const bucketMs = span.bucketSeconds * 1000
  return points.flatMap((point, index): ChartSeries['points'][number][] => {
    const before = points[index - 1]
    const isAfterHole = before !== undefined && point.atMs - before.atMs > bucketMs
    const drawn = [Math.max(point.atMs, span.fromMs), point.value] as const
    return isAfterHole ? [[before.atMs + bucketMs, null], drawn] : [drawn]
  })
}

/** Whether a bucket was seen: 'seen' with nothing told is a true zero. */
export type Seen = (fromMs: number, toMs: number) => boolean

/** Counts by bucket where an empty bucket means none, as long as the source was seen all the while; unseen ones are holes. */
export function withZeros(points: readonly Point[], span: ChartSpan, isSeen: Seen): ChartSeries['points'] {
  const bucketMs = span.bucketSeconds * 1000
  const values = new Map(points.map((point) => [point.atMs, point.value]))
  const filled: (readonly [number, number | null])[] = []
  for (let atMs = span.fromMs; atMs < span.toMs; atMs += bucketMs) {
    const told = values.get(atMs)
    filled.push([atMs, told ?? (isSeen(atMs, Math.min(atMs + bucketMs, span.toMs)) ? 0 : null)])
  }
  return filled
}

/** Gaps as stretches of the chart, each with its reason in words: `SQS: no answer in time`. Those of one reason that touch become one. */
export function gapStretches(gaps: readonly Gap[], span: ChartSpan, titleOf: (source: string) => string): GapStretch[] {
  const stretches: GapStretch[] = []
  for (const gap of [...gaps].sort((a, b) => a.fromMs - b.fromMs)) {
    const what = gap.scope === '*' ? titleOf(gap.source) : `${titleOf(gap.source)}, ${gap.scope}`
    const stretch = {
      fromMs: Math.max(gap.fromMs, span.fromMs),
      toMs: gap.toMs,
      reason: `${what}: ${gapWords(gap.reason)}`,
    }
    const last = stretches.at(-1)
    if (last !== undefined && last.reason === stretch.reason && (last.toMs ?? Infinity) >= stretch.fromMs)
      stretches[stretches.length - 1] = { ...last, toMs: laterEnd(last.toMs, stretch.toMs) }
    else stretches.push(stretch)
  }
  return stretches
}

function laterEnd(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

/** Holes in readings that no stored gap explains: Spillway itself did not run. */
export function silentStretches(
  points: readonly Point[],
  span: ChartSpan,
  explained: readonly GapStretch[],
): GapStretch[] {
  const bucketMs = span.bucketSeconds * 1000
  return points.flatMap((point, index): GapStretch[] => {
    const before = points[index - 1]
    if (before === undefined || point.atMs - before.atMs <= bucketMs) return []
    const fromMs = before.atMs + bucketMs
    const isExplained = explained.some((gap) => gap.fromMs < point.atMs && (gap.toMs ?? Infinity) > fromMs)
    return isExplained ? [] : [{ fromMs, toMs: point.atMs, reason: 'Not read: Spillway was not running' }]
  })
}
