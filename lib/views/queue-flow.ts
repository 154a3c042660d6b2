import 'server-only'
import { isOutOfSight } from '#lib/domain/source-sight-state.ts'
import { seriesOf, type FlowMetric } from '#lib/domain/sample.ts'
import type { Tx } from '#lib/store/db.ts'
import { sumPoints } from '#lib/store/samples.ts'
import { statusOf, unseenSinceMs, type Sight } from './source-statuses.ts'

/** Minutes over which messages sent and processed are counted. */
export const WINDOW_MINUTES = 60

const METRICS = ['sent', 'received', 'deleted'] as const satisfies readonly FlowMetric[]

/** Messages of one queue in the window; null where CloudWatch told nothing of it, which is not zero. */
export type FlowSums = Readonly<Record<(typeof METRICS)[number], number | null>>

export interface FlowBook {
  readonly of: (queue: string) => FlowSums
  /** Since when CloudWatch is not seen: the window ends there. Null while it answers. */
  readonly unknownSinceMs: (queue: string) => number | null
}

interface FlowContext {
  readonly tx: Tx
  readonly nowMs: number
  readonly sight: Sight
}

/** Traffic of the named queues in the last 60 minutes that CloudWatch told, with one question to the store. */
export async function loadFlowBook({ tx, nowMs, sight }: FlowContext, queues: readonly string[]): Promise<FlowBook> {
  const status = statusOf(sight.statuses, 'cloudwatch-metrics')
  const isLost = isOutOfSight(status.state) && status.parts.length === 0
  const toMs = isLost && status.lastOkMs !== null ? status.lastOkMs : nowMs
  const sums = await sumPoints(tx, {
    series: queues.flatMap((queue) => METRICS.map((metric) => seriesOf.flow(queue, metric))),
    fromMs: toMs - WINDOW_MINUTES * 60_000,
    toMs,
  })
  return {
    of: (queue) => ({
      sent: sums.get(seriesOf.flow(queue, 'sent')) ?? null,
      received: sums.get(seriesOf.flow(queue, 'received')) ?? null,
      deleted: sums.get(seriesOf.flow(queue, 'deleted')) ?? null,
    }),
    unknownSinceMs: (queue) => unseenSinceMs(sight, 'cloudwatch-metrics', queue),
  }
}
