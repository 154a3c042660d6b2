import 'server-only'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import { markDeleted, markDeleting } from '#lib/store/redrive-ledger.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'
import type { HeldMessage } from './held-message.ts'
import type { Mover } from './move-messages.ts'
import { deleteBatch } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import type { Hold } from './send-messages.ts'

/** Since when messages are hidden. */
export type HiddenSince = Pick<Hold, 'fromMs'>

/** Deletes messages whose sending is committed. What cannot be deleted comes again and is deleted then. Returns how many are. */
export async function deleteMoved(
  { run, context, pen }: Mover,
  messages: readonly HeldMessage[],
  hold: HiddenSince,
): Promise<number> {
  if (messages.length === 0) return 0
  const gone = await deleteHeld(run, context, messages, hold)
  pen.deleted(gone.map(({ messageId }) => messageId))
  return gone.length
}

/** Deletes messages that were sent before, by this redrive or an earlier one, and came again because they were not deleted then. */
export async function deleteAgain(
  run: Redrive,
  context: RedriveContext,
  ...[found, hold]: readonly [
    found: readonly { readonly message: HeldMessage; readonly row: LedgerRow }[],
    hold: HiddenSince,
  ]
): Promise<number> {
  if (found.length === 0) return 0
  const byRedrive = Map.groupBy(found, ({ row }) => row.redrive)
  await context.commit(async (tx) => {
    for (const [id, rows] of byRedrive)
      await markDeleting(
        tx,
        id,
        rows.map(({ row }) => row.messageId),
      )
    await addOwnTraffic(tx, run.sourceQueue, { deleted: found.length }, context.nowMs())
  })
  const messages = found.map(({ message }) => message)
  const gone = await deleteHeld(run, context, messages, hold)
  const ids = new Set(gone.map(({ messageId }) => messageId))
  await context.commit(async (tx) => {
    for (const [id, rows] of byRedrive)
      await markDeleted(
        tx,
        id,
        rows.map(({ row }) => row.messageId).filter((each) => ids.has(each)),
        context.nowMs(),
      )
  })
  return gone.length
}

/** A queue out of which messages are deleted while they are held. */
export type HeldIn = Pick<Redrive, 'sourceUrl' | 'holdSeconds'>

/**
 * Deletes and returns those that are gone for certain. After the hold anybody may have received a message, and of one that was received
 * again SQS says that it is deleted by the older receipt, and keeps it: such an answer says nothing.
 */
export async function deleteHeld(
  run: HeldIn,
  context: RedriveContext,
  ...[messages, hold]: readonly [messages: readonly HeldMessage[], hold: HiddenSince]
): Promise<readonly HeldMessage[]> {
  const gone = await deleteBatch(context, run.sourceUrl, messages)
  return performance.now() - hold.fromMs < run.holdSeconds * 1000 ? gone : []
}
