import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import { listLedger } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { findActiveArchive } from '#lib/store/archives.ts'
import { listHolds } from '#lib/store/look-holds.ts'
import { findActiveRedrive, listRedrives } from '#lib/store/redrives.ts'
import { lookMs } from '#lib/store/unfinished-stops.ts'
import { QueueCallError } from './ask-sqs.ts'
import { deleteMet } from './delete-met.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { topicsOf } from './tell-incident.ts'

/** Between two receives of which the first brought nothing to delete, or could not be made. */
const AGAIN_MS = 1_000
const AGAIN: Stepped = { isOver: false, waitMs: AGAIN_MS, topics: [] }
/** Whoever looks into the queue meanwhile is not to find it empty: what is met on the way is soon seen again. */
const MOST_HOLD_SECONDS = 10

/**
 * What a stop leaves to be done: a message that was sent for certain, and whose delete failed or came too late, would stand in both queues.
 * It is received again and deleted by the ledger; nothing is sent any more. While anybody else works on the queue it waits. What is not met
 * for a while is left to the next redrive, and the page says so.
 */
export async function finishStopped(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const { isOpen, isFree } = await context.commit(async (tx) => {
    const sent = run.way === 'ledger' ? await listLedger(tx, run.id, { states: ['sent'], limit: 1 }) : []
    return { isOpen: sent.length > 0, isFree: sent.length > 0 && (await isFreeQueue(tx, run, context.nowMs())) }
  })
  const untilMs = run.endedMs === null ? 0 : run.endedMs + lookMs(run.holdSeconds)
  if (!isOpen || context.nowMs() >= untilMs) return { ...AGAIN, isOver: true }
  if (!isFree) return AGAIN
  try {
    const holdSeconds = Math.min(run.holdSeconds, MOST_HOLD_SECONDS)
    const { deleted } = await deleteMet({ ...run, holdSeconds }, context)
    return deleted === 0 ? AGAIN : { isOver: false, waitMs: 0, topics: topicsOf(run) }
  } catch (error) {
    // It is not kept as trouble: when SQS goes on refusing, the time for this is over.
    if (error instanceof QueueCallError) return AGAIN
    throw error
  }
}

/** Nobody else reads the queue: neither a redrive, nor one that proves what it moved, nor an archive or a look. */
async function isFreeQueue(tx: Tx, { id, sourceQueue }: Redrive, nowMs: number): Promise<boolean> {
  if ((await findActiveRedrive(tx, sourceQueue)) !== null || (await findActiveArchive(tx, sourceQueue)) !== null)
    return false
  const others = await listRedrives(tx, { queue: sourceQueue, limit: 10 })
  if (others.some((other) => other.id !== id && other.state === 'verifying')) return false
  return (await listHolds(tx, nowMs, sourceQueue)).length === 0
}
