import type { QueueFlow } from '#lib/domain/reading.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import { METRICS, type PeriodPoint } from './get-metric-data.ts'

/** What there is to tell of some periods: samples of every value served, and a flow of each period whose three counts were all served. */
export interface Told {
  readonly flows: readonly QueueFlow[]
  readonly samples: readonly Sample[]
}

export interface ToldOnce extends Told {
  /** What was told, by start of the period, to compare with when the same periods are asked again. */
  readonly recent: Readonly<Record<string, string>>
}

/** Everything that the points tell, for history that is asked once. */
export function tellFlows(queue: string, points: readonly PeriodPoint[], periodSeconds: number): Told {
  return {
    flows: points.flatMap((point) => flowOf(queue, point, periodSeconds) ?? []),
    samples: points.flatMap((point) => samplesOf(queue, point)),
  }
}

/**
 * Tells only what is new or has changed since `recent`: CloudWatch serves datapoints late and corrects them, so periods are asked again.
 * A changed period is told again with the same start, whole, and replaces what was told before.
 */
export function tellChanges(
  queue: string,
  points: readonly PeriodPoint[],
  recent: Readonly<Record<string, string>>,
  periodSeconds: number,
): ToldOnce {
  const flows: QueueFlow[] = []
  const samples: Sample[] = []
  const told: Record<string, string> = { ...recent }
  for (const point of points) {
    const now = encode(point)
    const before = told[point.atMs]
    if (now === before) continue
    told[point.atMs] = now
    const old = decode(before)
    samples.push(
      ...METRICS.flatMap(({ metric }, index) => {
        const value = point.values[metric]
        return value === undefined || old[index] === String(value)
          ? []
          : [{ series: seriesOf.flow(queue, metric), atMs: point.atMs, value }]
      }),
    )
    const flow = flowOf(queue, point, periodSeconds)
    if (flow !== null && countsOf(now) !== countsOf(before)) flows.push(flow)
  }
  return { flows, samples, recent: told }
}

/** Drops what is older than any window that will be asked again. */
export function keepRecent(recent: Readonly<Record<string, string>>, fromMs: number): Record<string, string> {
  return Object.fromEntries(Object.entries(recent).filter(([atMs]) => Number(atMs) >= fromMs))
}

/** Null while one of the counts is absent: absent is not zero, so nothing can be compared yet. */
function flowOf(queue: string, { atMs, values }: PeriodPoint, periodSeconds: number): QueueFlow | null {
  const { sent, received, deleted, 'oldest-age': oldestAge } = values
  if (sent === undefined || received === undefined || deleted === undefined) return null
  return { queue, atMs, periodSeconds, sent, received, deleted, oldestAgeSeconds: oldestAge ?? null }
}

function samplesOf(queue: string, { atMs, values }: PeriodPoint): readonly Sample[] {
  return METRICS.flatMap(({ metric }) => {
    const value = values[metric]
    return value === undefined ? [] : [{ series: seriesOf.flow(queue, metric), atMs, value }]
  })
}

/** One short text a period, e.g. `6,18,0,412`; an absent value is an empty part. */
function encode({ values }: PeriodPoint): string {
  return METRICS.map(({ metric }) => values[metric] ?? '').join(',')
}

function decode(text: string | undefined): readonly string[] {
  return text?.split(',') ?? []
}

function countsOf(text: string | undefined): string {
  return decode(text).slice(0, 3).join(',')
}
