import { hashUnit } from '#world/random.ts'

import type { ActivityRule } from './activity-rule.ts'
import type { MetricStore, Statistic } from './metric-store.ts'
import { sqsMetric } from './metric-store.ts'

const MINUTE_MS = 60_000

/** What a queue has counted since it was made, and how it stands now. */
export interface QueueMeasure {
  readonly visible: number
  readonly notVisible: number
  readonly delayed: number
  readonly oldestAgeSeconds: number
  readonly counters: {
    readonly sent: number
    readonly received: number
    readonly deleted: number
    readonly emptyReceives: number
    readonly sentBytes: number
  }
  readonly lastActionAtMs: number
}

export interface PublisherOptions {
  readonly store: MetricStore
  readonly activity: ActivityRule
  readonly seed: number
  /** Youngest and oldest age, counted from the end of its minute, at which CloudWatch serves a datapoint. */
  readonly delaySeconds: readonly [number, number]
  readonly listQueueNames: () => readonly string[]
  readonly measure: (queueName: string) => QueueMeasure
}

type Counters = QueueMeasure['counters']

const NOTHING: Counters = { sent: 0, received: 0, deleted: 0, emptyReceives: 0, sentBytes: 0 }

/** Makes the AWS/SQS metrics of each minute from what the queues really did in it. */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #before = new Map<string, Counters>()
  #minuteMs: number

  constructor(options: PublisherOptions, nowMs: number) {
    this.#options = options
    this.#minuteMs = floorMinute(nowMs)
  }

  /** Publishes the minute that has ended since the last call, if one has. Call it every second or so. */
  tick(nowMs: number): void {
    const minuteMs = floorMinute(nowMs)
    if (minuteMs <= this.#minuteMs) return
    const ended = this.#minuteMs
    this.#minuteMs = minuteMs
    for (const name of this.#options.listQueueNames()) this.#publish(name, ended, nowMs)
  }

  #publish(queueName: string, minuteMs: number, nowMs: number): void {
    const { activity, delaySeconds, measure, seed, store } = this.#options
    const measured = measure(queueName)
    const before = this.#before.get(queueName) ?? NOTHING
    this.#before.set(queueName, measured.counters)
    const messages = measured.visible + measured.notVisible + measured.delayed
    if (!activity.isPublished(queueName, { messages, lastActionAtMs: measured.lastActionAtMs }, nowMs)) return
    const [least, most] = delaySeconds
    const servableAtMs = minuteMs + MINUTE_MS + (least + (most - least) * hashUnit(seed, queueName, minuteMs)) * 1000
    for (const [name, statistic] of minuteStatistics(measured, before)) {
      store.put(sqsMetric(queueName, name), minuteMs, statistic, servableAtMs)
    }
  }
}

/** The nine metrics of one minute. SentMessageSize has no datapoint in a minute without a message. */
function minuteStatistics(measured: QueueMeasure, before: Counters): [string, Statistic][] {
  const { counters } = measured
  const sent = counters.sent - before.sent
  const bytes = counters.sentBytes - before.sentBytes
  const size: [string, Statistic][] =
    sent > 0 ? [['SentMessageSize', { sum: bytes, count: sent, min: bytes / sent, max: bytes / sent }]] : []
  return [
    ['NumberOfMessagesSent', single(sent)],
    ['NumberOfMessagesReceived', single(counters.received - before.received)],
    ['NumberOfMessagesDeleted', single(counters.deleted - before.deleted)],
    ['NumberOfEmptyReceives', single(counters.emptyReceives - before.emptyReceives)],
    ['ApproximateNumberOfMessagesVisible', single(measured.visible)],
    ['ApproximateNumberOfMessagesNotVisible', single(measured.notVisible)],
    ['ApproximateNumberOfMessagesDelayed', single(measured.delayed)],
    ['ApproximateAgeOfOldestMessage', single(measured.oldestAgeSeconds)],
    ...size,
  ]
}

export function single(value: number): Statistic {
  return { sum: value, count: 1, min: value, max: value }
}

function floorMinute(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS
}
