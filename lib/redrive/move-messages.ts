import 'server-only'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { deleteAgain } from './delete-sent.ts'
import { isFifoRun } from './fifo-rules.ts'
import type { HeldMessage } from './held-message.ts'
import type { LeftMessage } from './left-messages.ts'
import type { LedgerPen } from './ledger-pen.ts'
import { packBatches } from './pack-batches.ts'
import { receive } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import { giveBack } from './scan-queue.ts'
import { moveBatches, newHold, type Hold } from './send-messages.ts'
import type { StepMemory } from './step-memory.ts'
import type { Moving } from './take-messages.ts'
import { waitSecondsOf } from './wait-seconds.ts'

/** What one round of moving did, in messages. */
export interface Moved {
  readonly received: number
  /** Met and not sent before, whether or not this round could send them. */
  readonly toMove: number
  /** Sent by this round. */
  readonly sent: number
  /** Deleted from the source, also those that were sent before. */
  readonly deleted: number
  /** Ids of those that this round took to be sent or deleted. */
  readonly taken: readonly string[]
  /** Received and not a part of what is moved. */
  readonly left: readonly LeftMessage[]
}

/** What all rounds of one redrive share that go on at once in this process. */
export interface Mover {
  readonly run: Redrive
  readonly context: RedriveContext
  readonly pen: LedgerPen
  /** Messages that a round works on, by id: when a short hold runs out another round receives them meanwhile. */
  readonly inHand: Set<string>
  readonly memory: Pick<StepMemory, 'idleReceives'>
}

/**
 * One round: receives, writes down what was read, and moves it (see `moveBatches`). What is not moved is given back. Throws
 * `QueueCallError` and `NoLongerWorked`; the ledger then says how far it went.
 */
export async function moveMessages(mover: Mover, most: number): Promise<Moved> {
  const { run, context, inHand, memory } = mover
  const waitSeconds = waitSecondsOf(run, memory.idleReceives)
  const received = await receive(context, run.sourceUrl, { most, holdSeconds: run.holdSeconds, waitSeconds })
  const hold = newHold()
  const messages = notInHand(run, received, inHand)
  if (messages.length === 0) return { received: received.length, toMove: 0, sent: 0, deleted: 0, taken: [], left: [] }
  for (const { messageId } of messages) inHand.add(messageId)
  try {
    return await moveHeld(mover, messages, hold)
  } finally {
    for (const { messageId } of messages) inHand.delete(messageId)
  }
}

/**
 * What another round has in hand is its own, though a hold that ran out brought it here too. On a FIFO queue so is all of its group: what is
 * behind it would be sent before it.
 */
function notInHand(run: Redrive, received: readonly HeldMessage[], inHand: ReadonlySet<string>): HeldMessage[] {
  const free = received.filter(({ messageId }) => !inHand.has(messageId))
  if (!isFifoRun(run) || free.length === received.length) return free
  const taken = new Set(received.flatMap(({ messageId, groupId }) => (inHand.has(messageId) ? [groupId] : [])))
  return free.filter(({ groupId }) => !taken.has(groupId))
}

async function moveHeld(mover: Mover, messages: readonly HeldMessage[], hold: Hold): Promise<Moved> {
  const { run, context, pen } = mover
  const rest = new Map(messages.map((message) => [message.messageId, message]))
  let [sent, deleted] = [0, 0]
  let wanted: readonly HeldMessage[] = []
  try {
    const { moving, toDelete, left } = await pen.take(messages)
    wanted = moving.map(({ message }) => message)
    const taken = [...wanted, ...toDelete.map(({ message }) => message)].map(({ messageId }) => messageId)
    if (toDelete.length > 0) deleted += await deleteAgain(run, context, toDelete, hold)
    for (const { message } of toDelete) rest.delete(message.messageId)
    deleted += await moveBatches(mover, isFifoRun(run) ? fifoRounds(moving) : packBatches(moving), {
      hold,
      onMoved: ({ messageId }) => {
        sent += 1
        rest.delete(messageId)
      },
    })
    return { received: messages.length, toMove: moving.length, sent, deleted, taken, left }
  } finally {
    await release(
      mover,
      run.mode === 'in-place' ? [...rest.values()] : wanted.filter(({ messageId }) => rest.has(messageId)),
    )
  }
}

/** The first message of each group, then the second of each, and so on: each is sent when the one before it is known to be. */
function fifoRounds(moving: readonly Moving[]): Moving[][] {
  const groups = [...Map.groupBy(moving, ({ message }) => message.groupId ?? '').values()]
  const longest = Math.max(0, ...groups.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => groups.flatMap((group) => group[turn] ?? [])).flatMap(packBatches)
}

/**
 * In place the consumer waits for what is not moved, so it goes back at once. In a dead-letter queue nobody does: it stays hidden for the
 * hold, so that the next round meets others; but on a FIFO queue what could not be sent yet holds back its whole group.
 */
async function release({ run, context }: Mover, messages: readonly HeldMessage[]): Promise<void> {
  if (messages.length > 0 && (run.mode === 'in-place' || isFifoRun(run)))
    await giveBack(context, run.sourceUrl, messages)
}
