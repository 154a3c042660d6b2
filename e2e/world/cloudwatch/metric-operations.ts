import { z } from 'zod'

import { hashUnit } from '#world/random.ts'

import { parse } from './alarm-operations.ts'
import { validationError } from './aws-error.ts'
import { dimensionsSchema } from './get-metric-data.ts'
import { keyOf } from './metric-store.ts'
import type { MetricId, MetricStore, PastMetrics, Statistic } from './metric-store.ts'

const TWO_WEEKS_MS = 14 * 86_400_000
const THREE_HOURS_MS = 3 * 3_600_000
const PAGE = 500

const putSchema = z.object({
  Namespace: z.string(),
  MetricData: z.array(
    z.object({
      MetricName: z.string(),
      Dimensions: dimensionsSchema.default([]),
      Timestamp: z.number().optional(),
      Value: z.number().optional(),
      Values: z.array(z.number()).optional(),
      Counts: z.array(z.number()).optional(),
      StatisticValues: z
        .object({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
        .optional(),
    }),
  ),
})
const listSchema = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  NextToken: z.string().optional(),
  RecentlyActive: z.literal('PT3H').optional(),
})

/** Takes metrics of one's own; they are servable at once. */
export function putMetricData(body: unknown, store: MetricStore, nowMs: number): object {
  const request = parse(putSchema, body)
  if (request.Namespace.startsWith('AWS/')) throw validationError('The value AWS/ for parameter Namespace is invalid.')
  for (const datum of request.MetricData) {
    const metric: MetricId = { namespace: request.Namespace, name: datum.MetricName, dimensions: datum.Dimensions }
    store.put(metric, (datum.Timestamp ?? nowMs / 1000) * 1000, statisticOf(datum), nowMs)
  }
  return {}
}

function statisticOf(datum: z.output<typeof putSchema>['MetricData'][number]): Statistic {
  if (datum.StatisticValues !== undefined) {
    const { Maximum, Minimum, SampleCount, Sum } = datum.StatisticValues
    return { sum: Sum, count: SampleCount, min: Minimum, max: Maximum }
  }
  const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value])
  if (values.length === 0)
    throw validationError('At least one of the parameters must be specified: Value, Values, StatisticValues.')
  const counts = values.map((_, index) => datum.Counts?.[index] ?? 1)
  return {
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 1), 0),
    count: counts.reduce((sum, count) => sum + count, 0),
    min: Math.min(...values),
    max: Math.max(...values),
  }
}

export interface ListMetricsContext {
  readonly store: MetricStore
  readonly past: PastMetrics | null
  readonly nowMs: number
  /** How long a new metric stays unlisted at the most. */
  readonly newMetricSeconds: number
}

/** Lists metrics with data in the last two weeks. A new one appears only some time after its first datapoint, so this is no inventory of queues. */
export function listMetrics(body: unknown, context: ListMetricsContext): object {
  const request = parse(listSchema, body)
  const { nowMs } = context
  const span = new Map<string, { metric: MetricId; listedFromMs: number; lastMs: number }>()
  for (const metric of context.past?.listMetrics() ?? []) {
    span.set(keyOf(metric), { metric, listedFromMs: 0, lastMs: context.past?.toMs ?? 0 })
  }
  for (const { first, last, metric } of context.store.listMetrics()) {
    const key = keyOf(metric)
    const listedFromMs = first.servableAtMs + hashUnit(key, 'listed') * context.newMetricSeconds * 1000
    span.set(key, { metric, listedFromMs: span.get(key)?.listedFromMs ?? listedFromMs, lastMs: last.atMs })
  }
  const sinceMs = nowMs - (request.RecentlyActive === undefined ? TWO_WEEKS_MS : THREE_HOURS_MS)
  const wanted = [...span.values()].filter(
    ({ lastMs, listedFromMs, metric }) => listedFromMs <= nowMs && lastMs >= sinceMs && isWanted(metric, request),
  )
  const offset = request.NextToken === undefined ? 0 : Number(request.NextToken)
  if (!Number.isInteger(offset)) throw validationError('The value for parameter NextToken is invalid.')
  const hasMore = offset + PAGE < wanted.length
  return {
    Metrics: wanted.slice(offset, offset + PAGE).map(({ metric }) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: metric.dimensions,
    })),
    ...(hasMore ? { NextToken: String(offset + PAGE) } : {}),
  }
}

function isWanted(metric: MetricId, request: z.output<typeof listSchema>): boolean {
  return (
    (request.Namespace ?? metric.namespace) === metric.namespace &&
    (request.MetricName ?? metric.name) === metric.name &&
    request.Dimensions.every(({ Name, Value }) =>
      metric.dimensions.some((dimension) => dimension.Name === Name && (Value ?? dimension.Value) === dimension.Value),
    )
  )
}
