import 'server-only'
import { QueueCallError } from './ask-sqs.ts'
import { deleteMoved } from './delete-sent.ts'
import { isFifoRun } from './fifo-rules.ts'
import type { HeldMessage } from './held-message.ts'
import { judgeAnswer } from './judge-answer.ts'
import type { Mover } from './move-messages.ts'
import { sendBatch, setVisibility, type SendAnswer } from './queue-calls.ts'
import type { Moving } from './take-messages.ts'

export interface SentAndDeleted {
  /** Messages that SQS took; they are the source's no longer, even where the delete is still to come. */
  readonly sent: readonly HeldMessage[]
  readonly deleted: number
}

/** Since when messages are hidden, by `performance.now`: from the receive, or since they were held anew. */
export interface Hold {
  fromMs: number
}

/** Hidden for longer than this share of the hold a message is held anew before it is sent. */
const HOLD_SHARE = 0.4

/**
 * Moves one batch that is written down: `sending` is committed before the call, `sent` with the new ids after it, and only what was sent is
 * deleted then. When the answer is lost the rows stay in `sending`: nobody knows, and the next receive of the message sends it again, on a
 * standard queue as a possible duplicate. `later` are those that wait for this batch.
 */
export async function sendAndDelete(
  mover: Mover,
  batch: readonly Moving[],
  { hold, later }: { readonly hold: Hold; readonly later: readonly Moving[] },
): Promise<SentAndDeleted> {
  const { run, pen } = mover
  if (batch.length === 0) return { sent: [], deleted: 0 }
  const waiting = isFifoRun(run) ? [] : later.map(idOf)
  const held = await notSentOnError(mover, isFifoRun(run) ? [] : batch.map(idOf), waiting, () =>
    keepHeld(mover, { batch, later, hold }),
  )
  if (isFifoRun(run)) await pen.sending(held.map(idOf))
  else await noteLost(mover, batch, held)
  if (held.length === 0) return { sent: [], deleted: 0 }
  const answer = await notSentOnError(mover, held.map(idOf), waiting, () => sendOnce(mover, held))
  const result = judgeAnswer(held, answer)
  await pen.result(result)
  const sentIds = new Set(result.sent.map(({ messageId }) => messageId))
  const sent = held.flatMap(({ message }) => (sentIds.has(message.messageId) ? [message] : []))
  return { sent, deleted: await deleteMoved(mover, sent) }
}

function idOf({ message }: Moving): string {
  return message.messageId
}

function sendOnce({ run, context, slots }: Mover, held: readonly Moving[]): Promise<SendAnswer> {
  return slots.run(() =>
    sendBatch(
      context,
      run.destinationUrl,
      held.map(({ outgoing }) => outgoing),
    ),
  )
}

/** When it fails: what waits was not sent for certain, and neither was the batch where SQS says so. */
async function notSentOnError<T>(
  { pen }: Mover,
  ...[batch, waiting, work]: readonly [readonly string[], readonly string[], () => Promise<T>]
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isNotSent = error instanceof QueueCallError && error.isSurelyNotDone
    const again = isNotSent ? [...batch, ...waiting] : waiting
    if (again.length > 0) await pen.result({ sent: [], again, refused: [] })
    throw error
  }
}

/** Those that are no longer held are another's: they are not sent. */
async function noteLost({ pen }: Mover, batch: readonly Moving[], held: readonly Moving[]): Promise<void> {
  if (held.length === batch.length) return
  const kept = new Set(held.map(idOf))
  const again = batch.map(idOf).filter((id) => !kept.has(id))
  await pen.result({ sent: [], again, refused: [] })
}

/** Holds all of a round anew when much of the hold is over. Those that are no longer held are another's and are left out. */
async function keepHeld(
  { run, context, slots }: Mover,
  { batch, later, hold }: { readonly batch: readonly Moving[]; readonly later: readonly Moving[]; readonly hold: Hold },
): Promise<readonly Moving[]> {
  if (performance.now() - hold.fromMs < run.holdSeconds * 1000 * HOLD_SHARE) return batch
  const messages = [...batch, ...later].map(({ message }) => message)
  const fromMs = performance.now()
  const kept = await slots.run(() => setVisibility(context, run.sourceUrl, messages, run.holdSeconds))
  hold.fromMs = fromMs
  const receipts = new Set(kept.map(({ receipt }) => receipt))
  return batch.filter(({ message }) => receipts.has(message.receipt))
}
