import 'server-only'
import { textAt } from '#lib/domain/message-shape.ts'
import type { Tx } from '#lib/store/db.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { addOwnTraffic } from '#lib/store/own-traffic.ts'
import {
  countLedger,
  insertRead,
  knownMessages,
  markMetAgain,
  markRefused,
  type LedgerCounts,
} from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { applyTransform, TransformProblem, type MessageContent } from './apply-transform.ts'
import { assertWorked } from './assert-worked.ts'
import { deleteAgain } from './delete-sent.ts'
import type { HeldMessage } from './held-message.ts'
import { md5OfAttributes, md5OfBody } from './message-digest.ts'
import { packBatches } from './pack-batches.ts'
import { receive } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import { giveBack } from './scan-queue.ts'
import { sendAndDelete, type Moving } from './send-messages.ts'
import { sortReceived, type SortedMessages } from './sort-received.ts'

/** What one round of moving did, in messages. */
export interface Moved {
  readonly received: number
  /** Met and not sent before, whether or not this round could send them. */
  readonly toMove: number
  /** Sent by this round. */
  readonly sent: number
  /** Deleted from the source, also those that were sent before. */
  readonly deleted: number
  /** Re-sent ones that were met and had come back. */
  readonly cameBack: number
}

export interface MoveOptions {
  /** Most messages to take now. */
  readonly most: number
  /** The first message of a redrive goes alone. */
  readonly isCanary: boolean
  /** The first message when it is chosen already: no other is taken then. */
  readonly onlyId: string | null
}

/**
 * One round: receives, writes down what was read, and moves it (see `sendAndDelete`). What is not moved is given back. Throws
 * `QueueCallError` and `NoLongerWorked`; the ledger then says how far it went.
 */
export async function moveMessages(run: Redrive, context: RedriveContext, options: MoveOptions): Promise<Moved> {
  const messages = await receive(context, run.sourceUrl, {
    most: options.most,
    holdSeconds: run.holdSeconds,
    waitSeconds: WAIT_SECONDS[run.mode],
  })
  const heldFromMs = performance.now()
  if (messages.length === 0) return { received: 0, toMove: 0, sent: 0, deleted: 0, cameBack: 0 }
  const { sorted, moving } = await context.commit((tx) => writeDown(tx, { run, context, options }, messages))
  const cameBack = sorted.met.filter(({ row, hasComeBack }) => hasComeBack && row.cameBackMs === null).length
  let deleted = 0
  let sent = 0
  const rest = new Map(messages.map((message) => [message.messageId, message]))
  try {
    deleted += await deleteAgain(run, context, sorted.toDelete)
    for (const { message } of sorted.toDelete) rest.delete(message.messageId)
    for (const batch of packBatches(moving)) {
      const done = await sendAndDelete(run, context, batch, heldFromMs)
      sent += done.sent.length
      deleted += done.deleted
      for (const { messageId } of done.sent) rest.delete(messageId)
    }
  } finally {
    await release(run, context, [...rest.values()])
  }
  return { received: messages.length, toMove: moving.length, sent, deleted, cameBack }
}

/**
 * Short, so that the next message is soon sent. In place it waits longer, because the consumer waits for the same messages: whoever asks
 * anew each time one shows itself comes too late. A pause counts when the receive is over, before anything is done with it.
 */
const WAIT_SECONDS = { 'dlq-to-source': 1, 'in-place': 5 } as const

interface Round {
  readonly run: Redrive
  readonly context: RedriveContext
  readonly options: MoveOptions
}

async function writeDown(
  tx: Tx,
  { run, context, options }: Round,
  messages: readonly HeldMessage[],
): Promise<{ sorted: SortedMessages; moving: Moving[] }> {
  await assertWorked(tx, run.id)
  const nowMs = context.nowMs()
  const ids = messages.map(({ messageId }) => messageId)
  const known = await knownMessages(tx, run, ids)
  const room = roomOf(run, await countLedger(tx, run.id))
  const heldGroups = await listHeldGroups(tx, run.sourceQueue)
  const sorted = sortReceived(run, messages, known, { room, onlyId: options.onlyId, heldGroups })
  await addOwnTraffic(tx, run.sourceQueue, { received: messages.length }, nowMs)
  const ready = sorted.toMove.map((each) => ({ ...each, ...transformed(run, each.message) }))
  await insertRead(
    tx,
    run,
    ready.map(({ message, before, moving }) => ({
      messageId: message.messageId,
      bodyMd5: moving.bodyMd5,
      attributesMd5: moving.attributesMd5,
      personRef: personOf(message.body, context),
      sentToQueueMs: message.sentMs,
      receiveCount: message.receiveCount,
      isCanary: options.isCanary,
      // A send of an earlier redrive with an unknown end makes this one a possible duplicate too.
      sendAttempts: before?.state === 'sending' ? 1 : 0,
    })),
    nowMs,
  )
  await markMetAgain(
    tx,
    run.id,
    sorted.met.map(({ row, hasComeBack }) => ({ messageId: row.messageId, hasComeBack, receives: 1 })),
    nowMs,
  )
  for (const { message, problem } of ready)
    if (problem !== null) await markRefused(tx, run.id, message.messageId, problem)
  for (const { messageId } of sorted.tooOften)
    await markRefused(
      tx,
      run.id,
      messageId,
      'Whether SQS took it stayed unknown too often; compare both queues by hand.',
    )
  return { sorted, moving: ready.flatMap(({ moving, problem }) => (problem === null ? [moving] : [])) }
}

/** How many messages that it does not know yet a redrive may still take. */
function roomOf({ mostMessages }: Redrive, counts: LedgerCounts): number {
  if (mostMessages === null) return Number.POSITIVE_INFINITY
  return Math.max(0, mostMessages - counts.read - counts.sending - counts.sent - counts.deleted)
}

/** The message as it goes, or as it is with the reason why it cannot go. */
function transformed(run: Redrive, message: HeldMessage): { moving: Moving; problem: string | null } {
  try {
    return { moving: movingOf(message, applyTransform(message, run.transform)), problem: null }
  } catch (error) {
    if (!(error instanceof TransformProblem)) throw error
    return { moving: movingOf(message, message), problem: error.message }
  }
}

function movingOf(message: HeldMessage, { body, attributes }: MessageContent): Moving {
  return {
    message,
    outgoing: { id: message.messageId, body, attributes, traceHeader: message.traceHeader },
    bodyMd5: md5OfBody(body),
    attributesMd5: md5OfAttributes(attributes),
  }
}

/** References that may stand in an index: text without blanks or an address. */
const REFERENCE = /^[^\s@\p{Cc}\p{Cs}]{1,100}$/u

function personOf(body: string, { settings }: RedriveContext): string | null {
  const ref = textAt(body, settings.redrive.personField)
  return ref !== null && REFERENCE.test(ref) ? ref : null
}

/**
 * In place the consumer waits for them, so they go back at once. In a dead-letter queue nobody does: they stay hidden for the hold, so
 * that the next round meets others.
 */
async function release(run: Redrive, context: RedriveContext, messages: readonly HeldMessage[]): Promise<void> {
  if (messages.length > 0 && run.mode === 'in-place') await giveBack(context, run.sourceUrl, messages)
}
