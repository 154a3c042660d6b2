import 'server-only'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { listOwnTraffic } from './own-traffic.ts'
import { sumPoints } from './samples.ts'

const MINUTE_MS = 60_000

/**
 * Messages of a queue that its own readers processed in the range, by CloudWatch; null where CloudWatch told nothing of it. What Spillway
 * deleted itself is taken off, also that of the minute before, which SQS may count in the next: so it may be too few and is never too many.
 */
export async function countProcessed(
  tx: Tx,
  query: { readonly queue: string; readonly fromMs: number; readonly toMs: number },
): Promise<number | null> {
  const { queue, fromMs, toMs } = query
  const series = seriesOf.flow(queue, 'deleted')
  const deleted = (await sumPoints(tx, { series: [series], fromMs, toMs })).get(series)
  if (deleted === undefined) return null
  const own = await listOwnTraffic(tx, { queue, fromMs: fromMs - MINUTE_MS, toMs })
  return Math.max(0, deleted - [...own.values()].reduce((sum, minute) => sum + minute.deleted, 0))
}
