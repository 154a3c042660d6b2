import 'server-only'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { listOwnTraffic, type OwnTraffic } from './own-traffic.ts'
import { getLatestSamples, sumPoints, type Point } from './samples.ts'

const MINUTE_MS = 60_000

/** Messages that came into and left a queue in a range of time, without those that Spillway itself moved; null = not known. */
export async function readFlowOfOthers(
  tx: Tx,
  name: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly sent: number | null; readonly deleted: number | null }> {
  const [sent, deleted] = [seriesOf.flow(name, 'sent'), seriesOf.flow(name, 'deleted')]
  const sums = await sumPoints(tx, { series: [sent, deleted], fromMs, toMs })
  // SQS may count in one minute what Spillway did at the end of the minute before.
  const own = await listOwnTraffic(tx, { queue: name, fromMs: fromMs - MINUTE_MS, toMs })
  const told = { sums, own, newest: await getLatestSamples(tx, [sent, deleted]) }
  return { sent: byOthers(told, sent, 'sent'), deleted: byOthers(told, deleted, 'deleted') }
}

interface Told {
  readonly sums: ReadonlyMap<string, number>
  readonly newest: ReadonlyMap<string, Point>
  /** What Spillway did to the queue, by minute. */
  readonly own: ReadonlyMap<number, Required<OwnTraffic>>
}

/**
 * What producers sent or consumers processed: a message that Spillway moved in place was neither sent anew nor processed by it. Of its own
 * moves it knows at once, of the others' CloudWatch tells later: only minutes that are told are set against each other.
 */
function byOthers({ sums, newest, own }: Told, series: string, key: 'sent' | 'deleted'): number | null {
  const counted = sums.get(series)
  if (counted === undefined) return null
  const toldMs = newest.get(series)?.atMs ?? 0
  const ours = [...own].filter(([atMs]) => atMs <= toldMs).reduce((sum, [, minute]) => sum + minute[key], 0)
  return Math.max(0, counted - ours)
}
