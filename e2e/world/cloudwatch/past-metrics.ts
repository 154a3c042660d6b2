import { HOUR_MS } from '#world/past/hour-weights.ts'
import { pastCount } from '#world/past/past-count.ts'
import { hashUnit } from '#world/random.ts'

import type { MetricId, PastMetrics, Statistic } from './metric-store.ts'
import { sqsMetric } from './metric-store.ts'
import { single } from './publisher.ts'

const MINUTE_MS = 60_000
const PAST_DAYS = 90
/** Long polls of 20 s by one consumer that find nothing. */
const EMPTY_RECEIVES_A_MINUTE = 3
const MESSAGE_BYTES = 160

const COUNTED = new Set(['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted'])
const METRIC_NAMES = [
  ...COUNTED,
  'NumberOfEmptyReceives',
  'ApproximateNumberOfMessagesVisible',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateAgeOfOldestMessage',
  'SentMessageSize',
]

export interface PastMetricsOptions {
  readonly seed: number
  readonly nowMs: number
  /** Messages a weekday by queue name; a queue that is not named here was never active. */
  readonly messagesPerDay: ReadonlyMap<string, number>
}

/** Ninety healthy days before now: what went in came out within its minute. Computed on demand from the seed, so it takes no memory. */
export function createPastMetrics(options: PastMetricsOptions): PastMetrics {
  const toMs = Math.floor(options.nowMs / MINUTE_MS) * MINUTE_MS
  const fromMs = Math.floor((toMs - PAST_DAYS * 24 * HOUR_MS) / HOUR_MS) * HOUR_MS
  const volumeOf = (metric: MetricId): number | undefined =>
    metric.namespace === 'AWS/SQS' ? options.messagesPerDay.get(metric.dimensions[0]?.Value ?? '') : undefined
  const sentByMinute = (metric: MetricId, hourMs: number, volume: number): number[] => {
    const queueName = metric.dimensions[0]?.Value ?? ''
    const counts = Array.from({ length: 60 }, () => 0)
    for (let index = 0; index < pastCount(options.seed, hourMs, volume, queueName); index += 1) {
      const minute = Math.floor(hashUnit(options.seed, queueName, hourMs, index) * 60)
      counts[minute] = (counts[minute] ?? 0) + 1
    }
    return counts
  }
  return {
    fromMs,
    toMs,
    listMetrics: () =>
      [...options.messagesPerDay.keys()].flatMap((queue) => METRIC_NAMES.map((name) => sqsMetric(queue, name))),
    minutesOf(metric, hourMs) {
      const volume = volumeOf(metric)
      if (volume === undefined) return []
      return sentByMinute(metric, hourMs, volume).flatMap((sent, minute) => {
        const atMs = hourMs + minute * MINUTE_MS
        const statistic = minuteOf(metric.name, sent)
        return statistic === null || atMs < fromMs || atMs >= toMs ? [] : [{ atMs, statistic }]
      })
    },
    hourOf(metric, hourMs) {
      const volume = volumeOf(metric)
      if (volume === undefined) return null
      const sent = pastCount(options.seed, hourMs, volume, metric.dimensions[0]?.Value ?? '')
      if (COUNTED.has(metric.name)) {
        if (sent === 0) return { sum: 0, count: 60, min: 0, max: 0 }
        const counts = sentByMinute(metric, hourMs, volume)
        return { sum: sent, count: 60, min: Math.min(...counts), max: Math.max(...counts) }
      }
      if (metric.name === 'SentMessageSize')
        return sent === 0 ? null : { sum: sent * MESSAGE_BYTES, count: sent, min: MESSAGE_BYTES, max: MESSAGE_BYTES }
      const minute = minuteOf(metric.name, 0)
      return minute === null ? null : { sum: minute.sum * 60, count: 60, min: minute.min, max: minute.max }
    },
  }
}

function minuteOf(metricName: string, sent: number): Statistic | null {
  if (COUNTED.has(metricName)) return single(sent)
  if (metricName === 'NumberOfEmptyReceives') return single(EMPTY_RECEIVES_A_MINUTE)
  if (metricName !== 'SentMessageSize') return METRIC_NAMES.includes(metricName) ? single(0) : null
  return sent === 0 ? null : { sum: sent * MESSAGE_BYTES, count: sent, min: MESSAGE_BYTES, max: MESSAGE_BYTES }
}
