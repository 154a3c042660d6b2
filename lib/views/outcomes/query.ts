import 'server-only'
import { countOutcomeEvents, listOutcomesAfter } from '#lib/store/read-outcomes.ts'
import { readView } from '#lib/views/read-view.ts'
import { outcomesView } from './contract.ts'

export const outcomesQuery = readView(outcomesView, async ({ after, limit }, { tx, nowMs }) => {
  const rows = await listOutcomesAfter(tx, after ?? null, limit)
  const isFull = rows.length === limit
  return { nowMs, rows, next: isFull ? (rows.at(-1)?.id ?? null) : null, eventCount: await countOutcomeEvents(tx) }
})
