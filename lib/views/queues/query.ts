import 'server-only'
import { queuesHeadline } from '#lib/domain/queues-headline.ts'
import { firstMissing, loadPageParts, queueSources } from '#lib/views/page-parts.ts'
import { loadQueueBook } from '#lib/views/queue-book.ts'
import { loadQueueRows, orderQueues } from '#lib/views/queue-rows.ts'
import { readView, type ViewContext } from '#lib/views/read-view.ts'
import { blindOf } from '#lib/views/source-statuses.ts'
import { queueTroubles } from '#lib/views/troubles.ts'
import type { QueueRow } from '#lib/views/shared.ts'
import { queuesView, type QueueLine, type Queues } from './contract.ts'
import { packSpark } from './spark-text.ts'

/** All queues with what is true of each. */
export async function loadQueues(context: ViewContext): Promise<Queues> {
  const { sight, findings, clock } = await loadPageParts(context)
  const book = await loadQueueBook({ ...context, sight, findings })
  const names = orderQueues(book)
  const rows = [...(await loadQueueRows({ ...context, sight, book }, names)).values()]
  const statuses = queueSources(sight.statuses)
  const headline = queuesHeadline({
    clock,
    troubles: queueTroubles(book),
    sources: statuses,
    firstMissing: firstMissing(statuses),
    queueCount: rows.length,
    unknown: rows.filter((row) => row.truth === 'unknown').map((row) => row.label),
  })
  return {
    nowMs: context.nowMs,
    headline,
    blind: blindOf(statuses),
    rows: rows.map(lineOf),
    total: rows.length,
    look: rows.filter(({ truth }) => truth !== 'ok').length,
    services: [...new Set(rows.flatMap(({ service }) => service ?? []))].toSorted(),
  }
}

function lineOf({ sinceMs: _since, depthAsOfMs: _depth, flowAsOfMs: _flow, spark, ...row }: QueueRow): QueueLine {
  return { ...row, spark: packSpark(spark) }
}

export const queuesQuery = readView(queuesView, (_params, context) => loadQueues(context))
