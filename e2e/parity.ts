import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import type { World } from '#world/world.ts'

const MINUTE_MS = 60_000
/** Five sent and received three times each, or three sent and received twenty times each. */
const ENOUGH = [
  { sent: 5, receivedPerSent: 3 },
  { sent: 3, receivedPerSent: 20 },
] as const
const METRICS = ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted'] as const

/** A minute of a queue as CloudWatch counts it. */
interface CountedMinute {
  readonly atMs: number
  readonly sent: number
  readonly received: number
  readonly deleted: number
  /** When the last of its datapoints could first be served, epoch ms. */
  readonly servableAtMs: number
}

/** The datapoint that completes the parity rule, by CloudWatch's own figures. */
export interface RuleCompletion {
  /** Start of the first minute with an unprocessed message. */
  readonly sinceMs: number
  /** When the last datapoint that the rule needs could first be served, epoch ms. */
  readonly servableAtMs: number
  readonly sent: number
  readonly received: number
}

/**
 * Replays the rule over what CloudWatch published, independently of Spillway: since the last minute with a delete, enough was sent
 * and received again and again. Undefined while it does not hold.
 */
export function ruleCompletion(world: World, queue: string, fromMs: number): RuleCompletion | undefined {
  let [sent, received, sinceMs] = [0, 0, 0]
  for (const minute of countedMinutes(world, queue, fromMs)) {
    if (minute.deleted > 0) {
      ;[sent, received, sinceMs] = [0, 0, 0]
      continue
    }
    if (sent === 0 && minute.sent > 0) sinceMs = minute.atMs
    sent += minute.sent
    received += minute.received
    if (ENOUGH.some((least) => sent >= least.sent && received >= least.receivedPerSent * sent))
      return { sinceMs, servableAtMs: minute.servableAtMs, sent, received }
  }
  return undefined
}

/** When CloudWatch could first tell of a message of the queue that was processed after `fromMs`, to the minute; undefined until it counts one. */
export function firstDeleteServable(world: World, queue: string, fromMs: number): number | undefined {
  return countedMinutes(world, queue, fromMs).find(({ deleted }) => deleted > 0)?.servableAtMs
}

/** The minutes from that of `fromMs` on which CloudWatch has published, oldest first. */
function countedMinutes(world: World, queue: string, fromMs: number): CountedMinute[] {
  const minutes: CountedMinute[] = []
  for (let atMs = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS; atMs < Date.now(); atMs += MINUTE_MS) {
    const points = METRICS.flatMap((name) => world.cloudwatch.store.get(sqsMetric(queue, name), atMs) ?? [])
    const [sent, received, deleted] = points.map((point) => point.statistic.sum)
    if (sent === undefined || received === undefined || deleted === undefined) break
    const servableAtMs = Math.max(...points.map((point) => point.servableAtMs))
    minutes.push({ atMs, sent, received, deleted, servableAtMs })
  }
  return minutes
}
