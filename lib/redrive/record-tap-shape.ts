import 'server-only'
import { countShapes } from '#lib/domain/message-shape.ts'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import { dlqNameOf } from '#lib/domain/queue.ts'
import type { Tx } from '#lib/store/db.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { addTapShapes } from '#lib/store/looks.ts'
import { listQueues } from '#lib/store/queues.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'
import { deleteBatch, receive } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'

/** A call is given up after 20 s; one that waits as long as that would be given up each time when nothing comes. */
const WAIT_SECONDS = 15
const HOLD_SECONDS = 30

/** A queue of the flow and the queue that gets copies of its messages. */
export interface Tap {
  readonly queue: string
  readonly tapQueueUrl: string
}

/** One long poll of a tap: keeps the shapes of the copies, by the minute in which they were sent, and then deletes the copies. */
export async function recordTapShape({ queue, tapQueueUrl }: Tap, context: RedriveContext): Promise<Stepped> {
  const messages = await receive(context, tapQueueUrl, {
    most: 10,
    holdSeconds: HOLD_SECONDS,
    waitSeconds: WAIT_SECONDS,
  })
  if (messages.length === 0) return { isOver: false, waitMs: 0, topics: [] }
  await context.commit((tx) => keepShapes(tx, queue, messages, context.nowMs()))
  await deleteBatch(context, tapQueueUrl, messages)
  return { isOver: false, waitMs: 0, topics: [] }
}

async function keepShapes(tx: Tx, queue: string, messages: readonly HeldMessage[], nowMs: number): Promise<void> {
  const isHealthy = !(await isTroubled(tx, queue))
  for (const [minuteMs, sent] of Map.groupBy(messages, ({ sentMs }) => minuteOf(sentMs ?? nowMs))) {
    const plain = sent.map((message) => ({ attributes: attributesOf(message), body: message.body }))
    await addTapShapes(tx, queue, { minuteMs, isHealthy, shapes: countShapes(plain) })
  }
}

/** An open finding about the queue or its dead-letter queue. */
async function isTroubled(tx: Tx, name: string): Promise<boolean> {
  const queue = (await listQueues(tx)).find((each) => each.name === name)
  const dlq = queue === undefined ? null : dlqNameOf(queue)
  return (await listOpenFindings(tx)).some(
    ({ subject }) => subject.kind === 'queue' && (subject.id === name || subject.id === dlq),
  )
}
