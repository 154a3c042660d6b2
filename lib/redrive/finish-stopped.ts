import 'server-only'
import { listLedger } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { findActiveRedrive } from '#lib/store/redrives.ts'
import { lookUntilMs } from '#lib/store/unfinished-stops.ts'
import { QueueCallError } from './ask-sqs.ts'
import { deleteMet } from './delete-met.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { topicsOf } from './tell-incident.ts'

/** Between two receives of which the first brought nothing to delete, or could not be made. */
const AGAIN_MS = 1_000
const AGAIN: Stepped = { isOver: false, waitMs: AGAIN_MS, topics: [] }

/**
 * What a stop leaves to be done: a message that was sent for certain, and whose delete failed or came too late, would stand in both queues.
 * It is received again and deleted by the ledger; nothing is sent any more. Another redrive that has the queue meanwhile does the same by
 * itself. What is not met for a while is left to the next redrive, and the page says so.
 */
export async function finishStopped(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const { isOpen, isFree } = await context.commit(async (tx) => {
    const sent = run.way === 'ledger' ? await listLedger(tx, run.id, { states: ['sent'], limit: 1 }) : []
    return { isOpen: sent.length > 0, isFree: (await findActiveRedrive(tx, run.sourceQueue)) === null }
  })
  const untilMs = run.endedMs === null ? 0 : lookUntilMs(run.endedMs, run.holdSeconds)
  if (!isOpen || context.nowMs() >= untilMs) return { ...AGAIN, isOver: true }
  if (!isFree) return AGAIN
  try {
    const { deleted } = await deleteMet(run, context)
    return deleted === 0 ? AGAIN : { isOver: false, waitMs: 0, topics: topicsOf(run) }
  } catch (error) {
    // It is not kept as trouble: when SQS goes on refusing, the time for this is over.
    if (error instanceof QueueCallError) return AGAIN
    throw error
  }
}
