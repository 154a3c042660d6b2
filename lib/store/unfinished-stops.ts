import 'server-only'
import { and, asc, eq, exists, gt, isNull } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { redrive, redriveMessage } from './redrive-schema.ts'
import { queue } from './schema.ts'

/** A message is met again when its hold runs out; held once more by somebody, when that does ... */
const HOLDS = 2
/** ... and so long SQS is asked for it then ... */
const LEAST_SECONDS = 120
/** ... but where holds are long, it is left to the next redrive. */
const MOST_SECONDS = 900

/** For how long messages are looked for that were sent and are not known to be deleted, once nothing more is sent. */
export function lookMs(holdSeconds: number): number {
  return Math.min(HOLDS * holdSeconds + LEAST_SECONDS, MOST_SECONDS) * 1000
}

/**
 * Ids of redrives that were stopped so short a while ago that what they sent, and do not know to be deleted, is still looked for; with `id`
 * only of that one. That takes receives for which nobody asked: none where they count, in a queue with a redrive policy of its own, nor in
 * place, where they take messages from the consumer. A queue that is not known is left alone.
 */
export async function listUnfinishedStops(tx: Tx, nowMs: number, id?: number): Promise<number[]> {
  const isSent = and(eq(redriveMessage.redrive, redrive.id), eq(redriveMessage.state, 'sent'))
  const isLast = and(eq(queue.url, redrive.sourceUrl), isNull(queue.gone), isNull(queue.dlqArn))
  const rows = await tx
    .select({ id: redrive.id, holdSeconds: redrive.holdSeconds, ended: redrive.ended })
    .from(redrive)
    .where(
      and(
        eq(redrive.state, 'stopped'),
        eq(redrive.way, 'ledger'),
        eq(redrive.mode, 'dlq-to-source'),
        gt(redrive.ended, momentOf(nowMs - MOST_SECONDS * 1000)),
        id === undefined ? undefined : eq(redrive.id, id),
        exists(tx.select({ id: redriveMessage.messageId }).from(redriveMessage).where(isSent)),
        exists(tx.select({ arn: queue.arn }).from(queue).where(isLast)),
      ),
    )
    .orderBy(asc(redrive.id))
  return rows.flatMap((row) => ((msOf(row.ended) ?? 0) + lookMs(row.holdSeconds) > nowMs ? [row.id] : []))
}
