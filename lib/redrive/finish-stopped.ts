import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { findActiveArchive } from '#lib/store/archives.ts'
import { isReadByRedrive } from '#lib/store/is-read-by-redrive.ts'
import { listHolds } from '#lib/store/look-holds.ts'
import { listUnfinishedStops } from '#lib/store/unfinished-stops.ts'
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
 * It is received again and deleted by the ledger; nothing is sent any more. While anybody else is known to read the queue it waits. What is
 * not met for a while is left to the next redrive, as is what stands where receives do harm, and the page says so.
 */
export async function finishStopped(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const nowMs = context.nowMs()
  const { isOpen, isFree } = await context.commit(async (tx) => {
    const [open] = await listUnfinishedStops(tx, nowMs, run.id)
    return { isOpen: open !== undefined, isFree: open !== undefined && (await isFreeQueue(tx, run.sourceQueue, nowMs)) }
  })
  if (!isOpen) return { ...AGAIN, isOver: true }
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

/**
 * No redrive, archive or look of Spillway reads the queue. Another one that was stopped is not asked for, since each deletes what both sent;
 * nor is who else receives from it: what is hidden on the way shows itself again.
 */
async function isFreeQueue(tx: Tx, queue: string, nowMs: number): Promise<boolean> {
  if ((await isReadByRedrive(tx, queue)) || (await findActiveArchive(tx, queue)) !== null) return false
  return (await listHolds(tx, nowMs, queue)).length === 0
}
