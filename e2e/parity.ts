import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import type { World } from '#world/world.ts'

const MINUTE_MS = 60_000
const LEAST_SENT = 5
const RECEIVED_PER_SENT = 3

/** The minute whose datapoints complete the parity rule for a queue, by CloudWatch's own figures. */
export interface RuleCompletion {
  /** When the last datapoint that the rule needs could first be served, epoch ms. */
  readonly servableAtMs: number
  readonly sent: number
  readonly received: number
}

/**
 * Replays the rule over what CloudWatch published, independently of Spillway: since the last minute with a delete, at least five sent
 * and received at least three times as often. Undefined while it does not hold.
 */
export function ruleCompletion(world: World, queue: string, fromMs: number): RuleCompletion | undefined {
  let sent = 0
  let received = 0
  for (let minute = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS; minute < Date.now(); minute += MINUTE_MS) {
    const value = (metric: string): number | undefined =>
      world.cloudwatch.store.get(sqsMetric(queue, metric), minute)?.statistic.sum
    const servable = ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfMessagesDeleted'].map((metric) =>
      world.cloudwatch.servableAt(queue, metric, minute),
    )
    if (servable.some((atMs) => atMs === undefined)) return undefined
    if ((value('NumberOfMessagesDeleted') ?? 0) > 0) {
      sent = 0
      received = 0
      continue
    }
    sent += value('NumberOfMessagesSent') ?? 0
    received += value('NumberOfMessagesReceived') ?? 0
    if (sent >= LEAST_SENT && received >= RECEIVED_PER_SENT * sent) {
      return { servableAtMs: Math.max(...servable.map((atMs) => atMs ?? 0)), sent, received }
    }
  }
  return undefined
}
