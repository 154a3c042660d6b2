import 'server-only'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { markNotSent, markRefused, markSending, markSent } from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { QueueCallError } from './ask-sqs.ts'
import { assertWorked } from './assert-worked.ts'
import { deleteMoved } from './delete-sent.ts'
import type { HeldMessage } from './held-message.ts'
import { sendBatch, setVisibility, type Outgoing, type SendAnswer } from './queue-calls.ts'
import { judgeAnswer } from './judge-answer.ts'
import type { RedriveContext } from './redrive-context.ts'

/** A message on its way: as received, as it will be sent, and the digests that SQS must answer with. */
export interface Moving {
  readonly message: HeldMessage
  readonly outgoing: Outgoing
  readonly bodyMd5: string
  readonly attributesMd5: string | null
}

export interface SentAndDeleted {
  /** Messages that SQS took; they are the source's no longer, even where the delete is still to come. */
  readonly sent: readonly HeldMessage[]
  readonly deleted: number
}

/** Hidden for longer than this share of the hold a message is held anew before it is sent. */
const HOLD_SHARE = 0.4

/**
 * Moves one batch: `sending` is committed before the call, `sent` with the new ids after it, and only what was sent is deleted then. When
 * the answer is lost the rows stay in `sending`: nobody knows, and the next receive of the message sends it again as a possible duplicate.
 */
export async function sendAndDelete(
  run: Redrive,
  context: RedriveContext,
  batch: readonly Moving[],
  heldFromMs: number,
): Promise<SentAndDeleted> {
  const held = await keepHeld(run, context, batch, heldFromMs)
  if (held.length === 0) return { sent: [], deleted: 0 }
  const ids = held.map(({ message }) => message.messageId)
  await context.commit(async (tx) => {
    await assertWorked(tx, run.id)
    const nowMs = context.nowMs()
    await markSending(tx, run.id, ids, nowMs)
    await addOwnTraffic(tx, run.destinationQueue, { sent: ids.length }, nowMs)
  })
  const answer = await sendOnce(run, context, held, ids)
  const judged = judgeAnswer(held, answer)
  await context.commit(async (tx) => {
    const nowMs = context.nowMs()
    await markSent(tx, run.id, judged.sent, nowMs)
    await markNotSent(tx, run.id, judged.again)
    for (const { messageId, problem } of judged.refused) await markRefused(tx, run.id, messageId, problem)
    await addOwnTraffic(tx, run.sourceQueue, { deleted: judged.sent.length }, nowMs)
  })
  const sentIds = new Set(judged.sent.map(({ messageId }) => messageId))
  const sent = held.flatMap(({ message }) => (sentIds.has(message.messageId) ? [message] : []))
  return { sent, deleted: await deleteMoved(run, context, sent) }
}

async function sendOnce(
  run: Redrive,
  context: RedriveContext,
  held: readonly Moving[],
  ids: readonly string[],
): Promise<SendAnswer> {
  try {
    return await sendBatch(
      context,
      run.destinationUrl,
      held.map(({ outgoing }) => outgoing),
    )
  } catch (error) {
    if (error instanceof QueueCallError && error.isSurelyNotDone)
      await context.commit((tx) => markNotSent(tx, run.id, ids))
    throw error
  }
}

/** Holds the messages anew when much of the hold is over. Those that are no longer held are another's and are left out. */
async function keepHeld(
  run: Redrive,
  context: RedriveContext,
  batch: readonly Moving[],
  heldFromMs: number,
): Promise<readonly Moving[]> {
  if (performance.now() - heldFromMs < run.holdSeconds * 1000 * HOLD_SHARE) return batch
  const kept = await setVisibility(
    context,
    run.sourceUrl,
    batch.map(({ message }) => message),
    run.holdSeconds,
  )
  const receipts = new Set(kept.map(({ receipt }) => receipt))
  return batch.filter(({ message }) => receipts.has(message.receipt))
}
