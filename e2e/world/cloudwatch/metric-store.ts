/** What CloudWatch keeps of one metric and minute. */
export interface Statistic {
  readonly sum: number
  readonly count: number
  readonly min: number
  readonly max: number
}

export interface Dimension {
  readonly Name: string
  readonly Value: string
}

export interface MetricId {
  readonly namespace: string
  readonly name: string
  readonly dimensions: readonly Dimension[]
}

export interface Datapoint {
  /** Start of its minute. */
  readonly atMs: number
  readonly statistic: Statistic
  /** Earliest moment at which CloudWatch gives it to anybody. */
  readonly servableAtMs: number
  /** When a caller first received it; undefined while none has. */
  firstServedAtMs?: number
}

/** A past that was never published here but is computed where it is asked for. */
export interface PastMetrics {
  listMetrics(): readonly MetricId[]
  /** Minutes of one hour that have a datapoint, oldest first; `hourMs` is the hour's start. */
  minutesOf(metric: MetricId, hourMs: number): readonly { readonly atMs: number; readonly statistic: Statistic }[]
  /** The whole hour at once, which is much cheaper; null without data. */
  hourOf(metric: MetricId, hourMs: number): Statistic | null
  readonly fromMs: number
  /** End of the past: live datapoints start here. */
  readonly toMs: number
}

export function mergeStatistics(a: Statistic | undefined, b: Statistic): Statistic {
  if (a === undefined) return b
  return { sum: a.sum + b.sum, count: a.count + b.count, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }
}

export function sqsMetric(queueName: string, metricName: string): MetricId {
  return { namespace: 'AWS/SQS', name: metricName, dimensions: [{ Name: 'QueueName', Value: queueName }] }
}

/** Live datapoints by metric, one a minute. */
export class MetricStore {
  readonly #series = new Map<string, { readonly metric: MetricId; readonly points: Map<number, Datapoint> }>()

  /** Adds to the minute's datapoint; several in one minute merge. */
  put(metric: MetricId, atMs: number, statistic: Statistic, servableAtMs: number): void {
    const key = keyOf(metric)
    const series = this.#series.get(key) ?? { metric, points: new Map<number, Datapoint>() }
    const minuteMs = Math.floor(atMs / 60_000) * 60_000
    const known = series.points.get(minuteMs)
    series.points.set(minuteMs, {
      atMs: minuteMs,
      statistic: mergeStatistics(known?.statistic, statistic),
      servableAtMs,
    })
    this.#series.set(key, series)
  }

  /** Datapoints of the window that may be served now, oldest first. */
  list(metric: MetricId, fromMs: number, toMs: number, nowMs: number): Datapoint[] {
    const points = this.#series.get(keyOf(metric))?.points.values() ?? []
    return [...points]
      .filter((point) => point.atMs >= fromMs && point.atMs < toMs && point.servableAtMs <= nowMs)
      .toSorted((a, b) => a.atMs - b.atMs)
  }

  get(metric: MetricId, minuteMs: number): Datapoint | undefined {
    return this.#series.get(keyOf(metric))?.points.get(minuteMs)
  }

  /** Each live metric with its first and its last datapoint. */
  listMetrics(): { readonly metric: MetricId; readonly first: Datapoint; readonly last: Datapoint }[] {
    return [...this.#series.values()].flatMap(({ metric, points }) => {
      const sorted = [...points.values()].toSorted((a, b) => a.atMs - b.atMs)
      const [first, last] = [sorted[0], sorted.at(-1)]
      return first === undefined || last === undefined ? [] : [{ metric, first, last }]
    })
  }
}

export function keyOf(metric: MetricId): string {
  const dimensions = metric.dimensions.map(({ Name, Value }) => `${Name}=${Value}`).toSorted()
  return [metric.namespace, metric.name, ...dimensions].join('|')
}
