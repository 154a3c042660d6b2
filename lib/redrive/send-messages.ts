import 'server-only'
import { QueueCallError } from './ask-sqs.ts'
import { deleteMoved } from './delete-sent.ts'
import { isFifoRun } from './fifo-rules.ts'
import type { HeldMessage } from './held-message.ts'
import { judgeAnswer, type JudgedAnswer } from './judge-answer.ts'
import type { Mover } from './move-messages.ts'
import { sendBatch, setVisibility, type SendAnswer } from './queue-calls.ts'
import type { Moving } from './take-messages.ts'

/** How a round holds what it received. */
export interface Hold {
  /** Since when it is hidden, by `performance.now`: from the receive, or since it was held anew. */
  fromMs: number
  /** Receipts of those that SQS would not hold anew, since they are another's by now. */
  readonly lost: Set<string>
}

export function newHold(): Hold {
  return { fromMs: performance.now(), lost: new Set() }
}

/** Hidden for longer than this share of the hold a message is held anew before it is sent. */
const HOLD_SHARE = 0.4

/**
 * Moves batches one after the other: `sending` is committed before the call, `sent` with the new ids after it, and only what was sent is
 * deleted then. On a FIFO queue the next batch is written down in the transaction that says what became of this one, and goes while this one
 * is deleted; a group of which a message did not go is left from there on. When an answer is lost the rows stay in `sending`: nobody knows,
 * and the next receive of the message sends it again, on a standard queue as a possible duplicate. `onMoved` is told what was
 * sent and need not be given back. Returns how many were deleted.
 */
export async function moveBatches(
  mover: Mover,
  batches: readonly (readonly Moving[])[],
  { hold, onMoved }: { readonly hold: Hold; readonly onMoved: (message: HeldMessage) => void },
): Promise<number> {
  const deletes: Promise<number>[] = []
  const stopped = new Set<string | null>()
  const note = (batch: readonly Moving[]): Promise<void> =>
    isFifoRun(mover.run) && batch.length > 0 ? mover.pen.sending(batch.map(idOf)) : Promise.resolve()
  let [going = []] = batches
  try {
    await note(going)
    for (const index of batches.keys()) {
      const result = await sendBatchOf(mover, going, { hold, later: batches.slice(index + 1).flat() })
      const written = result === null ? Promise.resolve() : mover.pen.result(result)
      const sentIds = new Set(result?.sent.map(({ messageId }) => messageId))
      const sent = going.flatMap(({ message }) => (sentIds.has(message.messageId) ? [message] : []))
      if (isFifoRun(mover.run))
        for (const { message } of going) if (!sentIds.has(message.messageId)) stopped.add(message.groupId)
      going = (batches[index + 1] ?? []).filter(({ message }) => !stopped.has(message.groupId))
      const noted = note(going)
      // A pause keeps the next from going; what was sent is deleted all the same.
      noted.catch(() => {})
      await written
      const told = (): void => sent.forEach(onMoved)
      // In place the consumer would have both at once: the copy, and the original that is given back when its delete fails.
      if (mover.run.mode === 'in-place') told()
      // A later batch may be held anew meanwhile; this one is not.
      const deleting = deleteMoved(mover, sent, { ...hold }).then((count) => {
        if (mover.run.mode !== 'in-place') told()
        return count
      })
      // Whoever waits for all of them learns of it.
      deleting.catch(() => {})
      deletes.push(deleting)
      await noted
    }
  } finally {
    await Promise.allSettled(deletes)
  }
  return (await Promise.all(deletes)).reduce((sum, count) => sum + count, 0)
}

/** Sends one batch that is written down as `sending`. Null where nothing was sent; `later` are those that wait for it. */
async function sendBatchOf(
  mover: Mover,
  batch: readonly Moving[],
  { hold, later }: { readonly hold: Hold; readonly later: readonly Moving[] },
): Promise<JudgedAnswer | null> {
  if (batch.length === 0) return null
  const waiting = isFifoRun(mover.run) ? [] : later.map(idOf)
  const unsent = [...batch.map(idOf), ...waiting]
  const held = await notSentOnError(mover, [], unsent, () => keepHeld(mover, { batch, later, hold }))
  await noteLost(mover, batch, held)
  if (held.length === 0) return null
  return judgeAnswer(held, await notSentOnError(mover, held.map(idOf), waiting, () => sendOnce(mover, held)))
}

function idOf({ message }: Moving): string {
  return message.messageId
}

function sendOnce({ run, context }: Mover, held: readonly Moving[]): Promise<SendAnswer> {
  return sendBatch(
    context,
    run.destinationUrl,
    held.map(({ outgoing }) => outgoing),
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

/** Holds all of a round anew when much of the hold is over. Those that are no longer held are another's and are left out, then and later. */
async function keepHeld(
  { run, context }: Mover,
  { batch, later, hold }: { readonly batch: readonly Moving[]; readonly later: readonly Moving[]; readonly hold: Hold },
): Promise<readonly Moving[]> {
  const heldOf = (moving: readonly Moving[]): readonly Moving[] =>
    moving.filter(({ message }) => !hold.lost.has(message.receipt))
  if (performance.now() - hold.fromMs < run.holdSeconds * 1000 * HOLD_SHARE) return heldOf(batch)
  const messages = heldOf([...batch, ...later]).map(({ message }) => message)
  if (messages.length === 0) return []
  const fromMs = performance.now()
  const kept = await setVisibility(context, run.sourceUrl, messages, run.holdSeconds)
  hold.fromMs = fromMs
  const receipts = new Set(kept.map(({ receipt }) => receipt))
  for (const { receipt } of messages) if (!receipts.has(receipt)) hold.lost.add(receipt)
  return heldOf(batch)
}
