import { z } from 'zod'

import { validationError } from './aws-error.ts'
import type { MetricId, MetricStore, PastMetrics } from './metric-store.ts'
import { isStatisticName, readBuckets, valueOf } from './read-statistics.ts'
import type { Bucket, StatisticName } from './read-statistics.ts'

const MOST_QUERIES = 500
const MOST_DATAPOINTS = 100_800

export const dimensionsSchema = z.array(z.object({ Name: z.string(), Value: z.string() }))
const querySchema = z.object({
  Id: z.string(),
  Label: z.string().optional(),
  Expression: z.string().optional(),
  ReturnData: z.boolean().default(true),
  MetricStat: z
    .object({
      Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema.default([]) }),
      Period: z.number(),
      Stat: z.string(),
    })
    .optional(),
})
const requestSchema = z.object({
  MetricDataQueries: z.array(querySchema).min(1),
  StartTime: z.number(),
  EndTime: z.number(),
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: z.number().int().min(1).max(MOST_DATAPOINTS).default(MOST_DATAPOINTS),
})

interface Series {
  readonly id: string
  readonly label: string
  readonly stat: StatisticName
  readonly buckets: readonly Bucket[]
}

/** Where a page begins: which query, and how many of its points were given before. */
interface Cursor {
  readonly query: number
  readonly point: number
}

export interface GetMetricDataContext {
  readonly store: MetricStore
  readonly past: PastMetrics | null
  readonly nowMs: number
  /** Notes the moment at which a live datapoint is first given away. */
  readonly onServed: (bucket: Bucket) => void
}

/** Answers GetMetricData: at most 500 queries, and at most 100,800 points a page with the rest behind NextToken. */
export function getMetricData(body: unknown, context: GetMetricDataContext): object {
  const request = parse(body)
  const series = request.MetricDataQueries.filter((query) => query.ReturnData).map((query) =>
    readSeries(query, request, context),
  )
  let cursor = decodeToken(request.NextToken)
  let room = request.MaxDatapoints
  const results: object[] = []
  while (cursor.query < series.length && room > 0) {
    const current = series[cursor.query]
    if (current === undefined) break
    const given = current.buckets.slice(cursor.point, cursor.point + room)
    room -= given.length
    const isComplete = cursor.point + given.length >= current.buckets.length
    for (const bucket of given) context.onServed(bucket)
    results.push({
      Id: current.id,
      Label: current.label,
      Timestamps: given.map((bucket) => bucket.atMs / 1000),
      Values: given.map((bucket) => valueOf(bucket.statistic, current.stat)),
      StatusCode: isComplete ? 'Complete' : 'PartialData',
    })
    cursor = isComplete
      ? { query: cursor.query + 1, point: 0 }
      : { query: cursor.query, point: cursor.point + given.length }
  }
  const hasMore = cursor.query < series.length
  return { MetricDataResults: results, Messages: [], ...(hasMore ? { NextToken: encodeToken(cursor) } : {}) }
}

function parse(body: unknown): z.output<typeof requestSchema> {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw validationError(`1 validation error detected: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
  }
  const { EndTime, MetricDataQueries, StartTime } = parsed.data
  if (MetricDataQueries.length > MOST_QUERIES) {
    throw validationError(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`)
  }
  if (StartTime >= EndTime) throw validationError('The parameter StartTime must be less than the parameter EndTime.')
  const ids = new Set(MetricDataQueries.map((query) => query.Id))
  if (ids.size !== MetricDataQueries.length)
    throw validationError('The values for parameter id in MetricDataQueries are not unique.')
  return parsed.data
}

function readSeries(
  query: z.output<typeof querySchema>,
  request: z.output<typeof requestSchema>,
  context: GetMetricDataContext,
): Series {
  if (!/^[a-z]\w*$/.test(query.Id))
    throw validationError(
      `The value ${query.Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    )
  if (query.MetricStat === undefined)
    throw validationError('Metric math is not part of this stand-in: give a MetricStat.')
  const { Metric, Period, Stat } = query.MetricStat
  const isPeriod = [1, 5, 10, 20, 30].includes(Period) || (Period >= 60 && Period % 60 === 0)
  if (!isPeriod)
    throw validationError(
      'The parameter MetricDataQueries.member.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60.',
    )
  if (!isStatisticName(Stat))
    throw validationError(`The value ${Stat} for parameter MetricDataQueries.member.MetricStat.Stat is not supported.`)
  const metric: MetricId = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Metric.Dimensions }
  const buckets = readBuckets({
    store: context.store,
    past: context.past,
    metric,
    periodSeconds: Period,
    startMs: request.StartTime * 1000,
    endMs: request.EndTime * 1000,
    nowMs: context.nowMs,
  })
  return {
    id: query.Id,
    label: query.Label ?? Metric.MetricName,
    stat: Stat,
    buckets: request.ScanBy === 'TimestampDescending' ? buckets.toReversed() : buckets,
  }
}

function encodeToken(cursor: Cursor): string {
  return Buffer.from(`${cursor.query}:${cursor.point}`).toString('base64url')
}

function decodeToken(token: string | undefined): Cursor {
  if (token === undefined) return { query: 0, point: 0 }
  const match = /^(\d+):(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))
  if (match === null) throw validationError('The value for parameter NextToken is invalid.')
  return { query: Number(match[1]), point: Number(match[2]) }
}
