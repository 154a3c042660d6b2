import { GetMetricDataCommand, type GetMetricDataOutput, type MetricDataResult } from '@aws-sdk/client-cloudwatch'
import type { AwsFailure } from '#lib/aws/describe-aws-error.ts'
import { getCloudWatchClient } from '#lib/aws/clients.ts'
import type { AwsPlace } from '#lib/aws/places.ts'
import { ownNameOf } from '#lib/domain/queue.ts'
import type { FlowMetric } from '#lib/domain/sample.ts'
import { askAws } from './ask-aws.ts'
import type { PollContext } from './define-source.ts'

/** What is asked of CloudWatch for each queue; everything else SQS tells itself, and cheaper. */
export const METRICS = [
  { metric: 'sent', name: 'NumberOfMessagesSent', stat: 'Sum' },
  { metric: 'received', name: 'NumberOfMessagesReceived', stat: 'Sum' },
  { metric: 'deleted', name: 'NumberOfMessagesDeleted', stat: 'Sum' },
  { metric: 'oldest-age', name: 'ApproximateAgeOfOldestMessage', stat: 'Maximum' },
] as const satisfies readonly { metric: FlowMetric; name: string; stat: string }[]

/** CloudWatch takes 500 queries a call. */
export const QUEUES_A_CALL = Math.floor(500 / METRICS.length)
/** Far above what 500 queries can fill; ends a server that pages for ever. */
const MOST_PAGES = 200

export interface MetricWindow {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
  readonly periodSeconds: number
}

/** What CloudWatch served of one period; a metric that it did not serve is absent, never zero. */
export interface PeriodPoint {
  readonly atMs: number
  readonly values: Readonly<Partial<Record<FlowMetric, number>>>
}

export interface MetricAnswer {
  /** Points by queue, oldest first. A queue that CloudWatch knows nothing about has an empty list. */
  readonly points: ReadonlyMap<string, readonly PeriodPoint[]>
  /** Queues for which the answer is not whole, although the call succeeded. */
  readonly failures: ReadonlyMap<string, AwsFailure>
}

/** Queues of one place, by the names that Spillway knows them by. */
export interface AskedQueues {
  readonly place: AwsPlace
  readonly queues: readonly string[]
}

/** Asks for the four metrics of up to 125 queues of one place, all pages. Throws `SourceError` when the call fails. */
export async function getMetricData(
  context: PollContext,
  { place, queues }: AskedQueues,
  window: MetricWindow,
): Promise<MetricAnswer> {
  const results: MetricDataResult[] = []
  let next: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await askPage(context, { place, queues, window, next })
    results.push(...(answer.MetricDataResults ?? []))
    next = answer.NextToken
    if (next === undefined) break
  }
  return collectAnswer(queues, results)
}

interface PageRequest extends AskedQueues {
  readonly window: MetricWindow
  readonly next: string | undefined
}

function askPage(context: PollContext, { place, queues, window, next }: PageRequest): Promise<GetMetricDataOutput> {
  const command = new GetMetricDataCommand({
    MetricDataQueries: queues.flatMap((queue, queueIndex) =>
      METRICS.map(({ name, stat }, metricIndex) => ({
        Id: idOf(queueIndex, metricIndex),
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: name,
            Dimensions: [{ Name: 'QueueName', Value: ownNameOf(queue) }],
          },
          Period: window.periodSeconds,
          Stat: stat,
        },
      })),
    ),
    StartTime: new Date(window.fromMs),
    EndTime: new Date(window.toMs),
    ScanBy: 'TimestampAscending',
    ...(next === undefined ? {} : { NextToken: next }),
  })
  const client = getCloudWatchClient(place)
  const call = { service: 'CloudWatch', operation: 'GetMetricData', permission: 'cloudwatch:GetMetricData' } as const
  return askAws(call, context, () => client.send(command))
}

function idOf(queueIndex: number, metricIndex: number): string {
  return `q${queueIndex}m${metricIndex}`
}

/** Puts the pages' parts together: a series that is cut by a page comes as PartialData first and is whole when its last part says Complete. */
function collectAnswer(queues: readonly string[], results: readonly MetricDataResult[]): MetricAnswer {
  const byId = Map.groupBy(results, (result) => result.Id ?? '')
  const points = new Map<string, readonly PeriodPoint[]>()
  const failures = new Map<string, AwsFailure>()
  for (const [queueIndex, queue] of queues.entries()) {
    const periods = new Map<number, Partial<Record<FlowMetric, number>>>()
    for (const [metricIndex, { metric, name }] of METRICS.entries()) {
      const parts = byId.get(idOf(queueIndex, metricIndex)) ?? []
      const failure = failureOf(parts, `${name} of ${queue}`)
      if (failure !== null) failures.set(queue, failure)
      for (const part of parts) addPart(periods, metric, part)
    }
    points.set(
      queue,
      [...periods].map(([atMs, values]) => ({ atMs, values })).toSorted((a, b) => a.atMs - b.atMs),
    )
  }
  return { points, failures }
}

function addPart(
  periods: Map<number, Partial<Record<FlowMetric, number>>>,
  metric: FlowMetric,
  { Timestamps = [], Values = [] }: MetricDataResult,
): void {
  for (const [index, timestamp] of Timestamps.entries()) {
    const value = Values[index]
    if (value === undefined || !Number.isFinite(value)) continue
    const atMs = timestamp.getTime()
    periods.set(atMs, { ...periods.get(atMs), [metric]: value })
  }
}

/** Why the answer to one query is not whole; null when it is. `what` names the metric. */
export function failureOf(parts: readonly MetricDataResult[], what: string): AwsFailure | null {
  const status = parts.at(-1)?.StatusCode
  if (status === 'Complete') return null
  const said = parts.at(-1)?.Messages?.[0]?.Value
  const words = said === undefined ? '' : ` AWS says: ${said.slice(0, 240)}`
  if (status === 'Forbidden') {
    return {
      reason: 'denied',
      message: `CloudWatch GetMetricData refuses ${what}: grant cloudwatch:GetMetricData to Spillway's role.${words}`,
    }
  }
  if (status === 'InternalError') {
    return { reason: 'unreachable', message: `CloudWatch GetMetricData met an error inside AWS for ${what}.${words}` }
  }
  return { reason: 'invalid-answer', message: `CloudWatch GetMetricData gave only a part of ${what}.${words}` }
}
