import 'server-only'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { knownMessages } from '#lib/store/redrive-ledger.ts'
import { markMetAgain } from '#lib/store/redrive-met-again.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { deleteAgain } from './delete-sent.ts'
import type { HeldMessage } from './held-message.ts'
import { hidesLeft } from './left-messages.ts'
import { metAgain } from './met-again.ts'
import { receive } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import { giveBack } from './scan-queue.ts'
import { sortReceived, type SortedMessages } from './sort-received.ts'
import { waitSecondsOf } from './wait-seconds.ts'

const BATCH = 10

/** What one receive of a redrive came to that sends nothing more. */
interface DeletedMet {
  /** Messages that were sent before and are still there ... */
  readonly met: number
  /** ... and how many of them are deleted now. */
  readonly deleted: number
  /** Received and not to be deleted. */
  readonly others: readonly HeldMessage[]
}

/**
 * One receive for a redrive that sends nothing more: what was sent for certain, and is still where it was because its delete failed or came
 * too late, is deleted by the ledger. `idleReceives` is how many before it brought nothing. Throws `QueueCallError`.
 */
export async function deleteMet(run: Redrive, context: RedriveContext, idleReceives = 0): Promise<DeletedMet> {
  const options = { most: BATCH, holdSeconds: run.holdSeconds, waitSeconds: waitSecondsOf(run, idleReceives) }
  const messages = await receive(context, run.sourceUrl, options)
  const hold = { fromMs: performance.now() }
  if (messages.length === 0) return { met: 0, deleted: 0, others: [] }
  const toDelete = await sentBefore(run, context, messages)
  const deleted = await deleteAgain(run, context, toDelete, hold)
  const ids = new Set(toDelete.map(({ message }) => message.messageId))
  const others = messages.filter(({ messageId }) => !ids.has(messageId))
  // In a dead-letter queue they stay hidden for the hold, so that the next receive brings others; elsewhere somebody waits for them.
  if (!hidesLeft(run)) await giveBack(context, run.sourceUrl, others)
  return { met: toDelete.length, deleted, others }
}

async function sentBefore(
  run: Redrive,
  context: RedriveContext,
  messages: readonly HeldMessage[],
): Promise<SortedMessages['toDelete']> {
  const nowMs = context.nowMs()
  const ids = messages.map(({ messageId }) => messageId)
  return context.commit(async (tx) => {
    await addOwnTraffic(tx, run.sourceQueue, { received: messages.length }, nowMs)
    const { toDelete, met } = sortReceived(run, messages, await knownMessages(tx, run, ids), { room: 0, nowMs })
    // Else a receive of our own would be taken for the consumer's.
    await markMetAgain(
      tx,
      run.id,
      met.map((each) => metAgain(each, 1)),
      nowMs,
    )
    return toDelete
  })
}
