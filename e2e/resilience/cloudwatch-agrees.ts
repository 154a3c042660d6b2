import type { ChartData } from '#e2e/view-types.ts'
import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import type { World } from '#world/world.ts'

const METRICS = {
  sent: 'NumberOfMessagesSent',
  received: 'NumberOfMessagesReceived',
  deleted: 'NumberOfMessagesDeleted',
} as const

/** Names each minute on which a queue's chart by the minute and what CloudWatch could serve at `servableMs` differ. Empty when they agree. */
export function flowDifferences(world: World, queue: string, chart: ChartData, servableMs: number): string[] {
  return Object.entries(METRICS).flatMap(([id, metric]) => {
    const drawn = new Map(chart.series.find((series) => series.id === id)?.points)
    return world.cloudwatch.store
      .list(sqsMetric(queue, metric), chart.fromMs, chart.toMs, servableMs)
      .filter(({ atMs, statistic }) => drawn.get(atMs) !== statistic.sum)
      .map(
        ({ atMs, statistic }) =>
          `${id} at ${new Date(atMs).toISOString()}: ${statistic.sum} in CloudWatch, ${String(drawn.get(atMs))} drawn`,
      )
  })
}

/** The minute in which CloudWatch counted the newest messages sent to a queue, and how many; null while none is servable. */
export function newestSent(world: World, queue: string, fromMs: number): { atMs: number; sent: number } | null {
  const nowMs = Date.now()
  const point = world.cloudwatch.store
    .list(sqsMetric(queue, METRICS.sent), fromMs, nowMs, nowMs)
    .findLast(({ statistic }) => statistic.sum > 0)
  return point === undefined ? null : { atMs: point.atMs, sent: point.statistic.sum }
}
